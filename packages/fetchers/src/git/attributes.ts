import { bytesToString } from "@tsnix/store";

/** What `.gitattributes` say of an attribute: set, unset (`-name`), a value, or nothing. */
export type AttributeValue = string | boolean | undefined;

interface Rule {
	readonly matches: (path: string, name: string) => boolean;
	/** Whether it ends in a slash: as in libgit2, it then holds for folders, and for nothing in them. */
	readonly foldersOnly: boolean;
	readonly attributes: readonly (readonly [name: string, value: AttributeValue])[];
}

/** A glob of Git's as a regular expression: `*` and `?` stop at slashes, `**` does not. */
const globToRegExp = (glob: string): RegExp => {
	let out = "";
	for (let i = 0; i < glob.length; i++) {
		const char = glob[i] as string;
		if (glob.startsWith("**/", i) && (i === 0 || glob[i - 1] === "/")) {
			out += "(?:.*/)?";
			i += 2;
		} else if (glob.startsWith("**", i) && i + 2 === glob.length && glob[i - 1] === "/") {
			out += ".*";
			i++;
		} else if (char === "*") {
			while (glob[i + 1] === "*") i++;
			out += "[^/]*";
		} else if (char === "?") out += "[^/]";
		else if (char === "[") {
			const end = glob.indexOf("]", glob[i + 1] === "!" || glob[i + 1] === "^" ? i + 3 : i + 2);
			if (end === -1) out += "\\[";
			else {
				const set = glob
					.slice(i + 1, end)
					.replace(/^[!^]/, "^")
					.replace(/\\/g, "\\\\")
					.replace(/(?!^)\[/g, "\\[");
				out += `(?!/)[${set}]`;
				i = end;
			}
		} else if (char === "\\" && i + 1 < glob.length) out += (glob[++i] as string).replace(/[^A-Za-z0-9]/, "\\$&");
		else out += char.replace(/[\\^$.|+(){}/\]]/, "\\$&");
	}
	return new RegExp(`^${out}$`, "s");
};

const parseRule = (line: string): Rule | undefined => {
	const match = /^(?:"((?:[^"\\]|\\.)*)"|([^\s"]\S*))[ \t]+(.*)$/.exec(line.trim());
	if (match === null || line.trimStart().startsWith("#")) return undefined;
	const pattern = match[1]?.replace(/\\(.)/g, "$1") ?? (match[2] as string);
	if (pattern.startsWith("!") || pattern.startsWith("[attr]")) return undefined;
	const foldersOnly = pattern.endsWith("/");
	const place = pattern.replace(/\/$/, "");
	const anchored = place.includes("/");
	const glob = globToRegExp(place.replace(/^\//, ""));
	const attributes = (match[3] as string)
		.split(/[ \t]+/)
		.filter((word) => word !== "")
		.map((word): readonly [string, AttributeValue] => {
			if (word.startsWith("-")) return [word.slice(1), false];
			if (word.startsWith("!")) return [word.slice(1), undefined];
			const equals = word.indexOf("=");
			return equals === -1 ? [word, true] : [word.slice(0, equals), word.slice(equals + 1)];
		});
	return { matches: (path, name) => glob.test(anchored ? path : name), foldersOnly, attributes };
};

const parseRules = (contents: Uint8Array): Rule[] =>
	bytesToString(contents)
		.split(/\r?\n/)
		.map(parseRule)
		.filter((rule) => rule !== undefined);

/**
 * Attributes of paths, from the `.gitattributes` files that `read` gives (by their path in the tree; undefined where
 * there is none) and from `.git/info/attributes`. Paths are relative to the tree's root (`a/b`). `isFolder` tells of the
 * files that are checked out; nothing is a folder where none are.
 */
export class GitAttributes {
	private readonly rules = new Map<string, readonly Rule[]>();
	private readonly info: readonly Rule[];

	constructor(
		private readonly read: (path: string) => Uint8Array | undefined,
		info: Uint8Array | undefined,
		private readonly isFolder: (path: string) => boolean = () => false,
	) {
		this.info = info === undefined ? [] : parseRules(info);
	}

	/** The value of an attribute: the last line that names it, of the deepest file, decides. */
	get(path: string, attribute: string): AttributeValue {
		const name = path.slice(path.lastIndexOf("/") + 1);
		let known: boolean | undefined;
		const isFolder = (): boolean => (known ??= this.isFolder(path));
		const fromInfo = this.find(this.info, path, name, attribute, isFolder);
		if (fromInfo !== undefined) return fromInfo[0];
		for (let folder = parentOf(path); ; folder = parentOf(folder)) {
			const relative = folder === "" ? path : path.slice(folder.length + 1);
			const found = this.find(this.rulesOf(folder), relative, name, attribute, isFolder);
			if (found !== undefined) return found[0];
			if (folder === "") return undefined;
		}
	}

	private find(
		rules: readonly Rule[],
		path: string,
		name: string,
		attribute: string,
		isFolder: () => boolean,
	): [AttributeValue] | undefined {
		for (let i = rules.length - 1; i >= 0; i--) {
			const rule = rules[i] as Rule;
			const value = rule.attributes.filter(([known]) => known === attribute).at(-1);
			if (value !== undefined && rule.matches(path, name) && (!rule.foldersOnly || isFolder())) return [value[1]];
		}
		return undefined;
	}

	private rulesOf(folder: string): readonly Rule[] {
		let rules = this.rules.get(folder);
		if (rules === undefined) {
			const contents = this.read(folder === "" ? ".gitattributes" : `${folder}/.gitattributes`);
			rules = contents === undefined ? [] : parseRules(contents);
			this.rules.set(folder, rules);
		}
		return rules;
	}
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
