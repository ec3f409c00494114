import type { ByteString } from "../byte-string";
import { NixError } from "../errors";
import { type DerivedPath, renderDerivedPath } from "../formats/derived-path";
import { narChunks } from "../formats/nar/chunks";
import type { StorePath } from "../formats/store-path";
import { isSuccess } from "../protocol/build-result";
import { type Incoming, type Outgoing, version } from "../protocol/context";
import { EndOfConnectionError, ProtocolError, RemoteError } from "../protocol/errors";
import { FramedInput } from "../protocol/framed";
import { converse, type Duplex, type Talk } from "../protocol/talk";
import { maxString, WireReader } from "../protocol/wire-reader";
import { WireWriter } from "../protocol/wire-writer";
import {
	type BuildMode,
	oldestWorkerVersion,
	tunnel,
	workerMagic,
	workerVersion,
	writeHandshakeInfo,
} from "../protocol/worker-messages";
import type { DaemonOptions } from "../stores/daemon/connection";
import { daemonOperations } from "./daemon-operations";
import type { ClientSettings, ServeHost, ServeRequest } from "./host";
import { receiveInMemory, type TreeReceiver } from "./receive-tree";
import { objectAccessor } from "./served-store";
import { TunnelLog } from "./tunnel-log";

/** What clients hear of that have not said how much they want to know: what is of interest to users. */
const defaultVerbosity = 3;

/** A daemon's side of one connection. */
export class DaemonSession {
	readonly from = new WireReader();
	readonly to = new WireWriter();
	readonly log: TunnelLog;
	version = workerVersion;
	private settings: ClientSettings = {};

	constructor(
		readonly host: ServeHost,
		private readonly duplex: Duplex,
	) {
		this.log = new TunnelLog(
			duplex,
			() => this.incoming,
			() => this.settings.verbosity ?? defaultVerbosity,
		);
	}

	get incoming(): Incoming {
		return { from: this.from, version: this.version, storeDir: this.host.store.storeDir };
	}

	get outgoing(): Outgoing {
		return { to: this.to, version: this.version, storeDir: this.host.store.storeDir };
	}

	/** Waits for what the client sends. */
	read<T>(talk: Talk<T>): Promise<T> {
		return converse(talk, this.duplex);
	}

	/** Does an operation's work, of which the client may hear. */
	async work<T>(work: () => T | Promise<T>): Promise<T> {
		this.log.start();
		const result = await work();
		this.log.stop();
		return result;
	}

	/** As {@link work}, for work that takes in data in frames; what it leaves of them is passed over. */
	async workFramed<T>(work: (input: FramedInput) => Promise<T>): Promise<T> {
		this.log.start();
		const input = new FramedInput(this.from);
		let result: T;
		try {
			result = await work(input);
		} finally {
			await this.read(input.drain());
		}
		this.log.stop();
		return result;
	}

	/** What building for this client heeds. */
	request(): ServeRequest {
		const signal = this.duplex.gone ?? new AbortController().signal;
		return { signal, settings: this.settings, log: (message) => this.log.tell(message) };
	}

	/** Tells the client a line, if it wants to know so much. */
	readonly tell = (level: number, line: ByteString): void => {
		if (level <= (this.settings.verbosity ?? defaultVerbosity)) this.log.tell({ type: "line", text: line });
	};

	apply(options: DaemonOptions): void {
		const warn = (text: string): void => this.log.tell({ type: "line", text: `warning: ${text}` });
		this.settings = this.host.settings?.(options, warn) ?? options;
	}

	receiveTree(): TreeReceiver {
		return this.host.receiveTree?.() ?? receiveInMemory();
	}

	/** Takes in the bytes of one file. */
	async receiveFlat(input: FramedInput, receiver: TreeReceiver): Promise<void> {
		const sink = receiver.file();
		for (;;) {
			const piece = await this.read(input.reader.some(maxString));
			if (piece === undefined) break;
			sink.write(piece);
		}
		sink.end?.();
	}

	/** What the client sends when it is asked for: how NARs came before frames did. */
	askedFor(): WireReader {
		const { from, to } = this;
		return new WireReader(function* () {
			to.number(tunnel.read).number(1 << 16);
			yield* to.flush();
			const length = yield* from.number();
			if (length === 0 || length > 1 << 16) throw new ProtocolError("unexpected end-of-file", from.position);
			const bytes = yield* from.bytes(length);
			yield* from.bytes((8 - (length % 8)) % 8);
			return bytes;
		});
	}

	/** Builds all, or throws what the first failure was. */
	async buildAll(targets: readonly DerivedPath[], mode: BuildMode): Promise<void> {
		const results = await this.host.build(targets, mode, this.request());
		const failed = results.filter(({ status }) => !isSuccess(status));
		if (failed.length === 0) return;
		if (failed.length === 1) throw new RemoteError(failed[0].message);
		const { storeDir } = this.host.store;
		const names = failed.map(({ path }) => `'${renderDerivedPath(path, storeDir)}'`).sort();
		throw new RemoteError(`build of ${names.join(", ")} failed`);
	}

	/** Sends an object's NAR. */
	async sendNar(path: StorePath): Promise<void> {
		await this.read(this.to.flush());
		await this.read(this.to.pieces(narChunks(await objectAccessor(this.host.store, path))));
	}

	/**
	 * Answers a client until it goes away. Rejects if it does not greet as it must, and where what it says makes no
	 * sense (it is told first).
	 */
	async serve(): Promise<void> {
		await this.read(this.greet());
		this.log.start();
		this.log.stop();
		for (;;) {
			let operation: number | undefined;
			try {
				operation = await this.next();
				if (operation === undefined) return;
				const handler = daemonOperations.get(operation);
				if (handler === undefined) throw new ProtocolError(`invalid operation ${operation}`, this.from.position);
				await handler(this);
			} catch (error) {
				if (error instanceof EndOfConnectionError && error.message === this.from.endMessage) return;
				const answered = this.log.isOpen;
				this.to.drop();
				this.log.stop(error);
				if (!answered || !(error instanceof NixError)) throw error;
				continue;
			}
			await this.read(this.to.flush());
		}
	}

	private async next(): Promise<number | undefined> {
		return this.read(this.from.maybeInteger());
	}

	private *greet(): Talk<void> {
		const { from, to } = this;
		if ((yield* from.integer()) !== workerMagic.client) throw new ProtocolError("protocol mismatch", from.position);
		to.number(workerMagic.daemon).number(workerVersion);
		yield* to.flush();
		this.version = Math.min((yield* from.integer()) & 0xffff, workerVersion);
		if (this.version >= version(1, 38)) {
			yield* from.strings();
			to.strings([]);
			yield* to.flush();
		}
		if (this.version < oldestWorkerVersion) throw new ProtocolError("the Nix client version is too old");
		if (yield* from.boolean()) yield* from.integer(); // processor affinity
		yield* from.integer(); // reserved space
		writeHandshakeInfo(this.outgoing, { daemonVersion: this.host.version, trustsUs: this.host.trusted });
		yield* to.flush();
	}
}

/** Answers a client of the daemon's protocol until it goes away. Rejects where what it says makes no sense. */
export const serveDaemonClient = async (host: ServeHost, duplex: Duplex): Promise<void> => {
	try {
		await new DaemonSession(host, duplex).serve();
	} finally {
		duplex.close();
	}
};
