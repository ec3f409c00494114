import { MemoryFile, memoryAccessor } from "../../accessors/memory";
import type { ByteString } from "../../byte-string";
import { stringToBytes } from "../../byte-string";
import { StoreError } from "../../errors";
import { makeFixedOutputPath } from "../../formats/content-address";
import { hashString } from "../../formats/hash";
import { hashPath } from "../../formats/hash-path";
import { narChunks } from "../../formats/nar/chunks";
import { narHash } from "../../formats/nar/hash";
import type { MemoryTreeBuilder } from "../../formats/nar/memory";
import { StorePath } from "../../formats/store-path";
import type { SourceAccessor } from "../../source-accessor";
import { RemoteStoreBase, type RemoteStoreOptions, type SendOptions } from "../remote-store-base";
import type { PathInfo } from "../store";
import { ServeClient } from "./serve-client";

/** How a store is reached that `nix-store --serve` serves. */
export interface ServeStoreOptions extends RemoteStoreOptions {
	/** Who serves it, for messages. */
	readonly host: string;
}

const unsupported = (operation: string, uri: string): StoreError =>
	new StoreError("UNSUPPORTED", `operation '${operation}' is not supported by store '${uri}'`);

/** A store that `nix-store --serve` serves, by calls that block. Objects are added as NARs only. */
export class ServeStore extends RemoteStoreBase<ServeClient> {
	constructor(private readonly options: ServeStoreOptions) {
		super(options);
	}

	protected newClient(): ServeClient {
		return new ServeClient(this.storeDir, this.options.host);
	}

	protected askIsValid(path: StorePath): boolean {
		return this.ask((client) => client.queryValidPaths([path])).length > 0;
	}

	protected askPathInfo(path: StorePath): PathInfo | undefined {
		return this.ask((client) => client.queryPathInfos([path]))[0];
	}

	protected fetchTree(path: StorePath, builder: MemoryTreeBuilder): number {
		return this.ask((client) => client.narFromPath(path, builder));
	}

	queryValidPaths(paths: readonly StorePath[], substitute: boolean): StorePath[] {
		return this.ask((client) => client.queryValidPaths(paths, false, substitute));
	}

	/** What paths refer to, directly or not. */
	queryClosure(paths: readonly StorePath[], includeOutputs = false): StorePath[] {
		return this.ask((client) => client.queryClosure(paths, includeOutputs));
	}

	protected send(name: string, source: SourceAccessor, options: SendOptions): PathInfo {
		const { method, algorithm, references } = options;
		const hash = hashPath(source, "/", { method, algorithm });
		return this.sendAddressed(name, source, { method, hash }, references);
	}

	protected sendText(name: string, contents: ByteString, references: readonly StorePath[]): PathInfo {
		const source = memoryAccessor(new MemoryFile(stringToBytes(contents)));
		return this.sendAddressed(name, source, { method: "text", hash: hashString("sha256", contents) }, references);
	}

	private sendAddressed(
		name: string,
		source: SourceAccessor,
		contentAddress: NonNullable<PathInfo["contentAddress"]>,
		references: readonly StorePath[],
	): PathInfo {
		const sorted = [...references].sort(StorePath.compare);
		const nar = narHash(source);
		const info: PathInfo = {
			path: makeFixedOutputPath(name, { ...contentAddress, references: sorted }, this.storeDir),
			narHash: nar.hash,
			narSize: nar.size,
			references: sorted,
			signatures: [],
			contentAddress,
			registrationTime: 0,
			ultimate: false,
		};
		this.sendObject(info, source);
		return info;
	}

	protected sendObject(info: PathInfo, source: SourceAccessor): void {
		this.ask((client) => client.addObject({ info, nar: narChunks(source) }));
	}

	queryAllValidPaths(): StorePath[] {
		throw unsupported("queryAllValidPaths", this.uri);
	}

	queryReferrers(): StorePath[] {
		throw unsupported("queryReferrers", this.uri);
	}

	queryPathFromHashPart(): StorePath | undefined {
		throw unsupported("queryPathFromHashPart", this.uri);
	}

	queryRealisation(): StorePath | undefined {
		throw unsupported("queryRealisation", this.uri);
	}

	registerRealisation(): void {
		throw unsupported("registerDrvOutput", this.uri);
	}
}
