import { EvalError } from "../errors/errors";
import type { ContextGatherer } from "./context";
import type { Evaluator } from "./evaluator";
import type { NixPath } from "./values";

/** An absolute path without `.`, `..`, doubled or trailing slashes. `..` above the root stays at the root. */
export const canonPath = (path: string): string => {
	if (isCanonical(path)) return path;
	const out: string[] = [];
	for (const part of path.split("/")) {
		if (part === "" || part === ".") continue;
		if (part === "..") out.pop();
		else out.push(part);
	}
	return `/${out.join("/")}`;
};

const isCanonical = (path: string): boolean => {
	const n = path.length;
	if (n === 0 || path.charCodeAt(0) !== 47) return false;
	if (n > 1 && path.charCodeAt(n - 1) === 47) return false;
	for (let at = path.indexOf("/"); at >= 0 && at + 1 < n; at = path.indexOf("/", at + 1)) {
		const c = path.charCodeAt(at + 1);
		if (c === 47) return false;
		if (c === 46) {
			const d = path.charCodeAt(at + 2);
			if (Number.isNaN(d) || d === 47) return false;
			if (d === 46) {
				const e = path.charCodeAt(at + 3);
				if (Number.isNaN(e) || e === 47) return false;
			}
		}
	}
	return true;
};

export const baseNameOf = (path: string): string => {
	let end = path.length;
	if (end > 1 && path.charCodeAt(end - 1) === 47) end--;
	return path.slice(path.lastIndexOf("/", end - 1) + 1, end);
};

export const dirOf = (path: string): string => {
	const at = path.lastIndexOf("/");
	return at < 0 ? "." : at === 0 ? "/" : path.slice(0, at);
};

/** Joins a relative path to a folder, canonically. */
export const joinPath = (dir: string, path: string): string => canonPath(`${dir}/${path}`);

/** Copies what a path names into the store, once an evaluation; gives its store path, which goes to the context. */
export const copyPathToStore = (st: Evaluator, path: NixPath, gatherer: ContextGatherer): string => {
	if (path.path.endsWith(".drv"))
		throw st.fail(new EvalError("NIX_DRV_NAME", "file names are not allowed to end in '.drv'"), 0);
	const storePath = st.copyToStore(path);
	gatherer.addElement(storePath.baseName);
	return storePath.toString(st.host.store.storeDir);
};
