import { StoreError } from "../../errors";
import type { NarVisitor } from "../../formats/nar/parse";
import type { StorePath } from "../../formats/store-path";
import { type BasicDerivation, writeBasicDerivation } from "../../protocol/basic-derivation";
import {
	type BuildResult,
	type BuildStatus,
	isSuccess,
	readBuildResult,
	readBuildStatus,
	serveBuildResult,
} from "../../protocol/build-result";
import { readStorePaths, writeStorePath, writeStorePaths } from "../../protocol/common-messages";
import type { Incoming, Outgoing } from "../../protocol/context";
import { EndOfConnectionError, ProtocolError } from "../../protocol/errors";
import {
	serveCommands as command,
	oldestServeVersion,
	readServedPathInfo,
	type ServeBuildOptions,
	serveMagic,
	serveVersion,
	writeServeBuildOptions,
} from "../../protocol/serve-messages";
import type { Talk } from "../../protocol/talk";
import { WireReader } from "../../protocol/wire-reader";
import { WireWriter } from "../../protocol/wire-writer";
import { writeKeyedPathInfo } from "../../protocol/worker-messages";
import type { OutgoingObject } from "../daemon/client";
import type { PathInfo } from "../store";

/** The commands of `nix-store --serve`, from the client's side, each as a conversation. */
export class ServeClient {
	readonly from = new WireReader();
	readonly to = new WireWriter();
	version = serveVersion;

	/** `host` is who answers, for messages. */
	constructor(
		private readonly storeDir: string,
		private readonly host: string,
	) {}

	private get incoming(): Incoming {
		return { from: this.from, version: this.version, storeDir: this.storeDir };
	}

	private get outgoing(): Outgoing {
		return { to: this.to, version: this.version, storeDir: this.storeDir };
	}

	/** Greets the other side. */
	*open(): Talk<void> {
		const { to, from } = this;
		to.number(serveMagic.client).number(serveVersion);
		try {
			yield* to.flush();
			const magic = yield* from.big();
			if (magic > 0xffffffffn) throw yield* this.mismatch(magic);
			if (magic !== BigInt(serveMagic.server))
				throw new ProtocolError(`'nix-store --serve' protocol mismatch from '${this.host}'`);
			const theirs = (yield* from.integer()) & 0xffff;
			if (theirs >> 8 !== 2 || theirs < oldestServeVersion)
				throw new ProtocolError(`unsupported 'nix-store --serve' protocol version on '${this.host}'`);
			this.version = Math.min(theirs, serveVersion);
		} catch (error) {
			if (!(error instanceof EndOfConnectionError)) throw error;
			throw new EndOfConnectionError(`cannot connect to '${this.host}'`, error.position);
		}
	}

	/** The error for a program that is no server: it has what it said. */
	private *mismatch(first: bigint): Talk<ProtocolError> {
		const bytes = new Uint8Array(8);
		new DataView(bytes.buffer).setBigUint64(0, first, true);
		let text = String.fromCharCode(...bytes);
		while (text.length < 1 << 16) {
			const more = yield* this.from.some(1 << 12);
			if (more === undefined) break;
			text += String.fromCharCode(...more);
		}
		return new ProtocolError(
			`'nix-store --serve' protocol mismatch from '${this.host}', got '${text.replace(/[\n\r]+$/, "")}'`,
		);
	}

	/** Those of the paths that are valid. `lock` keeps them from being collected meanwhile. */
	*queryValidPaths(paths: readonly StorePath[], lock = false, substitute = false): Talk<StorePath[]> {
		this.to.number(command.QueryValidPaths).boolean(lock).boolean(substitute);
		writeStorePaths(this.outgoing, paths);
		yield* this.to.flush();
		return yield* readStorePaths(this.incoming);
	}

	/** What is known of those of the paths that are valid. */
	*queryPathInfos(paths: readonly StorePath[]): Talk<PathInfo[]> {
		this.to.number(command.QueryPathInfos);
		writeStorePaths(this.outgoing, paths);
		yield* this.to.flush();
		const infos: PathInfo[] = [];
		for (;;) {
			const text = yield* this.from.string();
			if (text === "") return infos;
			const path = paths.find((asked) => asked.toString(this.storeDir) === text);
			if (path === undefined)
				throw new ProtocolError(`got information on '${text}', which was not asked for`, this.from.position);
			const { narHash, ...info } = yield* readServedPathInfo(this.incoming);
			if (narHash === undefined) throw new ProtocolError("NAR hash is now mandatory", this.from.position);
			infos.push({ path, narHash, ...info });
		}
	}

	/** Reads an object's NAR. Gives its size. */
	*narFromPath(path: StorePath, visitor: NarVisitor): Talk<number> {
		this.to.number(command.DumpStorePath);
		writeStorePath(this.outgoing, path);
		yield* this.to.flush();
		return yield* this.from.nar(visitor);
	}

	/** Adds an object whose path is known. */
	*addObject({ info, nar }: OutgoingObject): Talk<void> {
		const { to, outgoing } = this;
		to.number(command.AddToStoreNar);
		writeKeyedPathInfo(outgoing, info);
		yield* to.pieces(nar);
		yield* to.flush();
		if ((yield* this.from.integer()) === 1) return;
		const path = info.path.toString(this.storeDir);
		throw new StoreError("ADD_FAILED", `failed to add path '${path}' to remote host '${this.host}'`);
	}

	/** Builds `/nix/store/….drv!out,dev` and paths. Gives the failure, if there is one. */
	*buildPaths(
		paths: readonly string[],
		options: ServeBuildOptions,
	): Talk<{ readonly status: BuildStatus; readonly message: string } | undefined> {
		this.to.number(command.BuildPaths).strings(paths);
		writeServeBuildOptions(this.outgoing, options);
		yield* this.to.flush();
		const status = yield* readBuildStatus(this.incoming);
		return isSuccess(status) ? undefined : { status, message: yield* this.from.string() };
	}

	/** Builds a derivation that the other side need not have. */
	*buildDerivation(drvPath: StorePath, drv: BasicDerivation, options: ServeBuildOptions): Talk<BuildResult> {
		this.to.number(command.BuildDerivation);
		writeStorePath(this.outgoing, drvPath);
		writeBasicDerivation(this.outgoing, drv);
		writeServeBuildOptions(this.outgoing, options);
		yield* this.to.flush();
		return yield* readBuildResult(this.incoming, serveBuildResult(this.version));
	}

	/** What paths refer to, directly or not; they themselves among them. */
	*queryClosure(paths: readonly StorePath[], includeOutputs = false): Talk<StorePath[]> {
		this.to.number(command.QueryClosure).boolean(includeOutputs);
		writeStorePaths(this.outgoing, paths);
		yield* this.to.flush();
		return yield* readStorePaths(this.incoming);
	}
}
