import {
	type ByteString,
	HashesAhead,
	InvalidPathError,
	isContentAddressed,
	type Jobs,
	NixError,
	narHash,
	type PathInfo,
	pathInfoFingerprint,
	type Store,
	verifySignature,
} from "@tsnix/store";
import { parseCount } from "../args/values";
import type { MakeCommand } from "../commands";
import { level } from "../output/log";
import { Exit } from "../shell";
import { StorePathOptions } from "./store-paths";

/** Enough signatures for whatever is asked: what content-addressed paths count as. */
const enough = Number.POSITIVE_INFINITY;

/** Others who hash those paths, of a store whose files any thread can read. */
const hashesAhead = async (store: Store, infos: readonly PathInfo[], jobs: Jobs): Promise<HashesAhead | undefined> => {
	const trees: ByteString[] = [];
	for (const { path } of infos) {
		const source = await store.objectSource?.(path);
		if (source === undefined || !("tree" in source)) return undefined;
		trees.push(source.tree);
	}
	return new HashesAhead(trees, jobs);
};

/** `nix store verify`: whether paths have the contents that they had, and are trusted. */
export const storeVerify: MakeCommand = ({ session }) => {
	const options = new StorePathOptions(session);
	const substituters: string[] = [];
	let contents = true;
	let trust = true;
	let signaturesNeeded = 0;
	return {
		flags: [
			...options.flags(),
			{ long: "no-contents", handle: () => void (contents = false) },
			{ long: "no-trust", handle: () => void (trust = false) },
			{ long: "substituter", short: "s", arity: 1, handle: (reference) => void substituters.push(reference) },
			{ long: "sigs-needed", short: "n", arity: 1, handle: (text) => void (signaturesNeeded = parseCount(text)) },
		],
		expected: options.expected,
		run: async () => {
			const store = await session.stores.anyStore();
			const others: Store[] = [];
			for (const reference of substituters) others.push(await session.stores.anyStore(reference));
			const { log } = session;
			const { storeDir } = store;
			const { trustedKeys } = session.substitution;
			let status = 0;
			const infos = await options.infos(store).catch((error: unknown) => {
				if (!(error instanceof InvalidPathError)) throw error;
				log.error(error, false);
				status |= 4;
				return [];
			});
			const { jobs } = session.jobs;
			const ahead = contents && jobs !== undefined ? await hashesAhead(store, infos, jobs) : undefined;
			for (const info of infos) {
				if (ahead?.isReady === false) await ahead.more();
				const hashed = ahead?.take();
				const shown = info.path.toString(storeDir);
				try {
					log.info(`checking '${shown}'...`);
					if (contents && hashed?.hash !== info.narHash.base16()) {
						const { hash } = narHash(await store.accessor(info.path));
						if (!hash.equals(info.narHash)) {
							status |= 1;
							log.line(level.error, `path '${shown}' was modified! expected hash '${info.narHash}', got '${hash}'`);
						}
					}
					const isTrusted = async (): Promise<boolean> => {
						if (info.ultimate && signaturesNeeded === 0) return true;
						const needed = Math.max(signaturesNeeded, 1);
						const seen = new Set<ByteString>();
						const count = (of: PathInfo): number =>
							isContentAddressed(of, storeDir)
								? enough
								: of.signatures.filter((signature) => {
										if (seen.has(signature)) return false;
										seen.add(signature);
										return verifySignature(pathInfoFingerprint(info, storeDir), signature, trustedKeys);
									}).length;
						let good = count(info);
						for (const other of others) {
							if (good >= needed) break;
							const theirs = await other.queryPathInfo(info.path);
							if (theirs !== undefined) good += count(theirs);
						}
						return good >= needed;
					};
					if (trust && !(await isTrusted())) {
						status |= 2;
						log.line(level.error, `path '${shown}' is untrusted`);
					}
				} catch (error) {
					if (!(error instanceof NixError)) throw error;
					log.error(error, false);
					status |= 4;
				}
			}
			throw new Exit(status);
		},
	};
};
