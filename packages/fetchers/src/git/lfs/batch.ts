import { bytesToString, hashBytes, type JsonValue, printJson, stringToBytes } from "@tsnix/store";
import { type Fetching, request } from "../../effects";
import { FetchError, TransferError } from "../../errors";
import type { LfsEndpoint } from "./endpoint";
import type { LfsPointer } from "./pointer";

const mediaType = "application/vnd.git-lfs+json";

const keyMissing = (object: unknown, name: string): FetchError =>
	new FetchError(
		"LFS",
		`bad json from /info/lfs/objects/batch: ${printJson(object as JsonValue, 0)} [json.exception.out_of_range.403] key '${name}' not found`,
	);

const at = (whole: unknown, value: unknown, name: string): unknown => {
	const found = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
	if (found === undefined) throw keyMissing(whole, name);
	return found;
};

/** Asks an LFS server for objects (the batch API): what it says of each, in its order. */
export function* lfsBatch(
	endpoint: LfsEndpoint & { readonly kind: "http" },
	pointers: readonly LfsPointer[],
): Fetching<readonly unknown[]> {
	const url = `${endpoint.url}/objects/batch`;
	const objects = pointers.map(({ oid, size }) => ({ oid, size }));
	const { status, body } = yield* request({
		url,
		method: "POST",
		headers: {
			...(endpoint.authorization === undefined ? {} : { Authorization: endpoint.authorization }),
			"Content-Type": mediaType,
			Accept: mediaType,
		},
		body: stringToBytes(JSON.stringify({ objects, operation: "download" })),
	});
	if (status !== 200 && status !== 201)
		throw new TransferError("TRANSFER", `unable to upload '${url}': HTTP error ${status}`, status);
	let parsed: unknown;
	try {
		parsed = JSON.parse(bytesToString(body));
	} catch (cause) {
		throw new FetchError("LFS", `response did not parse as json: ${(cause as Error).message}`, { cause });
	}
	const answer = typeof parsed === "object" && parsed !== null ? (parsed as { objects?: unknown }).objects : undefined;
	if (!Array.isArray(answer)) throw new FetchError("LFS", "response does not contain 'objects'");
	return answer;
}

/** Downloads an object as a server's answer says, and checks it. `path` names the file in messages. */
export function* downloadLfsObject(pointer: LfsPointer, object: unknown, path: string): Fetching<Uint8Array> {
	const download = at(object, at(object, object, "actions"), "download");
	const href = at(object, download, "href") as string;
	const header = (download as { header?: Record<string, unknown> }).header;
	const authorization = header?.Authorization;
	const oid = at(object, object, "oid");
	const size = at(object, object, "size");
	if (oid !== pointer.oid || size !== pointer.size)
		throw new FetchError(
			"LFS",
			`LFS server returned mismatched oid/size for '${path}' (got oid=${String(oid)} size=${String(size)}, ` +
				`expected oid=${pointer.oid} size=${pointer.size})`,
		);
	const { status, body } = yield* request({
		url: href,
		headers: typeof authorization === "string" ? { Authorization: authorization } : {},
	});
	if (status !== 200) throw new TransferError("TRANSFER", `unable to download '${href}': HTTP error ${status}`, status);
	checkLfsObject(pointer, body, href);
	return body;
}

/** Throws where contents are not those that a pointer stands for. */
export const checkLfsObject = ({ oid, size }: LfsPointer, contents: Uint8Array, url: string): void => {
	if (contents.length !== size)
		throw new FetchError("LFS", `size mismatch while fetching ${url}: expected ${size} but got ${contents.length}`);
	const hash = hashBytes("sha256", contents).base16();
	if (hash !== oid)
		throw new FetchError("LFS", `hash mismatch while fetching ${url}: expected sha256:${oid} but got sha256:${hash}`);
};
