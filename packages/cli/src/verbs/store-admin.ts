import { asyncStore } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import type { Session } from "../session";
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
			const paths = sortedPaths(await options.paths(asyncStore(store)));
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
			const { commandStore } = session;
			const facts: { url: string; version?: string; trusted?: boolean } = {
				url: session.stores.shownUrl(commandStore),
			};
			// A cache says what it is before anything is told of it; other stores are connected to after.
			if (commandStore.openWaiting !== undefined) await session.stores.anyStore();
			if (!json.json) session.log.notice(`Store URL: ${facts.url}`);
			try {
				Object.assign(facts, await statusOf(session));
			} finally {
				if (json.json) json.print({ ...facts });
			}
			if (json.json) return;
			if (facts.version !== undefined) session.log.notice(`Version: ${facts.version}`);
			if (facts.trusted !== undefined) session.log.notice(`Trusted: ${facts.trusted ? 1 : 0}`);
		},
	};
};

/** Connects to the command's store: which version of Nix has it, and whether that trusts us, as far as it says. */
const statusOf = async (session: Session): Promise<{ version?: string; trusted?: boolean }> => {
	const { builds, openWaiting, start } = session.commandStore;
	const store = await session.stores.anyStore();
	if (builds !== undefined) {
		const daemon = session.stores.daemonStore()?.daemon;
		return {
			...(daemon?.version === undefined ? {} : { version: daemon.version }),
			...(daemon?.trustsUs === undefined ? {} : { trusted: daemon.trustsUs }),
		};
	}
	if (openWaiting !== undefined)
		return store.uri.startsWith("file:") && session.env("_NIX_FORCE_HTTP") !== "1" ? { trusted: true } : {};
	return start.kind === "local" ? { version: nixVersion, trusted: true } : { trusted: true };
};

/** The version of Nix that stores here are kept as. */
const nixVersion = "2.34.8";
