import { narChunks } from "../../formats/nar/chunks";
import type { NarVisitor } from "../../formats/nar/parse";
import type { StorePath } from "../../formats/store-path";
import type { Talk } from "../../protocol/talk";
import type { SourceAccessor } from "../../source-accessor";
import type { PathInfo } from "../store";
import { WaitingStore, type WaitingStoreOptions } from "../waiting-store";
import { ServeClient } from "./serve-client";

/** How a store that `nix-store --serve` serves is reached by those who can wait. */
export interface WaitingServeOptions extends WaitingStoreOptions {
	/** Who serves it, for messages. */
	readonly host: string;
}

/** A store that `nix-store --serve` serves, by promises. The protocol has no more than this. */
export class WaitingServeStore extends WaitingStore<ServeClient> {
	constructor(private readonly options: WaitingServeOptions) {
		super(options);
	}

	protected newClient(): ServeClient {
		return new ServeClient(this.storeDir, this.options.host);
	}

	protected narFromPath(client: ServeClient, path: StorePath, visitor: NarVisitor): Talk<number> {
		return client.narFromPath(path, visitor);
	}

	async isValidPath(path: StorePath): Promise<boolean> {
		return (await this.queryValidPaths([path], false)).length > 0;
	}

	async queryPathInfo(path: StorePath): Promise<PathInfo | undefined> {
		return (await this.ask((client) => client.queryPathInfos([path])))[0];
	}

	queryValidPaths(paths: readonly StorePath[], substitute: boolean): Promise<StorePath[]> {
		return this.ask((client) => client.queryValidPaths(paths, false, substitute));
	}

	addObject(info: PathInfo, source: SourceAccessor, sourcePath = "/"): Promise<void> {
		return this.ask((client) => client.addObject({ info, nar: narChunks(this.below(source, sourcePath)) }));
	}

	addNar(info: PathInfo, nar: Uint8Array): Promise<void> {
		return this.ask((client) => client.addObject({ info, nar: [nar] }));
	}
}
