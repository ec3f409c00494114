import type { ByteString } from "../byte-string";
import type { NixError } from "../errors";
import type { StorePath } from "../formats/store-path";
import { activity, activityResult, type LogField, type LogMessage } from "../protocol/log-messages";
import type { Progress, RealiseEvent } from "./events";

/** What an activity says: that it begins, ends, or how it goes. */
export type ActivityMessage = Exclude<LogMessage, { readonly type: "line" }>;

/** Who hears of activities and of what is said meanwhile. */
export interface ActivityLog {
	/** A number that no other activity has. */
	nextId(): bigint;
	tell(message: ActivityMessage): void;
	/** A line of its own; 0 is an error, 7 the least of details. */
	line(level: number, text: ByteString): void;
	warn(text: ByteString): void;
	error(error: NixError): void;
}

const debugLevel = 6;
const infoLevel = 3;
const talkativeLevel = 4;

/**
 * Makes activities of a realisation's events, in the form in which the reference's worker tells of its own: one each for
 * the realisation, for all builds and for all substitutions, and below them one for each build, substitution and hook.
 */
export class RealiseActivities {
	readonly #log: ActivityLog;
	readonly #storeDir: string;
	#all: { readonly realise: bigint; readonly builds: bigint; readonly copies: bigint } | undefined;
	readonly #running = new Map<string, bigint>();
	/** Activities that builders began, by their own numbers for them. */
	readonly #inner = new Map<string, Map<number, bigint>>();

	readonly #remote = new Map<string, Map<bigint, bigint>>();

	constructor(storeDir: string, log: ActivityLog) {
		this.#storeDir = storeDir;
		this.#log = log;
	}

	/** Says one thing that happened. */
	event(event: RealiseEvent): void {
		const log = this.#log;
		switch (event.type) {
			case "started":
				this.#begin();
				break;
			case "progress":
				this.#progress(event.builds, event.substitutions);
				break;
			case "planning":
				if (event.running) this.#start("planning", debugLevel, activity.unknown, "querying info about missing paths");
				else this.#stop("planning");
				break;
			case "buildStarted": {
				const path = this.#text(event.drvPath);
				const text = `${doing[event.mode]} '${path}'${event.machine === undefined ? "" : ` on '${event.machine}'`}`;
				const fields = [path, event.machine ?? "", 1, 1];
				this.#start(`build ${event.drvPath.baseName}`, infoLevel, activity.build, text, fields);
				break;
			}
			case "logLine":
				this.#result(`build ${event.drvPath.baseName}`, activityResult.buildLogLine, [event.line]);
				break;
			case "builderMessage":
				this.#builderMessage(event);
				break;
			case "remoteMessage":
				this.#remoteMessage(event.drvPath, event.message);
				break;
			case "buildFinished":
			case "buildFailed":
				this.#stopInner(event.drvPath);
				this.#stop(`build ${event.drvPath.baseName}`);
				break;
			case "waiting":
				this.#start(`waiting ${event.drvPath.baseName}`, 1, activity.buildWaiting, event.text);
				break;
			case "waited":
				this.#stop(`waiting ${event.drvPath.baseName}`);
				break;
			case "resolved": {
				const [from, to] = [event.drvPath, event.resolvedPath].map((path) => this.#text(path));
				const text = `resolved derivation: '${from}' -> '${to}'`;
				this.#start(`resolved ${event.drvPath.baseName}`, infoLevel, activity.buildWaiting, text, [from, to]);
				break;
			}
			case "resolvedFinished":
				this.#stop(`resolved ${event.drvPath.baseName}`);
				break;
			case "postBuildHookStarted": {
				const text = `running post-build-hook '${event.program}'`;
				const fields = [this.#text(event.drvPath)];
				this.#start(`hook ${event.drvPath.baseName}`, talkativeLevel, activity.postBuildHook, text, fields);
				break;
			}
			case "postBuildHookLine":
				this.#result(`hook ${event.drvPath.baseName}`, activityResult.postBuildLogLine, [event.line]);
				break;
			case "postBuildHookFinished":
				this.#stop(`hook ${event.drvPath.baseName}`);
				break;
			case "substitutionStarted": {
				const path = this.#text(event.path);
				const parent = this.#start(`substitute ${path}`, 0, activity.substitute, "", [path, event.substituter]);
				const text = `copying path '${path}' from '${event.substituter}'`;
				const fields = [path, event.substituter, event.store ?? "local"];
				this.#start(`copy ${path}`, infoLevel, activity.copyPath, text, fields, parent);
				break;
			}
			case "substitutionProgress":
				this.#result(`copy ${this.#text(event.path)}`, activityResult.progress, [event.done, event.expected, 0, 0]);
				break;
			case "substitutionFinished":
				this.#stop(`copy ${this.#text(event.path)}`);
				this.#stop(`substitute ${this.#text(event.path)}`);
				break;
			case "error":
				log.error(event.error);
				break;
			case "warning":
				log.warn(event.message);
				break;
			case "complaint":
				log.line(0, event.message);
				break;
			case "detail":
				log.line(event.level, event.message);
				break;
		}
	}

	/** The realisation is over, however it went. */
	end(): void {
		for (const key of [...this.#running.keys()]) this.#stop(key);
		const all = this.#all;
		if (all === undefined) return;
		for (const id of [all.copies, all.builds, all.realise]) this.#log.tell({ type: "stop", id });
		this.#all = undefined;
	}

	#text(path: StorePath): ByteString {
		return path.toString(this.#storeDir);
	}

	#begin(): { readonly realise: bigint; readonly builds: bigint; readonly copies: bigint } {
		if (this.#all !== undefined) return this.#all;
		const [realise, builds, copies] = [activity.realise, activity.builds, activity.copyPaths].map((kind) => {
			const id = this.#log.nextId();
			this.#log.tell({ type: "start", id, level: 0, activity: kind, text: "", fields: [], parent: 0n });
			return id;
		});
		this.#all = { realise, builds, copies };
		return this.#all;
	}

	#start(
		key: string,
		level: number,
		kind: number,
		text: ByteString,
		fields: readonly LogField[] = [],
		parent = 0n,
	): bigint {
		const id = this.#log.nextId();
		this.#running.set(key, id);
		this.#log.tell({ type: "start", id, level, activity: kind, text, fields, parent });
		return id;
	}

	#stop(key: string): void {
		const id = this.#running.get(key);
		if (id === undefined) return;
		this.#running.delete(key);
		this.#log.tell({ type: "stop", id });
	}

	#result(key: string, result: number, fields: readonly LogField[]): void {
		const id = this.#running.get(key);
		if (id !== undefined) this.#log.tell({ type: "result", id, result, fields });
	}

	#progress(builds: Progress, substitutions: Progress): void {
		const { realise, builds: buildsId, copies } = this.#begin();
		const say = (id: bigint, result: number, fields: readonly number[]): void =>
			this.#log.tell({ type: "result", id, result, fields });
		for (const [id, counts] of [
			[buildsId, builds],
			[copies, substitutions],
		] as const)
			say(id, activityResult.progress, [counts.done, counts.expected, counts.running, counts.failed]);
		say(realise, activityResult.setExpected, [activity.fileTransfer, substitutions.downloadSize ?? 0]);
		say(realise, activityResult.setExpected, [activity.copyPath, substitutions.narSize ?? 0]);
	}

