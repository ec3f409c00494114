import { caseHackVisitor, NixError, type NarVisitor, parseNar } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);

/** Makes something where nothing may be yet; the error is worded as the reference words it. */
const making = <T>(make: () => T, message: () => string): T => {
	try {
		return make();
	} catch (error) {
		if (codeOf(error) !== "EEXIST") throw error;
		throw new NixError("EXISTS", message(), { cause: error });
	}
};

const isDirectory = (path: string): boolean => {
	try {
		return nodeFs.statSync(path).isDirectory();
	} catch {
		return false;
	}
};

/**
 * Writes the tree that a NAR holds to a path where nothing is. `shown` is the path in messages. With `caseHack` names
 * that differ only in case are told apart by suffixes.
 */
export const restoreNar = (
	nar: Uint8Array | Iterable<Uint8Array>,
	root: string,
	{ shown = root, caseHack = false }: { readonly shown?: string; readonly caseHack?: boolean } = {},
): void => {
	const below = (base: string, path: string): string => (path === "/" ? base : base + path);
	const at = (path: string): string => below(root, path);
	const visitor: NarVisitor = {
		directory: (path) =>
			void making(
				() => nodeFs.mkdirSync(at(path)),
				() =>
					isDirectory(at(path))
						? `path '${below(shown, path)}' already exists`
						: `filesystem error: cannot create directory: File exists [${below(shown, path)}]`,
			),
		regular: (path, file) => {
			const fd = making(
				() => nodeFs.openSync(at(path), "wx", file.executable ? 0o777 : 0o666),
				() => `creating file "${below(shown, path)}": File exists`,
			);
			return {
				write: (chunk) => {
					for (let done = 0; done < chunk.length; ) done += nodeFs.writeSync(fd, chunk, done, chunk.length - done);
				},
				end: () => nodeFs.closeSync(fd),
			};
		},
		symlink: (path, target) =>
			making(
				() => nodeFs.symlinkSync(target, at(path)),
				() => `creating symlink "${below(shown, path)}" -> "${target}": File exists`,
			),
	};
	parseNar(nar, caseHack ? caseHackVisitor(visitor) : visitor);
};
