import { fsAccessor, maybeParseStorePath } from "@tsnix/store";
import { type Attr, attrsToQuery, getStrAttr, parseCount } from "../attrs";
import { FetchError } from "../errors";
import { type Input, inputLastModified, inputNarHash, inputToURL, withAttr } from "../input";
import { canonicalPath } from "../paths";
import { authorityToString, type ParsedURL, urlPathToPath, urlToString } from "../url";
import { describedAccessor } from "../described-accessor";
import { hashFolder } from "../folder-hash";
import type { InputScheme } from "./scheme";

const absolutePath = (input: Input): string => {
	const path = getStrAttr(input.attrs, "path");
	if (path.startsWith("/")) return canonicalPath(path);
	throw new FetchError("RELATIVE_INPUT", `cannot fetch input '${inputToURL(input)}' because it uses a relative path`);
};

/** `path:/some/folder`: files as they lie there. */
export const pathScheme: InputScheme = {
	name: "path",
	// The last four make a pinned tree look like the repository it was exported from.
	allowedAttrs: new Set(["path", "rev", "revCount", "lastModified", "narHash"]),
	experimentalFeature: "flakes",
	fromURL(url: ParsedURL) {
		if (url.scheme !== "path") return undefined;
		const shown = () => urlToString(url);
		if (url.authority !== undefined && url.authority.host !== "")
			throw new FetchError(
				"BAD_INPUT",
				`path URL '${shown()}' should not have an authority ('${authorityToString(url.authority)}')`,
			);
		const attrs: Record<string, Attr> = { type: "path", path: urlPathToPath(url.path) };
		for (const [name, value] of url.query)
			if (name === "rev" || name === "narHash") attrs[name] = value;
			else if (name === "revCount" || name === "lastModified") {
				const count = parseCount(value);
				if (count === undefined)
					throw new FetchError("BAD_INPUT", `path URL '${shown()}' has invalid parameter '${name}'`);
				attrs[name] = count;
			} else throw new FetchError("BAD_INPUT", `path URL '${shown()}' has unsupported parameter '${name}'`);
		return attrs;
	},
	fromAttrs(attrs) {
		getStrAttr(attrs, "path");
		return attrs;
	},
	toURL(input) {
		const query = attrsToQuery(input.attrs);
		for (const name of ["path", "type", "__final"]) query.delete(name);
		return { scheme: "path", path: getStrAttr(input.attrs, "path").split("/"), query, fragment: "" };
	},
	isLocked: (input) => inputNarHash(input) !== undefined,
	relativePath(input) {
		const path = getStrAttr(input.attrs, "path");
		return path.startsWith("/") ? undefined : path;
	},
	sourcePath: absolutePath,
	*fetch(input, world) {
		const path = absolutePath(input);
		const withTime = (seconds: number) =>
			inputLastModified(input) === undefined ? withAttr(input, "lastModified", seconds) : input;
		const storePath = maybeParseStorePath(path, world.storeDir);
		if (storePath?.name === "source" && world.store?.isValidPath(storePath) === true) {
			const hash = world.store.queryPathInfo(storePath)?.narHash.sri();
			const accessor = world.store.accessor(storePath);
			return {
				accessor: describedAccessor(accessor, hash === undefined ? {} : { fingerprint: `path:${hash}` }),
				input: withTime(0),
			};
		}
		if (world.fs === undefined)
			throw new FetchError("NO_FILES", `cannot fetch input '${inputToURL(input)}': no file system was given`);
		const files = fsAccessor(world.fs, path);
		if (files.lstat("/") === undefined) throw new FetchError("NO_SUCH_PATH", `path '/${path}' does not exist`);
		const { narHash: hash, lastModified } = hashFolder(world.fs, path, world);
		return {
			accessor: describedAccessor(files, { fingerprint: `path:${hash.sri()}`, lastModified }),
			input: withTime(lastModified),
			narHash: hash,
		};
	},
};
