import { NixError } from "@tsnix/store";
import {
	AttrsBuilder,
	type Evaluator,
	evalFile,
	force,
	getAttr,
	type Lazy,
	maybeLstat,
	NixPath,
	readDirectory,
	resolveExprPath,
	resolveSymlinks,
	showNixPath,
} from "../evaluation";

/** How many expressions a folder of them may hold. */
const maxExpressions = 1024;

const below = (path: NixPath, name: string): NixPath =>
	new NixPath(path.path === "/" ? `/${name}` : `${path.path}/${name}`, path.accessor);

/** Whether a path is an expression: a file, or a folder with a `default.nix`. */
const isExpression = (st: Evaluator, path: NixPath): boolean => {
	const kind = maybeLstat(st, path)?.kind;
	if (kind === "regular") return true;
	return kind === "directory" && maybeLstat(st, resolveSymlinks(st, below(path, "default.nix"))) !== undefined;
};

/**
 * The value that `nix-env` works on: that of a file, or for a folder like `~/.nix-defexpr` a set of all expressions in
 * and below it, named by their files, each evaluated when it is needed (manual: "nix-env", "Files").
 *
 * @param warn is told of expressions that are left out because another has their name
 */
export const loadSourceExpression = (st: Evaluator, path: NixPath, warn: (text: string) => void): Lazy => {
	const real = resolveSymlinks(st, path);
	if (isExpression(st, real)) return evalFile(st, resolveExprPath(st, path));
	const kind = maybeLstat(st, real)?.kind;
	if (kind === undefined) throw new NixError("FILE_NOT_FOUND", `path '${showNixPath(real)}' does not exist`);
	if (kind !== "directory")
		throw new NixError("NOT_AN_EXPRESSION", `path '${showNixPath(path)}' is not a directory or a Nix expression`);
	const builder = new AttrsBuilder();
	builder.add(st.symbols.create("_combineChannels"), []);
	const seen = new Set<string>();
	gather(
		st,
		path,
		seen,
		(name, file) => {
			const load = getAttr(st.builtins, st.symbols.create("import")) as Lazy;
			builder.add(st.symbols.create(name), st.apply(load, file));
		},
		warn,
	);
	return force(builder.finish(), 0);
};

const gather = (
	st: Evaluator,
	folder: NixPath,
	seen: Set<string>,
	take: (name: string, file: NixPath) => void,
	warn: (text: string) => void,
): void => {
	const entries = readDirectory(st, resolveSymlinks(st, folder)).map(([name]) => name);
	for (const entry of entries.sort()) {
		// What a profile consists of is no package, and channels are profiles.
		if (entry === "manifest.nix") continue;
		const path = resolveSymlinks(st, below(folder, entry));
		const kind = maybeLstat(st, path)?.kind;
		if (kind === undefined) continue;
		if (isExpression(st, path) && (kind !== "regular" || path.path.endsWith(".nix"))) {
			const name = entry.endsWith(".nix") ? entry.slice(0, -4) : entry;
			if (seen.has(name)) {
				const channels = path.path.includes("channels") && folder.path.includes("channels");
				const hint = `\nsuggestion: remove '${name}' from either the root channels or the user channels`;
				warn(
					`warning: name collision in input Nix expressions, skipping '${showNixPath(path)}'${channels ? hint : ""}`,
				);
				continue;
			}
			seen.add(name);
			if (seen.size === maxExpressions)
				throw new NixError("TOO_MANY_EXPRESSIONS", `too many Nix expressions in directory '${showNixPath(folder)}'`);
			take(name, path);
		} else if (kind === "directory") gather(st, path, seen, take, warn);
	}
};
