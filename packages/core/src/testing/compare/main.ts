/** `npm run compare`: see `usage`. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { batchOf, type Counts, compare, type Difference } from "./compare";
import { TSNixThread } from "./tsnix";

const usage = `npm run compare -- [--count N] [--seed S] [--limit N] [--jobs N] [--seconds N] [--shrinks N] [--list]
                       [--corrupt FOLDER]

Runs N programs made at random (2000 unless told) with real Nix and with TSNix, and tells of every difference in what
they print, on standard output and on standard error, and in whether they fail. The programs are decided by S, a number
that differs from batch to batch (40 programs): the one that a difference tells of shows it again, with --count 1.
Ends with status 1 if there were differences. Stops after --limit of them (10), and after --seconds.
--list prints the programs of a batch instead.
--corrupt takes the files in FOLDER that end in .nix, breaks them at random, and compares what becomes of those.
`;

const { values } = parseArgs({
	options: {
		count: { type: "string", default: "2000" },
		seed: { type: "string", default: "1" },
		limit: { type: "string", default: "10" },
		jobs: { type: "string", default: "2" },
		seconds: { type: "string", default: "1000000" },
		shrinks: { type: "string", default: "200" },
		corrupt: { type: "string" },
		list: { type: "boolean", default: false },
		help: { type: "boolean", default: false },
	},
});

const print = (text: string): void => void process.stdout.write(Buffer.from(text, "latin1"));

const report = ({ seed, options, program, small, reference, tsnix }: Difference): void => {
	const text = small ?? program;
	print(
		`\n=== seed ${seed}: ${options.source} ${options.output}${options.showTrace ? " --show-trace" : ""}${small === undefined ? " (only after the programs before it)" : ""}\n${text}\n`,
	);
	for (const [name, outcome] of Object.entries({ reference, tsnix }))
		print(
			outcome === undefined
				? `--- ${name}: nothing\n`
				: `--- ${name}: ${outcome.status}\n${outcome.out.slice(0, 3000)}${outcome.err.slice(0, 3000)}`,
		);
};

let shown = 0;
const progress = (counts: Counts): void => {
	if (Date.now() - shown < 10_000) return;
	shown = Date.now();
	process.stderr.write(`${summary(counts)}\n`);
};

const summary = ({ programs, failing, differences, undecided }: Counts): string =>
	`${programs} programs (${failing} failing), ${differences} differences, ${undecided} undecided`;

/** Larger files take the shrinking too long, and hold nothing that small ones do not. */
const largest = 20_000;

const sourcesIn = (folder: string): string[] => {
	const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".nix"))
		.sort()
		.map((name) => join(folder, name))
		.filter((file) => statSync(file).size <= largest)
		.map((file) => readFileSync(file, "latin1"));
	if (sources.length === 0) throw new Error(`no files in '${folder}' to corrupt`);
	return sources;
};

const main = async (): Promise<void> => {
	const seed = Number(values.seed);
	const sources = values.corrupt === undefined ? [] : sourcesIn(values.corrupt);
	if (values.help) print(usage);
	else if (values.list) {
		const { options, programs } = batchOf(seed, sources);
		print(`${JSON.stringify(options)}\n${programs.map((program) => `${program.text}\n`).join("---\n")}`);
	} else {
		const tsnix = new TSNixThread(pathToFileURL(join(__dirname, "thread.cjs")));
		const counts = await compare(
			{
				reference: process.env.TSNIX_REFERENCE as string,
				count: Number(values.count),
				seed,
				limit: Number(values.limit),
				jobs: Number(values.jobs),
				time: Number(values.seconds) * 1000,
				shrinks: Number(values.shrinks),
				sources,
				report,
				progress,
			},
			tsnix,
		);
		await tsnix.close();
		process.stdout.write(`${summary(counts)}\n`);
		process.exitCode = counts.differences > 0 ? 1 : 0;
	}
};

void main();
