import type { ByteString } from "../../byte-string";
import { NixError } from "../../errors";
import { type Incoming, type Outgoing, version } from "../../protocol/context";
import { ProtocolError, RemoteError } from "../../protocol/errors";
import { sendFramed } from "../../protocol/framed";
import { type LogMessage, readLogMessage, readRemoteError } from "../../protocol/log-messages";
import type { Talk } from "../../protocol/talk";
import { WireReader } from "../../protocol/wire-reader";
import { WireWriter } from "../../protocol/wire-writer";
import {
	type ClientHandshakeInfo,
	oldestWorkerVersion,
	readHandshakeInfo,
	tunnel,
	workerMagic,
	workerOperations,
	workerVersion,
} from "../../protocol/worker-messages";

/** What a daemon is told of the client's settings. */
export interface DaemonOptions {
	readonly keepFailed: boolean;
	readonly keepGoing: boolean;
	readonly tryFallback: boolean;
	readonly verbosity: number;
	readonly maxBuildJobs: number;
	readonly maxSilentTime: number;
	readonly verboseBuild: boolean;
	readonly buildCores: number;
	readonly useSubstitutes: boolean;
	/** Further settings by name. */
	readonly overrides: ReadonlyMap<string, ByteString>;
}

/** What a connection to a daemon begins with. */
export interface ConnectionOptions {
	readonly storeDir: string;
	/** How the store is called in messages. */
	readonly uri: string;
	/** Told to the daemon first; a daemon that is reached through ssh keeps its own settings. */
	readonly settings?: DaemonOptions;
	/** Hears what the daemon tells while it works. */
	readonly onLog?: (message: LogMessage) => void;
}

/** A connection to a daemon, as its client speaks: the greeting, and the frame of each operation. */
export class DaemonConnection {
	readonly from = new WireReader(undefined, "Nix daemon disconnected unexpectedly (maybe it crashed?)");
	readonly to = new WireWriter();
	version = workerVersion;
	info: ClientHandshakeInfo = {};

	constructor(private readonly options: ConnectionOptions) {}

	get incoming(): Incoming {
		return { from: this.from, version: this.version, storeDir: this.options.storeDir };
	}

	get outgoing(): Outgoing {
		return { to: this.to, version: this.version, storeDir: this.options.storeDir };
	}

	/** Greets the daemon. Throws {@link NixError} `CANNOT_CONNECT` if nothing comes of it. */
	*open(): Talk<void> {
		try {
			yield* this.greet();
		} catch (error) {
			if (!(error instanceof NixError)) throw error;
			throw cannotOpen(this.options.uri, error.render());
		}
		if (this.options.settings !== undefined) yield* this.setOptions(this.options.settings);
	}

	private *greet(): Talk<void> {
		const { to, from } = this;
		to.number(workerMagic.client).number(workerVersion);
		yield* to.flush();
		const magic = yield* this.magic();
		if (magic !== BigInt(workerMagic.daemon)) throw new ProtocolError("nix-daemon protocol mismatch from");
		const theirs = yield* from.integer();
		if (theirs >> 8 !== workerVersion >> 8) throw new ProtocolError("Nix daemon protocol version not supported");
		this.version = Math.min(theirs & 0xffff, workerVersion);
		if (this.version < oldestWorkerVersion) throw new ProtocolError("the Nix daemon version is too old");
		if (this.version >= version(1, 38)) {
			to.strings([]);
			yield* to.flush();
			yield* from.strings();
		}
		to.number(0).boolean(false); // processor affinity, reserved space: both of the past
		yield* to.flush();
		this.info = yield* readHandshakeInfo(this.incoming);
		yield* this.answer();
	}

	/** The first number; what a program says that is no daemon becomes part of the error. */
	private *magic(): Talk<bigint> {
		const bytes = yield* this.from.bytes(8);
		const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
		if (value <= 0xffffffffn) return value;
		let text = String.fromCharCode(...bytes);
		for (;;) {
			const more = yield* this.from.some(1 << 12);
			if (more === undefined || text.length > 1 << 16) break;
			text += String.fromCharCode(...more);
		}
		throw new ProtocolError(`protocol mismatch, got '${text.replace(/[\n\r]+$/, "")}'`);
	}

	private *setOptions(options: DaemonOptions): Talk<void> {
		const { to } = this;
		to.number(workerOperations.SetOptions);
		to.boolean(options.keepFailed).boolean(options.keepGoing).boolean(options.tryFallback).number(options.verbosity);
		to.number(options.maxBuildJobs).number(options.maxSilentTime).boolean(true);
		to.number(options.verboseBuild ? 0 : 7)
			.number(0)
			.number(0);
		to.number(options.buildCores).boolean(options.useSubstitutes).number(options.overrides.size);
		for (const [name, value] of options.overrides) to.string(name).string(value);
		yield* this.answer();
	}

	/** Sends what was written, and hears the daemon out until it has done its work. Throws the daemon's error. */
	*answer(): Talk<void> {
		yield* this.to.flush();
		while (yield* this.hear());
	}

	/** One message of the daemon; false for the last. */
	private *hear(): Talk<boolean> {
		const { from } = this;
		const message = yield* from.number();
		if (message === tunnel.last) return false;
		if (message === tunnel.error) {
			if (this.version >= version(1, 26)) throw yield* readRemoteError(this.incoming);
			const text = yield* from.string();
			throw new RemoteError(text, { status: yield* from.integer() });
		}
		const log = yield* readLogMessage(this.incoming, message);
		if (log !== undefined) this.options.onLog?.(log);
		else if (message === tunnel.write) throw new ProtocolError("no sink", from.position);
		else if (message === tunnel.read) throw new ProtocolError("no source", from.position);
		else throw new ProtocolError(`got unknown message type ${message.toString(16)} from Nix daemon`, from.position);
		return true;
	}

	/** Sends data in frames; an error that the daemon reports ends it early. */
	*framed(pieces: Iterable<Uint8Array>): Talk<void> {
		yield* sendFramed(this.to, pieces, () => this.peek());
		yield* this.answer();
	}

	/** Hears what is here already. */
	private *peek(): Talk<void> {
		for (;;) {
			if (!this.from.hasData) {
				const more = yield { type: "poll" };
				if (more === undefined) return;
				this.from.feed(more);
				continue;
			}
			if (!(yield* this.hear())) throw new ProtocolError("the daemon ended before its input", this.from.position);
		}
	}
}

const cannotOpen = (uri: string, why: string): NixError =>
	new NixError("CANNOT_CONNECT", `cannot open connection to remote store '${uri}': ${why}`);
