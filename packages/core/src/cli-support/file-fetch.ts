import { createReadStream, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type CacheFetch, NixError } from "@tsnix/store";

const missing = { status: 404, arrayBuffer: async () => new ArrayBuffer(0) };

/** `fetch` for `file:` URLs, which can only be read: a folder as a cache behind HTTP would have it. */
export const fileFetch: CacheFetch = async (url, { method }) => {
	if (method === "PUT") throw new NixError("UPLOAD_NOT_SUPPORTED", `uploading to '${url}' is not supported`);
	try {
		const path = fileURLToPath(url);
		if (!statSync(path).isFile()) return missing;
		return {
			status: 200,
			body: method === "HEAD" ? null : createReadStream(path),
			arrayBuffer: async () => (method === "HEAD" ? new ArrayBuffer(0) : Uint8Array.from(readFileSync(path)).buffer),
		};
	} catch (error) {
		if (!["ENOENT", "ENOTDIR", "EISDIR"].includes(String((error as { code?: unknown }).code))) throw error;
		return missing;
	}
};
