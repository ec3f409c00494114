import { MemoryFile, memoryAccessor, narHash } from "@tsnix/store";
import { getStrAttr } from "../attrs";
import { describedAccessor } from "../described-accessor";
import { downloadFile } from "../download";
import { inputNarHash, inputToURL, withAttr } from "../input";
import { curlAttrs, curlAttrsFromURL, curlToURL, hasTarballExtension, isCurlURL } from "./curl";
import type { InputScheme } from "./scheme";
import { sourceName } from "../source-name";

/** `file+https://…`: one file, as it is. */
export const fileScheme: InputScheme = {
	name: "file",
	allowedAttrs: curlAttrs,
	fromURL: (url, { requireTree }) =>
		isCurlURL(url, "file", () => !requireTree && !hasTarballExtension(url)) ? curlAttrsFromURL(url, "file") : undefined,
	fromAttrs: (attrs) => attrs,
	toURL: curlToURL,
	isLocked: (input) => inputNarHash(input) !== undefined,
	*fetch(input, world) {
		const file = yield* downloadFile(getStrAttr(input.attrs, "url"), {}, world);
		const accessor = memoryAccessor(new MemoryFile(file.contents));
		const { hash } = narHash(accessor);
		const result = withAttr(input, "narHash", hash.sri());
		return {
			accessor: describedAccessor(accessor, {
				fingerprint: hash.sri(),
				displayPrefix: sourceName(inputToURL(result)),
			}),
			input: result,
			narHash: hash,
		};
	},
};
