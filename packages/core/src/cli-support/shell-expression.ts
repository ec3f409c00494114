import { NixError } from "@tsnix/store";
import {
	type Attrs,
	AttrsBuilder,
	Closure,
	type Evaluator,
	findDerivations,
	force,
	type Lazy,
	maybeLstat,
	NixPath,
	type PackageInfo,
	resolveExprPath,
	resolveSymlinks,
	selectAlongPath,
	showNixPath,
} from "./evaluation";

/** The file that `nix-shell` reads for a path, and what there is to say of it. */
export interface ShellFile {
	readonly path: NixPath;
	readonly warning?: string;
}

const below = (folder: NixPath, name: string): NixPath =>
	new NixPath(folder.path === "/" ? `/${name}` : `${folder.path}/${name}`, folder.accessor);

/**
 * The file that `nix-shell` reads: of a folder its `shell.nix` (unless `shellNix` is false, as the setting
 * `nix-shell-always-looks-for-shell-nix` may say), or its `default.nix`. Throws a NixError where it has neither.
 */
export const shellFile = (st: Evaluator, given: NixPath, shellNix: boolean): ShellFile => {
	const path = resolveExprPath(st, given, false);
	if (maybeLstat(st, resolveSymlinks(st, path))?.kind !== "directory") return { path };
	const exists = (file: NixPath): boolean => maybeLstat(st, file) !== undefined;
	const [preferred, fallback] = [below(path, "shell.nix"), below(path, "default.nix")];
	const preferredExists = exists(preferred);
	if (preferredExists && shellNix) return { path: preferred };
	const setting = "nix-shell-always-looks-for-shell-nix";
	const warning = `Skipping '${showNixPath(preferred)}', because the setting '${setting}' is disabled. This is a deprecated behavior. Consider enabling '${setting}'.`;
	if (exists(fallback)) return { path: fallback, ...(preferredExists ? { warning } : {}) };
	throw new NixError("NO_SHELL_FILE", `neither 'shell.nix' nor 'default.nix' found in '${showNixPath(path)}'`);
};

/** The derivations that a value holds for `nix-shell`: functions that have an argument `inNixShell` get it. */
export const shellDerivations = (st: Evaluator, root: Lazy, path: string, args: Attrs): PackageInfo[] => {
	const id = st.symbols.create("inNixShell");
	const argsFor = (lazy: Lazy): Attrs => {
		const f = force(lazy, 0);
		if (!(f instanceof Closure) || f.lam.formals?.ids.includes(id) !== true) return args;
		const builder = new AttrsBuilder();
		// Even where `--arg` says otherwise.
		builder.add(id, true);
		args.shape.ids.forEach((name, i) => name === id || builder.add(name, args.vals[i], args.shape.posAt(i)));
		return builder.finish();
	};
	const { value, pos } = selectAlongPath(st, path, argsFor(root), root);
	force(value, pos);
	return findDerivations(st, value, argsFor(value));
};
