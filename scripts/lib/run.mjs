/** Running programs: quietly where only a failure is of interest, openly where a person watches. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The folder of the repository, without a slash at its end. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/**
 * Runs a program to its end. Gives its exit status (128 and more: a signal's), and what it printed unless `quiet` is
 * false, when it prints as it goes.
 */
export const run = (command, args, { cwd = root, env = process.env, quiet = true } = {}) =>
	new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			cwd,
			env,
			stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
		});
		const output = [];
		child.stdout?.on("data", (chunk) => output.push(chunk));
		child.stderr?.on("data", (chunk) => output.push(chunk));
		child.on("error", reject);
		child.on("close", (code, signal) =>
			resolve({ status: code ?? (signal === "SIGINT" ? 130 : 143), output: Buffer.concat(output).toString() }),
		);
	});

/** As {@link run}, but ends this process with what the program printed when it fails. */
export const must = async (what, command, args, options) => {
	const result = await run(command, args, options);
	if (result.status === 0) return result;
	process.stderr.write(result.output);
	console.error(`${what} failed (${command} ${args.join(" ")}: status ${result.status})`);
	process.exit(result.status);
};

/** The program of a package that is installed here. */
export const installed = (name) => `${root}/node_modules/.bin/${name}`;

/** Seconds since `start`, which `performance.now()` gave, for a person. */
export const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
