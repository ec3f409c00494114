import { createHash } from "node:crypto";
import {
	fstatSync,
	mkdirSync,
	openSync,
	closeSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";

/** A script that was run, and whether its compiled code is kept. */
export interface LoadedScript {
	readonly codeIsSaved: boolean;
	/** Keeps what V8 has compiled of the script so far, for the next run. Where nothing can be written, nothing is. */
	readonly save: () => void;
}

/** Where compiled code may be kept: beside the script, else with the user's other caches. */
const places = (script: string, env: NodeJS.ProcessEnv): string[] => {
	const cache =
		env.NIX_CACHE_HOME ?? (env.XDG_CACHE_HOME || (env.HOME === undefined ? undefined : join(env.HOME, ".cache")));
	return [join(dirname(script), "code"), ...(cache === undefined ? [] : [join(cache, "tsnix", "code")])];
};

/** A file of the user's own, or of whoever installed the program; nothing else is believed. */
const readOwn = (file: string, owner: number): Buffer | undefined => {
	let fd: number;
	try {
		fd = openSync(file, "r");
	} catch {
		return undefined;
	}
	try {
		const { uid, mode } = fstatSync(fd);
		const mine = process.getuid?.();
		return (mine === undefined || uid === mine || uid === owner) && (mode & 0o022) === 0 ? readFileSync(fd) : undefined;
	} finally {
		closeSync(fd);
	}
};

const ownerOf = (file: string): number => {
	const fd = openSync(file, "r");
	try {
		return fstatSync(fd).uid;
	} finally {
		closeSync(fd);
	}
};

/** The name of the code of a script: other text, another Node or other flags make it another. */
const codeName = (script: string, text: Buffer, flags: string): { readonly name: string; readonly family: string } => {
	const family = `${basename(script, ".cjs")}-${process.version}-${process.arch}${flags}-`;
	return { name: family + createHash("sha1").update(text).digest("hex"), family };
};

/** Whether the compiled code of a script is there. */
export const hasCode = (script: string, flags: string, env: NodeJS.ProcessEnv): boolean => {
	const { name } = codeName(script, readFileSync(script), flags);
	const owner = ownerOf(script);
	return places(script, env).some((place) => readOwn(join(place, name), owner) !== undefined);
};

/**
 * Runs a CommonJS script as `require` would, from compiled code where an earlier run has left some: compiling is half
 * of what a small command would take (docs/benchmarks.md). Node's own compile cache comes later than our oldest Node,
 * and keeps only the functions that had run when the script was loaded.
 *
 * @param flags what tells V8's flags apart: code is taken only where they are the same
 */
export const loadScript = (script: string, flags: string, env: NodeJS.ProcessEnv): LoadedScript => {
	const text = readFileSync(script);
	const { name, family } = codeName(script, text, flags);
	const owner = ownerOf(script);
	const candidates = places(script, env);
	let cachedData: Buffer | undefined;
	for (const place of candidates) {
		cachedData = readOwn(join(place, name), owner);
		if (cachedData !== undefined) break;
	}
	const compiled = new Script(
		`(function (exports, require, module, __filename, __dirname) {${text.toString("latin1")}\n})`,
		{
			filename: script,
			...(cachedData === undefined ? {} : { cachedData }),
		},
	);
	const codeIsSaved = cachedData !== undefined && compiled.cachedDataRejected !== true;
	const module = { exports: {} };
	compiled
		.runInThisContext()
		.call(module.exports, module.exports, createRequire(script), module, script, dirname(script));
	const save = (): void => {
		if (codeIsSaved) return;
		const data = compiled.createCachedData();
		for (const place of candidates)
			try {
				mkdirSync(place, { recursive: true });
				const temporary = join(place, `${name}.${process.pid}`);
				writeFileSync(temporary, data, { mode: 0o644 });
				renameSync(temporary, join(place, name));
				for (const other of readdirSync(place))
					if (other.startsWith(family) && other.length === name.length && other !== name)
						rmSync(join(place, other), { force: true });
				return;
			} catch {
				// The next place, or none: the program works without.
			}
	};
	return { codeIsSaved, save };
};
