import { NixError, parseStorePath } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { addPermanentRoot } from "../core";
import { appAttributes } from "./app";
import { InstallableOptions, requireValue } from "./installables";

/** `nix bundle`: makes something of a package or program that works outside of the store. */
export const bundle: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session, appAttributes);
	let installable = ".";
	let bundlerFlake = "github:NixOS/bundlers";
	let outLink: string | undefined;
	return {
		flags: [
			...options.flags(),
			{ long: "bundler", arity: 1, handle: (ref) => void (bundlerFlake = ref) },
			{ long: "out-link", short: "o", arity: 1, handle: (path) => void (outLink = path) },
		],
		expected: [{ optional: true, arity: 1, handle: ([text]) => void (installable = text) }],
		run: async () => {
			const [found] = await options.installables([installable]);
			const value = await requireValue(found).value();
			const commands = await session.commands();
			const bundler = await options.flakeAttribute(bundlerFlake, session.shell.workingDirectory, {
				defaults: [`bundlers.${session.system}.default`, `defaultBundler.${session.system}`],
				prefixes: [`bundlers.${session.system}.`],
			});
			const made = await commands.bundle(await bundler.value(), value, bundler.what);
			const { storeDir } = session.commandStore;
			await session.builds.realise([{ drvPath: parseStorePath(made.drvPath, storeDir), outputs: "all" }]);
			const link = outLink ?? made.name;
			if (link === undefined) throw new NixError("NO_NAME", "attribute 'name' missing");
			if (session.commandStore.realStoreDir !== undefined)
				addPermanentRoot(session.commandStore, parseStorePath(made.outPath, storeDir), session.absolute(link));
		},
	};
};
