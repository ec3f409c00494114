import { activity, type ActivityMessage, activityResult, type ByteString, type LogField } from "@tsnix/store";
import { parseDrvName } from "../core";
import { commonSizeUnit, renderSize, sizeInUnit, sizeUnit, unitSuffix } from "./size";

/** One activity that goes on. */
interface Running {
	text: ByteString;
	lastLine: ByteString;
	phase: ByteString;
	readonly type: number;
	done: number;
	expected: number;
	runs: number;
	failed: number;
	readonly expectedByType: Map<number, number>;
	visible: boolean;
	readonly parent: bigint;
	/** What lines of its log are shown under. */
	name: ByteString | undefined;
	/** Milliseconds. */
	readonly startTime: number;
}

/** All activities of a type: those that ended are only counted. */
interface OfType {
	readonly running: Set<Running>;
	done: number;
	expected: number;
	failed: number;
}

const bold = (text: string): string => `\x1b[1m${text}\x1b[0m`;
const green = (text: string): string => `\x1b[32;1m${text}\x1b[0m`;
const blue = (text: string): string => `\x1b[34;1m${text}\x1b[0m`;
const red = (text: string): string => `\x1b[31;1m${text}\x1b[0m`;

const nameOf = (path: ByteString): ByteString => {
	const base = path.slice(path.lastIndexOf("/") + 1);
	const dash = base.indexOf("-");
	return dash < 0 ? "" : base.slice(dash + 1);
};
const text = (fields: readonly LogField[], i: number): ByteString => String(fields[i] ?? "");
const number = (fields: readonly LogField[], i: number): number => Number(fields[i] ?? 0);

/** What goes on, as a status line tells of it. */
export class ProgressState {
	/** In the order in which they were last heard of. */
	private activities: Running[] = [];
	private readonly byId = new Map<bigint, Running>();
	private readonly byType = new Map<number, OfType>();
	private filesLinked = 0;
	private bytesLinked = 0;
	private corruptedPaths = 0;
	private untrustedPaths = 0;

	constructor(private readonly now: () => number) {}

	/** Takes note of what an activity tells. */
	tell(message: ActivityMessage): void {
		if (message.type === "start") this.start(message);
		else if (message.type === "stop") this.stop(message.id);
		else this.result(message.id, message.result, message.fields);
	}

	/** What an activity's lines are shown under. */
	nameOf(id: bigint): ByteString | undefined {
		return this.byId.get(id)?.name;
	}

	private ofType(type: number): OfType {
		let found = this.byType.get(type);
		if (found === undefined) {
			found = { running: new Set(), done: 0, expected: 0, failed: 0 };
			this.byType.set(type, found);
		}
		return found;
	}

	private start({ id, activity: type, text: said, fields, parent }: Extract<ActivityMessage, { type: "start" }>): void {
		const running: Running = {
			text: said,
			lastLine: "",
			phase: "",
			type,
			done: 0,
			expected: 0,
			runs: 0,
			failed: 0,
			expectedByType: new Map(),
			visible: true,
			parent,
			name: undefined,
			startTime: this.now(),
		};
		this.activities.push(running);
		this.byId.set(id, running);
		this.ofType(type).running.add(running);
		const name = nameOf(text(fields, 0));
		const from = text(fields, 1);
		switch (type) {
			case activity.build: {
				const plain = name.replace(/\.drv$/, "");
				running.text = `building ${bold(plain)}${from === "" ? "" : ` on ${bold(from)}`}`;
				running.name = parseDrvName(plain).name;
				break;
			}
			case activity.substitute:
				running.text = `${from.startsWith("local") ? "copying" : "fetching"} ${bold(name)} from ${from}`;
				break;
			case activity.postBuildHook: {
				const plain = name.replace(/\.drv$/, "");
				running.text = `post-build ${bold(plain)}`;
				running.name = parseDrvName(plain).name;
				break;
			}
			case activity.queryPathInfo:
				running.text = `querying ${bold(name)} on ${from}`;
				break;
			default:
		}
		const { fileTransfer, copyPath, queryPathInfo, substitute } = activity;
		if (
			(type === fileTransfer && (this.liesIn(copyPath, parent) || this.liesIn(queryPathInfo, parent))) ||
			(type === copyPath && this.liesIn(substitute, parent))
		)
			running.visible = false;
	}

	private liesIn(type: number, from: bigint): boolean {
		for (let id = from; id !== 0n; ) {
			const found = this.byId.get(id);
			if (found === undefined) return false;
			if (found.type === type) return true;
			id = found.parent;
		}
		return false;
	}

	private stop(id: bigint): void {
		const running = this.byId.get(id);
		if (running === undefined) return;
		const all = this.ofType(running.type);
		all.done += running.done;
		all.failed += running.failed;
		for (const [type, expected] of running.expectedByType) this.ofType(type).expected -= expected;
		all.running.delete(running);
		this.activities = this.activities.filter((other) => other !== running);
		this.byId.delete(id);
	}

