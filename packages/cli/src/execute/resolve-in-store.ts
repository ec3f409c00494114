import { type ByteString, maybeParseStorePath, type SyncStore } from "@tsnix/store";

/** A place in a store: the object, and the path in it. */
const placeIn = (store: SyncStore, path: ByteString) => {
	const within = path.slice(store.storeDir.length + 1);
	const end = within.indexOf("/");
	const object = maybeParseStorePath(`${store.storeDir}/${end < 0 ? within : within.slice(0, end)}`, store.storeDir);
	if (object === undefined || !store.isValidPath(object)) return undefined;
	return { accessor: store.accessor(object), inside: end < 0 ? "/" : within.slice(end) };
};

/**
 * A path with the links in it followed, as far as they lie in a store; of other files nothing is seen. What is not there
 * is left as it is written. Byte strings.
 */
export const resolveInStore = (store: SyncStore, path: ByteString): ByteString => {
	const left = path.split("/").reverse();
	let done = "";
	for (let followed = 0; left.length > 0; ) {
		const part = left.pop();
		if (part === undefined || part === "" || part === ".") continue;
		if (part === "..") {
			done = done.slice(0, Math.max(0, done.lastIndexOf("/")));
			continue;
		}
		const here = `${done}/${part}`;
		const place = here.startsWith(`${store.storeDir}/`) ? placeIn(store, here) : undefined;
		if (place?.accessor.lstat(place.inside)?.kind !== "symlink") {
			done = here;
			continue;
		}
		if (++followed > 1000) return here;
		const target = place.accessor.readLink(place.inside);
		if (target.startsWith("/")) done = "";
		left.push(...target.split("/").reverse());
	}
	return done === "" ? "/" : done;
};

/** A file in a store, with the links to it followed; undefined where there is no regular one. */
export const readInStore = (store: SyncStore, path: ByteString): ByteString | undefined => {
	const resolved = resolveInStore(store, path);
	if (!resolved.startsWith(`${store.storeDir}/`)) return undefined;
	const place = placeIn(store, resolved);
	if (place?.accessor.lstat(place.inside)?.kind !== "regular") return undefined;
	return Buffer.from(place.accessor.readFile(place.inside)).toString("latin1");
};
