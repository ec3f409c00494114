import { createHash } from "node:crypto";
import {
	closeSync,
	fstatSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	readSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";

/** A script that was run, and whether its compiled code is kept. */
export interface LoadedScript {
	/** What the script exports. */
	readonly exports: unknown;
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

/** What `use` makes of a file of the user's own, or of whoever installed the program; nothing else is believed. */
const ofOwn = <A>(file: string, owner: number, use: (fd: number) => A): A | undefined => {
	let fd: number;
	try {
		fd = openSync(file, "r");
	} catch {
		return undefined;
	}
	try {
		const { uid, mode } = fstatSync(fd);
		const mine = process.getuid?.();
		return (mine === undefined || uid === mine || uid === owner) && (mode & 0o022) === 0 ? use(fd) : undefined;
	} finally {
		closeSync(fd);
	}
};

const readWithOwner = (file: string): readonly [text: Buffer, owner: number] => {
	const fd = openSync(file, "r");
	try {
		return [readFileSync(fd), fstatSync(fd).uid];
	} finally {
		closeSync(fd);
	}
};

/** The line that the build puts at a script's end: the hash of what is before it. */
export const hashLine = (text: Uint8Array): string => `\n//# sha1=${createHash("sha1").update(text).digest("hex")}\n`;

const hashLineLength = "\n//# sha1=\n".length + 40;

/** The hash of a script by its last line, else of all of it: hashing takes as long as loading half of what is needed. */
const hashOf = (tail: Buffer, text: () => Buffer): string =>
	/\n\/\/# sha1=([0-9a-f]{40})\n$/.exec(tail.toString("latin1"))?.[1] ??
	createHash("sha1").update(text()).digest("hex");

/** The name of the code of a script: other text, another Node or another kind of run make it another. */
const codeName = (script: string, hash: string, kind: string): { readonly name: string; readonly family: string } => {
	const family = `${basename(script, ".cjs")}-${process.version}-${process.arch}${kind}-`;
	return { name: family + hash, family };
};

/** Whether the compiled code of a script is there. */
export const hasCode = (script: string, kind: string, env: NodeJS.ProcessEnv): boolean => {
	const fd = openSync(script, "r");
	try {
		const { uid, size } = fstatSync(fd);
		const tail = Buffer.alloc(hashLineLength);
		readSync(fd, tail, 0, tail.length, Math.max(0, size - tail.length));
		const { name } = codeName(
			script,
			hashOf(tail, () => readFileSync(script)),
			kind,
		);
		return places(script, env).some((place) => ofOwn(join(place, name), uid, () => true) === true);
	} finally {
		closeSync(fd);
	}
};

/**
 * Runs a CommonJS script as `require` would, from compiled code where an earlier run has left some: compiling is half
 * of what a small command would take (docs/benchmarks.md). Node's own compile cache comes later than our oldest Node,
 * and keeps only the functions that had run when the script was loaded.
 *
 * @param kind what tells runs apart whose code is kept apart
 * @param onRead is called when all has been read, before it is compiled
 */
export const loadScript = (
	script: string,
	kind: string,
	env: NodeJS.ProcessEnv,
	onRead: () => void = () => {},
): LoadedScript => {
	const [text, owner] = readWithOwner(script);
	const hash = hashOf(text.subarray(-hashLineLength), () => text);
	const { name, family } = codeName(script, hash, kind);
	const candidates = places(script, env);
	let cachedData: Buffer | undefined;
	for (const place of candidates) {
		cachedData = ofOwn(join(place, name), owner, (fd) => readFileSync(fd));
		if (cachedData !== undefined) break;
	}
	onRead();
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
	return { exports: module.exports, codeIsSaved, save };
};
