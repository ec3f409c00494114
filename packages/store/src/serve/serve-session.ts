import { NixError, StoreError } from "../errors";
import { outputPaths } from "../formats/derivation/derivation";
import type { DerivedPath } from "../formats/derived-path";
import { narChunks } from "../formats/nar/chunks";
import { narHash } from "../formats/nar/hash";
import { derivationNameOf, isDerivationPath, StorePath } from "../formats/store-path";
import { readBasicDerivation } from "../protocol/basic-derivation";
import { buildStatusNumber, isSuccess, serveBuildResult, writeBuildResult } from "../protocol/build-result";
import {
	readOptionalStorePath,
	readStorePath,
	readStorePaths,
	writeStorePath,
	writeStorePaths,
} from "../protocol/common-messages";
import type { Incoming, Outgoing } from "../protocol/context";
import { EndOfConnectionError, ProtocolError } from "../protocol/errors";
import { activityResult, type LogMessage } from "../protocol/log-messages";
import {
	readServeBuildOptions,
	serveCommands,
	serveMagic,
	serveVersion,
	writeServedPathInfo,
} from "../protocol/serve-messages";
import { converse, type Duplex, type Talk } from "../protocol/talk";
import { WireReader } from "../protocol/wire-reader";
import { WireWriter } from "../protocol/wire-writer";
import { parsePathWithOutputs, readKeyedPathInfo } from "../protocol/worker-messages";
import type { PathInfo } from "../stores/store";
import type { ServeHost, ServeRequest } from "./host";
import { receiveInMemory } from "./receive-tree";
import { objectAccessor, validOf } from "./served-store";

/** What stands between a NAR and what is known of it in an export. */
const exportMagic = 0x4558494e;

/** The side of `nix-store --serve` of one connection. */
class ServeSession {
	readonly from = new WireReader();
	readonly to = new WireWriter();
	version = serveVersion;

	constructor(
		private readonly host: ServeHost,
		private readonly duplex: Duplex,
		private readonly writeAllowed: boolean,
	) {}

	private get incoming(): Incoming {
		return { from: this.from, version: this.version, storeDir: this.host.store.storeDir };
	}

	private get outgoing(): Outgoing {
		return { to: this.to, version: this.version, storeDir: this.host.store.storeDir };
	}

	private read<T>(talk: Talk<T>): Promise<T> {
		return converse(talk, this.duplex);
	}

	private *greet(): Talk<void> {
		const { from, to } = this;
		if ((yield* from.integer()) !== serveMagic.client) throw new ProtocolError("protocol mismatch", from.position);
		to.number(serveMagic.server).number(serveVersion);
		yield* to.flush();
		this.version = Math.min((yield* from.integer()) & 0xffff, serveVersion);
	}

	async serve(): Promise<void> {
		await this.read(this.greet());
		for (;;) {
			const command = await this.read(this.from.maybeInteger());
			if (command === undefined) return;
			await this.answer(command);
			await this.read(this.to.flush());
		}
	}

	private requireWrite(what: string): void {
		if (!this.writeAllowed) throw new StoreError("NOT_ALLOWED", `${what} is not allowed`);
	}

	private async answer(command: number): Promise<void> {
		switch (command) {
			case serveCommands.QueryValidPaths:
				return this.queryValidPaths();
			case serveCommands.QueryPathInfos:
				return this.queryPathInfos();
			case serveCommands.DumpStorePath:
				return this.dumpStorePath();
			case serveCommands.ImportPaths:
				this.requireWrite("importing paths");
				return this.importPaths();
			case serveCommands.BuildPaths:
				this.requireWrite("building paths");
				return this.buildPaths();
			case serveCommands.QueryClosure:
				return this.queryClosure();
			case serveCommands.BuildDerivation:
				this.requireWrite("building paths");
				return this.buildDerivation();
			case serveCommands.AddToStoreNar:
				this.requireWrite("importing paths");
				return this.addToStoreNar();
			default:
				throw new ProtocolError(`unknown serve command ${command}`, this.from.position);
		}
	}

	private async queryValidPaths(): Promise<void> {
		const { host } = this;
		const lock = (await this.read(this.from.integer())) !== 0;
		const substitute = (await this.read(this.from.integer())) !== 0;
		const paths = await this.read(readStorePaths(this.incoming));
		if (lock && this.writeAllowed) for (const path of paths) await host.addTempRoot?.(path);
		let valid = await validOf(host.store, paths);
		const missing = paths.filter((path) => !valid.includes(path));
		if (substitute && this.writeAllowed && missing.length > 0) {
			await host.substitute?.(missing, this.request({}));
			valid = await validOf(host.store, paths);
		}
		writeStorePaths(this.outgoing, valid);
	}

	private async queryPathInfos(): Promise<void> {
		for (const path of await this.read(readStorePaths(this.incoming))) {
			const info = await this.host.store.queryPathInfo(path);
			if (info === undefined) continue;
			writeStorePath(this.outgoing, path);
			writeServedPathInfo(this.outgoing, info);
		}
		this.to.string("");
	}

	private async dumpStorePath(): Promise<void> {
		const path = await this.read(readStorePath(this.incoming));
		await this.read(this.to.pieces(narChunks(await objectAccessor(this.host.store, path))));
	}

	private async importPaths(): Promise<void> {
		for (;;) {
			const more = await this.read(this.from.number());
			if (more === 0) break;
			if (more !== 1)
				throw new ProtocolError(
					"input doesn't look like something created by 'nix-store --export'",
					this.from.position,
				);
			await this.importPath();
		}
		this.to.number(1);
	}

