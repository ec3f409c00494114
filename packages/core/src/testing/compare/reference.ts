/** Runs programs with the reference, found in a folder with `bin/nix-instantiate`. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Outcome, optionsOf, type RunOptions, sentinel } from "./program";

export interface ReferencePlace {
	readonly reference: string;
	/** Where the programs' files are, and the working directory. */
	readonly folder: string;
	readonly env: Readonly<Record<string, string>>;
}

const timeout = 20_000;
/** What prints more bytes than this is not waited for. */
const most = 1 << 26;

/** The text that the reference prints for the sentinel. */
const endings: Readonly<Record<RunOptions["output"], string>> = {
	plain: `"${sentinel}"\n`,
	lazy: `"${sentinel}"\n`,
	json: `"${sentinel}"\n`,
	xml: `<?xml version='1.0' encoding='utf-8'?>\n<expr>\n  <string value="${sentinel}" />\n</expr>\n`,
	parse: `"${sentinel}"\n`,
};

/**
 * Runs programs one after another in one process, which ends with the first that fails: gives the outcomes up to that
 * one. `args` are expressions, or names of files.
 */
export const runByReference = async (
	args: readonly string[],
	options: RunOptions,
	place: ReferencePlace,
): Promise<Outcome[]> => {
	const isExpression = options.source === "expression";
	const traced = options.output === "parse" ? `"${sentinel}"` : `builtins.trace "${sentinel}" "${sentinel}"`;
	const end = isExpression ? traced : `end-${options.output === "parse" ? "parse" : "eval"}.nix`;
	const given = [...optionsOf(options), ...(isExpression ? ["-E"] : []), ...args.flatMap((arg) => [arg, end])];
	const { status, out, err } = await run(join(place.reference, "bin", "nix-instantiate"), given, place);
	const outs = out.split(endings[options.output]);
	const errs = options.output === "parse" ? outs.map(() => "") : err.split(`trace: ${sentinel}\n`);
	const done = Math.min(outs.length, errs.length) - 1;
	const outcomes = Array.from({ length: done }, (_, i): Outcome => ({ status: "ok", out: outs[i], err: errs[i] }));
	if (done < args.length)
		outcomes.push({
			status,
			out: outs[done],
			err: (options.output === "parse" ? err : errs[done]).replace(
				/\nTry 'nix-instantiate --help' for more information\.\n$/,
				"\n",
			),
		});
	return outcomes;
};

interface Finished {
	readonly status: Outcome["status"];
	readonly out: string;
	readonly err: string;
}

const run = (command: string, args: readonly string[], { folder, env }: ReferencePlace): Promise<Finished> =>
	new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
		const out: Buffer[] = [];
		const err: Buffer[] = [];
		let late = false;
		const timer = setTimeout(() => {
			late = true;
			child.kill("SIGKILL");
		}, timeout);
		let printed = 0;
		const gather = (chunks: Buffer[]) => (chunk: Buffer) => {
			printed += chunk.length;
			if (printed < most) chunks.push(chunk);
			else {
				late = true;
				child.kill("SIGKILL");
			}
		};
		child.stdout.on("data", gather(out));
		child.stderr.on("data", gather(err));
		child.on("error", reject);
		child.on("close", (code, signal) => {
			clearTimeout(timer);
			const crashed = signal !== null || (code ?? 0) > 128;
			resolve({
				status: late ? "timeout" : crashed ? "crash" : code === 0 ? "ok" : "failed",
				out: Buffer.concat(out).toString("latin1"),
				err: Buffer.concat(err).toString("latin1"),
			});
		});
	});
