import { asyncStore, parseStorePath } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { Exit } from "../shell";
import { copyInfos } from "./copy";
import { flakeCommand } from "./flake";
import { JsonOptions } from "./json-flags";

/** `nix flake archive`: a flake and all its inputs, put into the store, or into another one. */
export const flakeArchive: MakeCommand = ({ session }) => {
	const json = new JsonOptions(session);
	let to: string | undefined;
	let dryRun = false;
	let checkSignatures = true;
	return flakeCommand(session, {
		without: [],
		flags: [
			...json.flags(),
			{ long: "to", arity: 1, handle: (reference) => void (to = reference) },
			{ long: "dry-run", handle: () => void (dryRun = true) },
			{ long: "no-check-sigs", handle: () => void (checkSignatures = false) },
		],
		run: async (ref, options) => {
			const commands = await session.commands();
			const lock = { ...options.lockOptions(), applyConfig: true };
			const { paths, json: shown } = await commands.archiveFlake(ref, lock, dryRun);
			if (json.json) json.print(shown);
			if (dryRun || to === undefined) return;
			const { store } = session;
			const infos = paths.flatMap((path) => store.queryPathInfo(parseStorePath(path, store.storeDir)) ?? []);
			await copyInfos(session, asyncStore(store), await session.stores.anyStore(to), infos, checkSignatures);
		},
	});
};

/** `nix flake prefetch-inputs`: the trees of a flake's inputs, fetched into the store. */
export const flakePrefetchInputs: MakeCommand = ({ session }) =>
	flakeCommand(session, {
		without: [],
		flags: [],
		run: async (ref, options) => {
			const { log, settings } = session;
			const commands = await session.commands();
			const lock = { ...options.lockOptions(), applyConfig: true };
			let failed = false;
			for (const { key, url } of await commands.flakeInputs(ref, lock)) {
				log.info(`fetching '${url}'...`);
				try {
					await commands.fetchFlakeInput(ref, lock, key);
				} catch (error) {
					log.error(error, settings.boolean("show-trace"));
					failed = true;
				}
			}
			if (failed) throw new Exit(1);
		},
	});
