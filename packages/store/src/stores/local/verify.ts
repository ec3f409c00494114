import { fromHostName, fsAccessor, hostPath } from "../../accessors/fs";
import { NixError } from "../../errors";
import { parseBareHash } from "../../formats/hash";
import { narHash } from "../../formats/nar/hash";
import type { StorePath } from "../../formats/store-path";
import { lockGarbage } from "../../gc/roots";
import { HashesAhead } from "../../jobs/hashes-ahead";
import type { HashedTree, Jobs } from "../../jobs/job";
import type { LocalStore } from "./local-store";
import type { NarHash } from "./registry";

/** How a store is verified. */
export interface VerifyOptions {
	/** Also that files have the contents that they had. */
	readonly checkContents?: boolean;
	/** Have what is damaged fetched or built again. Without it, damage is told only. */
	readonly repair?: (path: StorePath) => Promise<void>;
	readonly onInfo?: (message: string) => void;
	/** Of each path that is looked into. */
	readonly onDetail?: (message: string) => void;
	readonly onError?: (message: string) => void;
	readonly onWarning?: (error: NixError) => void;
	readonly signal?: AbortSignal;
	/** Who hashes contents; this thread alone without it. */
	readonly jobs?: Jobs;
}

/**
 * Check that what the database has as valid is there, and, if asked, unchanged. Paths that are gone and that nothing
 * refers to are forgotten. Gives whether there are errors left. Implements `nix-store --verify`.
 */
export const verifyStore = async (store: LocalStore, options: VerifyOptions = {}): Promise<boolean> => {
	options.onInfo?.("reading the Nix store...");
	const release = lockGarbage(store, "shared", options.onInfo);
	try {
		const verification = new Verification(store, options);
		await verification.existence();
		if (options.checkContents === true) {
			verification.links();
			await verification.contents();
		}
		return verification.errors;
	} finally {
		release();
	}
};

class Verification {
	errors = false;
	private readonly done = new Set<string>();
	private readonly valid = new Map<string, StorePath>();
	private present = new Set<string>();

	constructor(
		private readonly store: LocalStore,
		private readonly options: VerifyOptions,
	) {}

	async existence(): Promise<void> {
		const { fs, realStoreDir } = this.store;
		this.present = new Set(fs.readdirSync(hostPath(fs, realStoreDir)).map((name) => fromHostName(fs, name)));
		this.options.onInfo?.("checking path existence...");
		for (const path of this.store.queryAllValidPaths())
			if (this.present.has(path.baseName)) this.isThere(path);
			else await this.path(path);
	}

	private isThere(path: StorePath): void {
		this.options.signal?.throwIfAborted();
		this.valid.set(path.baseName, path);
	}

	private async path(path: StorePath): Promise<void> {
		const { store, options } = this;
		options.signal?.throwIfAborted();
		if (this.done.has(path.baseName)) return;
		this.done.add(path.baseName);
		if (this.present.has(path.baseName)) return this.isThere(path);
		// What refers to it may be gone, too: then both can be forgotten.
		let inUse = false;
		for (const referrer of store.queryReferrers(path)) {
			if (referrer.equals(path)) continue;
			await this.path(referrer);
			if (this.valid.has(referrer.baseName)) inUse = true;
		}
		const shown = path.toString(store.storeDir);
		if (!inUse) {
			options.onInfo?.(`path '${shown}' disappeared, removing from database...`);
			store.invalidatePath(path);
			return;
		}
		options.onError?.(`path '${shown}' disappeared, but it still has valid referrers!`);
		await this.repair(path);
	}

	private async repair(path: StorePath): Promise<void> {
		const { repair, onWarning } = this.options;
		if (repair === undefined) {
			this.errors = true;
			return;
		}
		try {
			await repair(path);
		} catch (error) {
			if (!(error instanceof NixError)) throw error;
			onWarning?.(error);
			this.errors = true;
		}
	}

	/** Whether shared files are what their names say. */
	links(): void {
		const { store, options } = this;
		const { fs } = store;
		options.onInfo?.("checking link hashes...");
		const folder = `${store.realStoreDir}/.links`;
		if (!fs.existsSync(hostPath(fs, folder))) return;
		for (const host of fs.readdirSync(hostPath(fs, folder))) {
			const name = fromHostName(fs, host);
			const link = `${folder}/${name}`;
			options.onDetail?.(`checking contents of "${name}"`);
			const hash = narHash(fsAccessor(fs, link)).hash.nix32();
			if (hash === name) continue;
			options.onError?.(`link "${link}" was modified! expected hash ${name}, got '${hash}'`);
			if (options.repair === undefined) this.errors = true;
			else {
				fs.unlinkSync(hostPath(fs, link));
				options.onInfo?.(`removed link "${link}"`);
			}
		}
	}

	async contents(): Promise<void> {
		const { store, options } = this;
		options.onInfo?.("checking store hashes...");
		const known = store.queryNarHashes();
		const paths = [...this.valid.values()];
		// Repairing one path may repair others, whose hashes would be of before.
		const trees = paths.map((path) => store.realPath(path));
		const ahead = options.repair === undefined && options.jobs ? new HashesAhead(trees, options.jobs) : undefined;
		for (const path of paths) {
			options.signal?.throwIfAborted();
			if (ahead?.isReady === false) await ahead.more();
			const hashed = ahead?.take();
			const shown = path.toString(store.storeDir);
			try {
				const info = known?.get(path.baseName) ?? store.queryPathInfo(path);
				if (info === undefined) continue;
				options.onDetail?.(`checking contents of '${shown}'`);
				if (hashed?.hash === info.narHash.base16() && info.narSize !== 0) continue;
				const { narHash: hash, narSize: size } = hashed === undefined ? this.hash(path, shown) : narHashOf(hashed);
				if (!hash.equals(info.narHash)) {
					options.onError?.(`path '${shown}' was modified! expected hash '${info.narHash}', got '${hash}'`);
					if (options.repair === undefined) this.errors = true;
					else await options.repair(path);
				} else if (info.narSize === 0) {
					options.onInfo?.(`updating size field on '${shown}' to ${size}`);
					const whole = store.queryPathInfo(path);
					if (whole !== undefined) store.registerValidPaths([{ ...whole, narSize: size }]);
				}
			} catch (error) {
				if (!(error instanceof NixError)) throw error;
				if (store.isValidPath(path)) options.onError?.(error.message);
				else options.onWarning?.(error);
				this.errors = true;
			}
		}
	}

	/** Throws what the files cannot be read for. */
	private hash(path: StorePath, shown: string): NarHash {
		const { hash, size } = narHash(fsAccessor(this.store.fs, this.store.realPath(path), shown));
		return { narHash: hash, narSize: size };
	}
}

const narHashOf = ({ hash, size }: HashedTree): NarHash => ({ narHash: parseBareHash(hash, "sha256"), narSize: size });
