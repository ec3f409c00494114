import { activity, type ActivityMessage, activityResult } from "@tsnix/store";
import { describe, expect, test } from "vitest";
import { JsonLogger } from "./json-logger";
import type { Logger, LogOutput } from "./logger";
import { ProgressBar } from "./progress-bar";
import { ProgressState } from "./progress-state";
import { SimpleLogger } from "./simple-logger";

const drv = "/nix/store/00000000000000000000000000000000-hello-2.12.drv";
const build: ActivityMessage = {
	type: "start",
	id: 7n,
	level: 3,
	activity: activity.build,
	text: `building '${drv}'`,
	fields: [drv, "", 1, 1],
	parent: 0n,
};
const line = (text: string): ActivityMessage => ({
	type: "result",
	id: 7n,
	result: activityResult.buildLogLine,
	fields: [text],
});
const stop: ActivityMessage = { type: "stop", id: 7n };

const shown = (make: (output: LogOutput) => Logger): string => {
	let text = "";
	const logger = make({
		terminal: false,
		write: (bytes) => void (text += bytes),
		verbosity: () => 3,
		columns: () => 80,
	});
	for (const message of [build, line("compiling"), stop]) logger.tell(message);
	logger.line(0, "done");
	logger.close?.();
	return text;
};

describe("a build, in each of the log formats", () => {
	test("raw", () => {
		expect(shown((output) => new SimpleLogger(output, false, false))).toBe(`building '${drv}'...\ndone\n`);
		expect(shown((output) => new SimpleLogger(output, true, true))).toBe(
			`<5>building '${drv}'...\n<3>compiling\n<3>done\n`,
		);
	});

	test("bar, where there is no terminal", () => {
		expect(shown((output) => new ProgressBar(output, () => 0, false))).toBe(`building '${drv}'...\ndone\n`);
		expect(shown((output) => new ProgressBar(output, () => 0, true))).toBe(
			`building '${drv}'...\nhello> compiling\ndone\n`,
		);
	});

	test("internal-json", () => {
		expect(shown((output) => new JsonLogger(output.write, "@nix "))).toBe(
			[
				`{"action":"start","fields":["${drv}","",1,1],"id":7,"level":3,"parent":0,"text":"building '${drv}'","type":105}`,
				'{"action":"result","fields":["compiling"],"id":7,"type":101}',
				'{"action":"stop","id":7}',
				'{"action":"msg","level":0,"msg":"done"}',
			]
				.map((object) => `@nix ${object}\n`)
				.join(""),
		);
	});

	test("internal-json has escapes for control characters, and a sign for bytes that are not UTF-8", () => {
		let text = "";
		new JsonLogger((bytes) => void (text += bytes), "").line(1, "\x1b[0m \xff \xc3\xa9");
		expect(text).toBe('{"action":"msg","level":1,"msg":"\\u001b[0m \xef\xbf\xbd \xc3\xa9"}\n');
	});
});

describe("the status line", () => {
	const plain = (text: string): string => text.replace(/\x1b\[[0-9;]*m/g, "");
	const start = (id: bigint, kind: number, parent = 0n, fields: (string | number)[] = []): ActivityMessage => ({
		type: "start",
		id,
		level: 0,
		activity: kind,
		text: "",
		fields,
		parent,
	});
	const progress = (id: bigint, fields: readonly number[]): ActivityMessage => ({
		type: "result",
		id,
		result: activityResult.progress,
		fields,
	});

	test("counts, and tells of what was last heard of once it has lasted", () => {
		let now = 0;
		const state = new ProgressState(() => now);
		state.tell(start(1n, activity.builds));
		state.tell(progress(1n, [1, 3, 1, 0]));
		state.tell(build);
		expect(state.line()).toEqual({ line: expect.anything(), again: 11 });
		now = 11;
		expect(plain(state.line().line)).toBe("[1/1/3 built] building hello-2.12");
		state.tell({ type: "result", id: 7n, result: activityResult.setPhase, fields: ["buildPhase"] });
		state.tell(line("compiling\n"));
		expect(plain(state.line().line)).toBe("[1/1/3 built] building hello-2.12 (buildPhase): compiling");
		state.tell(stop);
		state.tell(progress(1n, [3, 3, 0, 1]));
		expect(plain(state.line().line)).toBe("[3 built (1 failed)] ");
	});

	test("what is copied is counted in bytes, too", () => {
		const state = new ProgressState(() => 0);
		state.tell(start(1n, activity.copyPaths));
		state.tell(progress(1n, [0, 2, 1, 0]));
		state.tell(start(2n, activity.copyPath, 0n, ["/nix/store/x-a", "https://cache", "local"]));
		state.tell(progress(2n, [2_097_152, 5_242_880, 0, 0]));
		expect(plain(state.line().line)).toBe("[1/0/2 copied (2.0/5.0 MiB)] ");
	});
});
