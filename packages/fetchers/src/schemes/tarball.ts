import { narHash } from "@tsnix/store";
import { getStrAttr } from "../attrs";
import { describedAccessor } from "../described-accessor";
import { fetchTarballTree } from "../download";
import { FetchError } from "../errors";
import { inputFromURL, inputNarHash, inputRev, inputToURL, inputType, withAttr } from "../input";
import { curlAttrs, curlAttrsFromURL, curlToURL, hasTarballExtension, isCurlURL } from "./curl";
import type { InputScheme } from "./scheme";
import { sourceName } from "../source-name";

/** `https://…/x.tar.gz`, `tarball+https://…`: an archive, unpacked. */
export const tarballScheme: InputScheme = {
	name: "tarball",
	allowedAttrs: curlAttrs,
	fromURL: (url, { requireTree }) =>
		isCurlURL(url, "tarball", () => requireTree || hasTarballExtension(url))
			? curlAttrsFromURL(url, "tarball")
			: undefined,
	fromAttrs: (attrs) => attrs,
	toURL: curlToURL,
	isLocked: (input) => inputNarHash(input) !== undefined,
	fingerprint: (input) => inputNarHash(input)?.sri() ?? inputRev(input)?.base16(),
	*fetch(input, world) {
		const url = getStrAttr(input.attrs, "url");
		const tree = yield* fetchTarballTree({ url, headers: {}, cacheKey: { domain: "tarball", attrs: { url } } }, world);
		let result = input;
		if (tree.immutableUrl !== undefined) {
			result = inputFromURL(tree.immutableUrl, { settings: world.settings, warn: world.warn });
			if (inputType(result) !== "tarball")
				throw new FetchError("BAD_LINK", "tarball 'Link' headers that redirect to non-tarball URLs are not supported");
		}
		if (tree.lastModified !== 0 && !Object.hasOwn(result.attrs, "lastModified"))
			result = withAttr(result, "lastModified", tree.lastModified);
		const { hash } = narHash(tree.accessor);
		result = withAttr(result, "narHash", hash.sri());
		return {
			accessor: describedAccessor(tree.accessor, {
				fingerprint: hash.sri(),
				displayPrefix: sourceName(inputToURL(input)),
				lastModified: tree.lastModified,
			}),
			input: result,
			narHash: hash,
		};
	},
};