	#builderMessage({ drvPath, message }: Extract<RealiseEvent, { type: "builderMessage" }>): void {
		const build = this.#running.get(`build ${drvPath.baseName}`);
		if (message.action === "msg") return this.#log.line(message.level, message.text);
		if (build === undefined) return;
		const inner = this.#inner.get(drvPath.baseName) ?? new Map<number, bigint>();
		this.#inner.set(drvPath.baseName, inner);
		switch (message.action) {
			case "setPhase":
				this.#log.tell({ type: "result", id: build, result: activityResult.setPhase, fields: [message.phase] });
				break;
			case "start": {
				if (inner.has(message.id)) break;
				const id = this.#log.nextId();
				inner.set(message.id, id);
				const { level, text, fields } = message;
				this.#log.tell({ type: "start", id, level, activity: activity.fileTransfer, text, fields, parent: build });
				break;
			}
			case "stop": {
				const id = inner.get(message.id);
				inner.delete(message.id);
				if (id !== undefined) this.#log.tell({ type: "stop", id });
				break;
			}
			case "result": {
				const id = inner.get(message.id);
				if (id !== undefined) this.#log.tell({ type: "result", id, result: message.result, fields: message.fields });
				break;
			}
			default:
		}
	}

	/** Activities of another machine get numbers of ours. */
	#remoteMessage(drvPath: StorePath, message: ActivityMessage): void {
		const inner = this.#remote.get(drvPath.baseName) ?? new Map<bigint, bigint>();
		this.#remote.set(drvPath.baseName, inner);
		if (message.type === "start") {
			const id = this.#log.nextId();
			inner.set(message.id, id);
			this.#log.tell({ ...message, id, parent: this.#begin().realise });
			return;
		}
		const id = inner.get(message.id);
		if (id === undefined) return;
		if (message.type === "stop") inner.delete(message.id);
		this.#log.tell({ ...message, id });
	}

	#stopInner(drvPath: StorePath): void {
		for (const id of this.#inner.get(drvPath.baseName)?.values() ?? []) this.#log.tell({ type: "stop", id });
		this.#inner.delete(drvPath.baseName);
		for (const id of this.#remote.get(drvPath.baseName)?.values() ?? []) this.#log.tell({ type: "stop", id });
		this.#remote.delete(drvPath.baseName);
	}
}

const doing = { normal: "building", check: "checking outputs of", repair: "repairing outputs of" } as const;
