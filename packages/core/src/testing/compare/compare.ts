/**
 * Compares TSNix with the reference on programs made at random. Every batch is decided by its seed alone: its programs,
 * and how they are run.
 */
import { isUtf8 } from "node:buffer";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { generateProgram } from "../generate/expressions";
import { corrupt, mutate, noise } from "../generate/mutate";
import { Random } from "../generate/random";
import { type Expression, textOf } from "../generate/tree";
import { features, type Outcome, type RunOptions, sameOutcome, sentinel, surroundings } from "./program";
import { type ReferencePlace, runByReference } from "./reference";
import { shrinkText, shrinkTree } from "./shrink";
import type { TSNixThread } from "./tsnix";

export interface CompareOptions {
	/** The folder with the reference's `bin/nix-instantiate`. */
	readonly reference: string;
	readonly count: number;
	readonly seed: number;
	/** Stops after so many differences. */
	readonly limit: number;
	/** Batches at a time. */
	readonly jobs: number;
	/** Stops after so many milliseconds. */
	readonly time: number;
	readonly shrinks: number;
	/** Texts to corrupt, instead of new programs. */
	readonly sources?: readonly string[];
	readonly report: (difference: Difference) => void;
	readonly progress: (counts: Counts) => void;
}

export interface Counts {
	programs: number;
	failing: number;
	differences: number;
	/** Programs that the reference took too long for, or crashed on: nothing can be said of them. */
	undecided: number;
}

export interface Difference {
	/** The batch, and which of its programs: `npm run compare -- --seed` takes it. */
	readonly seed: number;
	readonly options: RunOptions;
	readonly program: string;
	/** The smallest program found that makes a difference; undefined where it takes the programs before it. */
	readonly small: string | undefined;
	readonly reference: Outcome;
	readonly tsnix: Outcome;
}

interface Program {
	readonly text: string;
	/** Undefined where the text was changed afterwards. */
	readonly tree: Expression | undefined;
}

export const batchSize = 40;

/** A batch of texts that were expressions before something happened to them, as files that are read or evaluated. */
const corruptedBatch = (seed: number, sources: readonly string[]): { options: RunOptions; programs: Program[] } => {
	const random = new Random(seed);
	const options: RunOptions = {
		source: "file",
		output: random.pick(["parse", "lazy"]),
		showTrace: random.chance(0.3),
	};
	const text = (): string => {
		if (random.chance(0.05)) return noise(random);
		return random.chance(0.5) ? mutate(random, random.pick(sources)) : corrupt(random, random.pick(sources));
	};
	return { options, programs: Array.from({ length: batchSize }, () => ({ text: text(), tree: undefined })) };
};

/** The batch of a seed: of new programs, or of `sources` corrupted. */
export const batchOf = (
	seed: number,
	sources: readonly string[] = [],
): { options: RunOptions; programs: Program[] } => {
	if (sources.length > 0) return corruptedBatch(seed, sources);
	const random = new Random(seed);
	const options: RunOptions = {
		source: random.pick(["expression", "file"]),
		output: random.weighted([
			[66, "plain"],
			[8, "lazy"],
			[9, "json"],
			[9, "xml"],
			[8, "parse"],
		]),
		showTrace: random.chance(0.35),
	};
	const wrong = random.pick([0, 0.01, 0.02, 0.05]);
	const size = random.pick([8, 15, 30, 60]);
	const programs = Array.from({ length: batchSize }, (_, i): Program => {
		const oddBytes = options.source === "file" && random.chance(0.3);
		const tree = generateProgram(seed * batchSize + i, { oddBytes, size, wrong });
		const text = textOf(tree);
		if (!random.chance(0.06)) return { text, tree };
		const mutated = mutate(random, text);
		// What is no text cannot be given on a command line.
		return options.source === "expression" && !isText(mutated) ? { text, tree } : { text: mutated, tree: undefined };
	});
	return { options, programs };
};

/** Runs programs made at random, in batches from `seed` on, and reports what differs. */
export const compare = async (options: CompareOptions, tsnix: TSNixThread): Promise<Counts> => {
	const top = mkdtempSync(join(tmpdir(), "tsnix-compare-"));
	const counts: Counts = { programs: 0, failing: 0, differences: 0, undecided: 0 };
	const batches = Math.ceil(options.count / batchSize);
	const start = performance.now();
	let next = 0;
	const work = async (job: number): Promise<void> => {
		const comparison = new Comparison(options, tsnix, join(top, String(job), "work"), counts);
		while (next < batches && counts.differences < options.limit && performance.now() - start < options.time) {
			await comparison.batch(options.seed + next++);
			options.progress(counts);
		}
	};
	try {
		await Promise.all(Array.from({ length: options.jobs }, (_, job) => work(job)));
	} finally {
		rmSync(top, { recursive: true, force: true });
	}
	return counts;
};