	private result(id: bigint, result: number, fields: readonly LogField[]): void {
		const running = this.byId.get(id);
		switch (result) {
			case activityResult.fileLinked:
				this.filesLinked++;
				this.bytesLinked += number(fields, 0);
				return;
			case activityResult.untrustedPath:
				this.untrustedPaths++;
				return;
			case activityResult.corruptedPath:
				this.corruptedPaths++;
				return;
			default:
		}
		if (running === undefined) return;
		switch (result) {
			case activityResult.buildLogLine:
			case activityResult.postBuildLogLine:
				running.lastLine = text(fields, 0).trimEnd();
				this.activities = [...this.activities.filter((other) => other !== running), running];
				break;
			case activityResult.setPhase:
				running.phase = text(fields, 0);
				break;
			case activityResult.progress:
				[running.done, running.expected, running.runs, running.failed] = [0, 1, 2, 3].map((i) => number(fields, i));
				break;
			case activityResult.setExpected: {
				const type = number(fields, 0);
				const all = this.ofType(type);
				all.expected += number(fields, 1) - (running.expectedByType.get(type) ?? 0);
				running.expectedByType.set(type, number(fields, 1));
				break;
			}
			case activityResult.fetchStatus:
				running.lastLine = text(fields, 0);
				break;
			default:
		}
	}

	/** The line that tells of all, and after how many milliseconds it may be another without anything happening. */
	line(): { readonly line: ByteString; readonly again: number | undefined } {
		const status = this.status();
		let line = status === "" ? "" : `[${status}]`;
		let again: number | undefined;
		if (this.activities.length === 0) return { line, again };
		if (status !== "") line += " ";
		const now = this.now();
		for (const running of [...this.activities].reverse()) {
			if (!running.visible || (running.text === "" && running.lastLine === "")) continue;
			// What is over at once is not worth a look.
			const left = running.startTime + 10 - now;
			if (left >= 0) {
				again = Math.min(again ?? left + 1, left + 1);
				continue;
			}
			line += running.text;
			if (running.phase !== "") line += ` (${running.phase})`;
			if (running.lastLine !== "") line += `${running.text === "" ? "" : ": "}${running.lastLine}`;
			break;
		}
		return { line, again };
	}

	/** How much of everything is done, in short. */
	private status(): string {
		const parts: string[] = [];
		const add = (part: string): void => void (part !== "" && parts.push(part));
		add(this.counted(activity.builds, " built"));
		const copied = this.counted(activity.copyPaths, " copied");
		const bytes = this.sized(activity.copyPath, "");
		if (copied !== "" || bytes !== "")
			add(`${copied === "" ? "0 copied" : copied}${bytes === "" ? "" : ` (${bytes})`}`);
		add(this.sized(activity.fileTransfer, " DL"));
		const optimised = this.counted(activity.optimiseStore, " paths optimised");
		if (optimised !== "") add(`${optimised}, ${renderSize(this.bytesLinked)} / ${this.filesLinked} inodes freed`);
		add(this.counted(activity.verifyPaths, " paths verified"));
		if (this.corruptedPaths > 0) add(red(`${this.corruptedPaths} corrupted`));
		if (this.untrustedPaths > 0) add(red(`${this.untrustedPaths} untrusted`));
		return parts.join(", ");
	}

	private sum(type: number) {
		const all = this.ofType(type);
		const sum = { done: all.done, expected: all.done, running: 0, failed: all.failed };
		for (const one of all.running) {
			sum.done += one.done;
			sum.expected += one.expected;
			sum.running += one.runs;
			sum.failed += one.failed;
		}
		return { ...sum, expected: Math.max(sum.expected, all.expected) };
	}

	private counted(type: number, item: string): string {
		const { done, expected, running, failed } = this.sum(type);
		if (running === 0 && done === 0 && expected === 0 && failed === 0) return "";
		return `${ratio(done, expected, running, String)}${item}${failed > 0 ? ` (${red(`${failed} failed`)})` : ""}`;
	}

	private sized(type: number, item: string): string {
		const { done, expected, running, failed } = this.sum(type);
		if (running === 0 && done === 0 && expected === 0 && failed === 0) return "";
		const shown = [
			...(running > 0 ? [running] : []),
			done,
			...(expected !== 0 && (running > 0 || expected !== done) ? [expected] : []),
		];
		const unit = shown.length === 1 ? sizeUnit(done) : commonSizeUnit(shown);
		const render = (bytes: number): string => (unit === undefined ? renderSize(bytes) : sizeInUnit(bytes, unit));
		const size = `${ratio(done, expected, running, render)}${unit === undefined ? "" : ` ${unitSuffix(unit)}iB`}`;
		return `${size}${item}${failed > 0 ? ` (${red(`${renderSize(failed)} failed`)})` : ""}`;
	}
}

const ratio = (done: number, expected: number, running: number, render: (n: number) => string): string => {
	const end = expected === 0 ? "" : `/${render(expected)}`;
	if (running > 0) return `${blue(render(running))}/${green(render(done))}${end}`;
	if (expected !== done) return `${green(render(done))}${end}`;
	return done > 0 ? green(render(done)) : render(done);
};