	private async importPath(): Promise<void> {
		const receiver = this.host.receiveTree?.() ?? receiveInMemory();
		try {
			await this.read(this.from.nar(receiver.visitor));
			if ((await this.read(this.from.integer())) !== exportMagic)
				throw new ProtocolError("Nix archive cannot be imported; wrong format", this.from.position);
			const path = await this.read(readStorePath(this.incoming));
			const references = await this.read(readStorePaths(this.incoming));
			const deriver = await this.read(readOptionalStorePath(this.incoming));
			if ((await this.read(this.from.integer())) === 1) await this.read(this.from.string());
			const files = receiver.accessor();
			const { hash, size } = narHash(files);
			const info: PathInfo = {
				path,
				narHash: hash,
				narSize: size,
				references,
				...(deriver === undefined ? {} : { deriver }),
				signatures: [],
				registrationTime: 0,
				ultimate: false,
			};
			await this.host.store.addObject(info, files);
		} finally {
			receiver.dispose();
		}
	}

	private async addToStoreNar(): Promise<void> {
		const info = await this.read(readKeyedPathInfo(this.incoming));
		if (info.narSize === 0)
			throw new ProtocolError("narInfo is too old and missing the narSize field", this.from.position);
		const receiver = this.host.receiveTree?.() ?? receiveInMemory();
		try {
			await this.read(this.from.nar(receiver.visitor));
			await this.host.store.addObject(info, receiver.accessor());
		} finally {
			receiver.dispose();
		}
		this.to.number(1);
	}

	private request(settings: ServeRequest["settings"]): ServeRequest {
		return { signal: this.duplex.gone ?? new AbortController().signal, settings, log: (message) => this.tell(message) };
	}

	/** What builders say goes where this program's own messages go: the protocol has no place for it. */
	private tell(message: LogMessage): void {
		if (message.type === "line") this.host.print?.(message.text);
		if (message.type !== "result" || message.result !== activityResult.buildLogLine) return;
		const [line] = message.fields;
		if (typeof line === "string") this.host.print?.(line);
	}

	private async buildRequest(): Promise<ServeRequest> {
		const options = await this.read(readServeBuildOptions(this.incoming));
		if (options.repeats !== 0)
			throw new StoreError("UNSUPPORTED", "client requested repeating builds, but this is not currently implemented");
		return this.request({
			maxSilentTime: options.maxSilentTime,
			timeout: options.buildTimeout,
			maxLogSize: options.maxLogSize,
			keepFailed: options.keepFailed,
			useSubstitutes: false,
		});
	}

	private async buildPaths(): Promise<void> {
		const { storeDir } = this.host.store;
		const texts = await this.read(this.from.strings());
		const targets: DerivedPath[] = texts.map((text) => parsePathWithOutputs(text, storeDir));
		const request = await this.buildRequest();
		try {
			const failed = (await this.host.build(targets, "normal", request)).filter(({ status }) => !isSuccess(status));
			if (failed.length === 0) this.to.number(0);
			else this.to.number(exitStatusOf(failed[0].status)).string(failed[0].message);
		} catch (error) {
			if (!(error instanceof NixError)) throw error;
			this.to.number(error.exitStatus).string(error.message);
		}
	}

	private async buildDerivation(): Promise<void> {
		const drvPath = await this.read(readStorePath(this.incoming));
		const drv = await this.read(readBasicDerivation(this.incoming, derivationNameOf(drvPath)));
		const request = await this.buildRequest();
		const result = await this.host.buildDerivation(drvPath, drv, "normal", request);
		writeBuildResult(this.outgoing, result, serveBuildResult(this.version));
	}

	private async queryClosure(): Promise<void> {
		const { store } = this.host;
		const includeOutputs = (await this.read(this.from.integer())) !== 0;
		const left = await this.read(readStorePaths(this.incoming));
		const found = new Map<string, StorePath>();
		for (let path = left.pop(); path !== undefined; path = left.pop()) {
			if (found.has(path.baseName)) continue;
			const info = await store.queryPathInfo(path);
			if (info === undefined)
				throw new StoreError("INVALID_PATH", `path '${path.toString(store.storeDir)}' is not valid`);
			found.set(path.baseName, path);
			left.push(...info.references);
			if (!includeOutputs || !isDerivationPath(path)) continue;
			for (const output of outputPaths(await store.readDerivation(path), store.storeDir).values())
				if (output !== undefined && (await store.isValidPath(output))) left.push(output);
		}
		writeStorePaths(this.outgoing, [...found.values()].sort(StorePath.compare));
	}
}

/** What clients before results take for a failed build. */
const exitStatusOf = (status: Parameters<typeof buildStatusNumber>[0]): number => {
	const number = buildStatusNumber(status);
	return number === 3 ? 100 : number === 8 ? 101 : 1;
};

/**
 * Answers a client of `nix-store --serve` until it goes away; with `writeAllowed` it may add and build. Rejects where
 * what it says makes no sense or an operation fails: the protocol has no errors.
 */
export const serveStoreClient = async (host: ServeHost, duplex: Duplex, writeAllowed: boolean): Promise<void> => {
	try {
		await new ServeSession(host, duplex, writeAllowed).serve();
	} catch (error) {
		if (!(error instanceof EndOfConnectionError)) throw error;
	} finally {
		duplex.close();
	}
};
