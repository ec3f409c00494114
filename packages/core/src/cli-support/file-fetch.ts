import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type CacheFetch, NixError } from "@tsnix/store";

/** `fetch` for `file:` URLs, which can only be read: a folder as a cache behind HTTP would have it. */
export const fileFetch: CacheFetch = async (url, { method }) => {
	if (method === "PUT") throw new NixError("UPLOAD_NOT_SUPPORTED", `uploading to '${url}' is not supported`);
	try {
		const bytes = Uint8Array.from(readFileSync(fileURLToPath(url)));
		return { status: 200, arrayBuffer: async () => bytes.buffer };
	} catch (error) {
		if (!["ENOENT", "ENOTDIR", "EISDIR"].includes(String((error as { code?: unknown }).code))) throw error;
		return { status: 404, arrayBuffer: async () => new ArrayBuffer(0) };
	}
};
