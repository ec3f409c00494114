import { parseStorePath } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { addPermanentRoot } from "../core";
import { flakeCommand } from "./flake";
import { JsonOptions } from "./json-flags";

/** `nix flake prefetch`: a flake's tree, fetched into the store. */
export const flakePrefetch: MakeCommand = ({ session }) => {
	const json = new JsonOptions(session);
	let outLink: string | undefined;
	return flakeCommand(session, {
		without: [],
		flags: [...json.flags(), { long: "out-link", short: "o", arity: 1, handle: (path) => void (outLink = path) }],
		run: async (ref) => {
			const { url, storePath, hash, original, locked } = await (await session.commands()).prefetchFlake(ref);
			if (json.json) json.print({ storePath, hash, original, locked });
			else session.log.notice(`Downloaded '${url}' to '${storePath}' (hash '${hash}').`);
			if (outLink !== undefined) linkTo(session.absolute(outLink), storePath);
		},
	});

	function linkTo(link: string, storePath: string): void {
		const { storeDir } = session.commandStore;
		addPermanentRoot(session.commandStore, parseStorePath(storePath, storeDir), link);
	}
};