class Comparison {
	private readonly place: ReferencePlace;

	constructor(
		private readonly options: CompareOptions,
		private readonly tsnix: TSNixThread,
		folder: string,
		private readonly counts: Counts,
	) {
		const conf = join(dirname(folder), "conf");
		write(
			join(conf, "nix.conf"),
			`experimental-features = ${features.join(" ")}\nbuild-users-group =\nsubstitute = false\n`,
		);
		for (const [name, text] of Object.entries(surroundings)) write(join(folder, name), text);
		symlinkSync("dir/x", join(folder, "link"));
		const end = `"${sentinel}"`;
		write(join(folder, "end-parse.nix"), end);
		write(join(folder, "end-eval.nix"), `builtins.trace ${end} ${end}`);
		const env = {
			PATH: process.env.PATH ?? "",
			HOME: join(dirname(folder), "home"),
			NIX_CONF_DIR: conf,
			NIX_STORE_DIR: "/nix/store",
			NIX_REMOTE: "dummy://",
			NIX_PATH: "",
		};
		this.place = { reference: options.reference, folder, env };
	}

	async batch(seed: number): Promise<void> {
		const { counts } = this;
		const { options, programs } = batchOf(seed, this.options.sources);
		const args = this.argumentsOf(
			programs.map((program) => program.text),
			options,
			"p",
		);
		for (let from = 0; from < programs.length && counts.differences < this.options.limit; ) {
			const [want, got] = await this.both(args.slice(from), options);
			let same = 0;
			while (same < want.length && same < got.length && sameOutcome(want[same], got[same])) same++;
			counts.programs += same;
			counts.failing += want.slice(0, same).filter((outcome) => outcome.status === "failed").length;
			from += same;
			if (same === want.length && same === got.length) continue;
			const reference = want[same];
			counts.programs++;
			if (reference.status === "timeout" || reference.status === "crash" || reference.err.includes("out of memory"))
				counts.undecided++;
			else await this.difference(seed, options, programs[from], reference, got[same]);
			from++;
		}
	}

	/** Arguments are byte strings; on a command line they are text. */
	private both(args: readonly string[], options: RunOptions): Promise<[readonly Outcome[], readonly Outcome[]]> {
		const texts = args.map((arg) => Buffer.from(arg, "latin1").toString("utf8"));
		return Promise.all([runByReference(texts, options, this.place), this.tsnix.run(args, options, this.place)]);
	}

	/** Expressions as arguments, which must not look like options; or files with them, by name. */
	private argumentsOf(texts: readonly string[], options: RunOptions, prefix: string): string[] {
		if (options.source === "expression") return texts.map((text) => (text.startsWith("-") ? ` ${text}` : text));
		return texts.map((text, i) => {
			const name = `${prefix}${i}.nix`;
			writeFileSync(join(this.place.folder, name), Buffer.from(text, "latin1"));
			return name;
		});
	}

	private async alone(text: string, options: RunOptions): Promise<{ reference: Outcome; tsnix: Outcome }> {
		const [[reference], [tsnix]] = await this.both(this.argumentsOf([text], options, "alone"), options);
		return { reference, tsnix };
	}

	private async difference(seed: number, options: RunOptions, program: Program, reference: Outcome, tsnix: Outcome) {
		this.counts.differences++;
		const differs = async (text: string): Promise<boolean> => {
			if (!isText(text) && isText(program.text)) return false;
			const { reference: a, tsnix: b } = await this.alone(text, options);
			return !sameOutcome(a, b) && a.status !== "timeout" && a.status !== "crash";
		};
		const { shrinks } = this.options;
		let small: string | undefined;
		if (await differs(program.text)) {
			small = program.tree === undefined ? program.text : await shrinkTree(program.tree, differs, shrinks);
			small = await shrinkText(small, differs, shrinks);
			({ reference, tsnix } = await this.alone(small, options));
		}
		this.options.report({ seed, options, program: program.text, small, reference, tsnix });
	}
}

/** Whether a byte string is UTF-8. */
const isText = (bytes: string): boolean => isUtf8(Buffer.from(bytes, "latin1"));

const write = (path: string, text: string): void => {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text);
};
