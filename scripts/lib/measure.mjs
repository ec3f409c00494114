/** Running something a few times, and what the times say. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

const peakOf = (pid) => {
	try {
		const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
		return kilobytes === undefined ? 0 : Number(kilobytes) / 1024;
	} catch {
		return 0;
	}
};

/** Runs a program: its milliseconds, its peak memory in MB (Linux; 0 elsewhere), and what it printed. */
export const timed = ([command, ...args], { env = process.env } = {}) =>
	new Promise((resolve, reject) => {
		const start = performance.now();
		const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
		let memory = 0;
		const watch = setInterval(() => {
			memory = Math.max(memory, peakOf(child.pid));
		}, 10);
		const output = [];
		const errors = [];
		child.stdout.on("data", (chunk) => output.push(chunk));
		child.stderr.on("data", (chunk) => errors.push(chunk));
		child.on("error", reject);
		child.on("close", (status) => {
			const time = performance.now() - start;
			clearInterval(watch);
			const text = Buffer.concat(output).toString().trim();
			if (status === 0) resolve({ time, memory, text });
			else reject(new Error(`${command} ${args.join(" ")}: status ${status}\n${Buffer.concat(errors)}`));
		});
	});

/**
 * Runs a program with files as its input and output: its milliseconds by the clock, and those of the processor, its
 * children's among them.
 */
export const measureRun = (command, env, { input, output }) =>
	new Promise((resolve, reject) => {
		const start = performance.now();
		// The shell tells what its children have used, which Node does not.
		const script = '"$@"; status=$?; times >&3; exit $status';
		const stdio = [
			input === undefined ? "ignore" : openSync(input, "r"),
			output === undefined ? "ignore" : openSync(output, "w"),
			"pipe",
			"pipe",
		];
		const child = spawn("bash", ["-c", script, "bash", ...command], { env, stdio });
		for (const fd of stdio) if (typeof fd === "number") closeSync(fd);
		let [errors, used] = ["", ""];
		child.stderr.on("data", (chunk) => (errors = (errors + chunk).slice(-2000)));
		child.stdio[3].on("data", (chunk) => (used += chunk));
		child.on("close", (status) => {
			const wall = performance.now() - start;
			if (status !== 0) return reject(new Error(`${command.join(" ").slice(0, 200)}: status ${status}\n${errors}`));
			const [, children = ""] = used.trim().split("\n");
			const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + (m * 60 + +s) * 1000, 0);
			resolve({ wall, cpu });
		});
	});

export const median = (numbers) => {
	const sorted = [...numbers].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** How far the numbers lie apart: the middle half's width as a share of the median. */
export const spread = (numbers) => {
	const sorted = [...numbers].sort((a, b) => a - b);
	const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
	return (at(0.75) - at(0.25)) / median(sorted);
};
