import { asyncStore } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { collect, parseBytes, sortedPaths } from "../store-operations/garbage";
import { optimise } from "../store-operations/transfer";
import { repairPath } from "../store-operations/validity";
import { UsageError } from "../usage-error";
import { JsonOptions } from "./json-flags";
import { StorePathOptions } from "./store-paths";

/** `nix store gc`: deletes what no root leads to. */
export const storeGc: MakeCommand = ({ session }) => {
	let dryRun = false;
	let max: number | undefined;
	return {
		flags: [
			{ long: "dry-run", handle: () => void (dryRun = true) },
			{ long: "max", arity: 1, handle: (text) => void (max = parseBytes(text)) },
		],
		run: async () => {
			if (max !== undefined && dryRun) throw new UsageError("options --max and --dry-run cannot be combined");
			const limit = max === undefined ? {} : { maxFreed: max };
			const { paths } = await collect(session, { action: dryRun ? "return-dead" : "delete-dead", ...limit });
			if (dryRun) session.print(`${paths.length} store paths would be deleted`);
		},
	};
};

/** `nix store delete`: deletes paths that no root leads to. */
export const storeDelete: MakeCommand = ({ session }) => {
	const options = new StorePathOptions(session);
	let ignoreLiveness = false;
	return {
		flags: [...options.flags(), { long: "ignore-liveness", handle: () => void (ignoreLiveness = true) }],
		expected: options.expected,
		run: async () => {
			const store = session.stores.localStore("Garbage collection");
			const infos = await options.infos(asyncStore(store));
			const paths = sortedPaths(infos.map(({ path }) => path));
			await collect(session, { action: "delete-specific", paths, ignoreLiveness });
		},
	};
};

/** `nix store optimise`: makes equal files one. */
export const storeOptimise: MakeCommand = ({ session }) => ({ run: () => optimise(session) });

/** `nix store repair`: has paths fetched or made again. */
export const storeRepair: MakeCommand = ({ session }) => {
	const options = new StorePathOptions(session);
	return {
		flags: options.flags(),
		expected: options.expected,
		run: async () => {
			const store = await session.stores.anyStore();
			for (const path of sortedPaths(await options.roots(store, "locate"))) await repairPath(session, path);
		},
	};
};

/** `nix store info`: whether a store can be used. */
export const storeInfo: MakeCommand = ({ session }) => {
	const json = new JsonOptions(session);
	return {
		flags: json.flags(),
		run: async () => {
			const { openWaiting } = session.commandStore;
			const store = await session.stores.anyStore();
			const daemon = session.stores.daemonStore()?.daemon;
			const isLocal = openWaiting === undefined && session.commandStore.builds === undefined;
			const facts: { url: string; version?: string; trusted?: boolean } = {
				url: session.commandStore.builds === undefined ? store.uri : session.stores.shownStoreReference,
				...(daemon?.version === undefined ? {} : { version: daemon.version }),
				...(daemon?.trustsUs === undefined ? {} : { trusted: daemon.trustsUs }),
				...(isLocal ? { version: nixVersion } : {}),
				...(isLocal || (store.uri.startsWith("file:") && session.env("_NIX_FORCE_HTTP") !== "1")
					? { trusted: true }
					: {}),
			};
			if (json.json) return json.print({ ...facts });
			session.log.notice(`Store URL: ${facts.url}`);
			if (facts.version !== undefined) session.log.notice(`Version: ${facts.version}`);
			if (facts.trusted !== undefined) session.log.notice(`Trusted: ${facts.trusted ? 1 : 0}`);
		},
	};
};

/** The version of Nix that stores here are kept as. */
const nixVersion = "2.34.8";
