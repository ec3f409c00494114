import { type Download, downloadFile, type Fetching, type FetchWorld, runSync, WouldBlock } from "@tsnix/fetchers";
import { bytesToString, hashBytes, hostPath, makeFixedOutputPath } from "@tsnix/store";
import { absolutePath } from "../flake/find-flake";
import { parseFlakeRef } from "../flake/ref";
import { addEntry, emptyRegistry, type Registries, type Registry, type RegistryType } from "./registry";
import { readRegistry } from "./registry-file";
import type { RegistryPlaces } from "./registry-places";

export { defaultFlakeRegistry, type RegistryPlaces, registryPlaces } from "./registry-places";

/**
 * The registries, in the order they are looked through: of flags, the user's, the system's, the global one, which is
 * downloaded through the world's cache where it is a URL. Files that cannot be understood are warned of, and empty.
 *
 * @throws what the download fails with
 */
export function* openingRegistries(places: RegistryPlaces, world: FetchWorld): Fetching<Registries> {
	const options = { settings: world.settings, warn: world.warn };
	const read = (path: string | undefined, type: RegistryType): Registry =>
		path === undefined
			? emptyRegistry(type)
			: readRegistry(fileText(path, world), type, { ...options, name: path });
	let flags = emptyRegistry("flag");
	for (const [from, to] of places.overrides) {
		const where = world.fs === undefined ? {} : { fs: world.fs, baseDir: places.workingDirectory };
		const ref = (text: string) => parseFlakeRef(text, { ...options, ...where });
		const target = ref(to);
		flags = addEntry(flags, ref(from).input, target.input, target.subdir === "" ? {} : { dir: target.subdir });
	}
	const user = read(places.user, "user");
	const system = read(places.system, "system");
	const { global } = places;
	if (global === "" || global.startsWith("/"))
		return [flags, user, system, read(global === "" ? undefined : absolutePath(global, "/"), "global")];
	const file = yield* downloadFile(global, {}, world);
	const text = bytesToString(file.contents);
	return [flags, user, system, readRegistry(text, "global", { ...options, name: placeOf(file, world) })];
}

/** The same at once, for worlds that need not wait. */
export const openRegistries = (places: RegistryPlaces, world: FetchWorld): Registries =>
	runSync(openingRegistries(places, world), world, (effect) => new WouldBlock(effect, async () => {}));

const fileText = (path: string, { fs }: FetchWorld): string | undefined => {
	try {
		return fs === undefined ? undefined : bytesToString(fs.readFileSync(hostPath(fs, path)));
	} catch {
		return undefined;
	}
};

/** Where the reference puts a downloaded registry: messages name it so. */
const placeOf = ({ contents }: Download, { storeDir }: FetchWorld): string => {
	const content = { method: "flat", hash: hashBytes("sha256", contents) } as const;
	return `${makeFixedOutputPath("flake-registry.json", content, storeDir).toString(storeDir)}/`;
};
