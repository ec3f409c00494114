import { type ByteString, NixError, parseStorePath, type StorePath } from "@tsnix/store";
import { EnvironmentOptions } from "../args/environment-flags";
import type { MakeCommand } from "../commands";
import { readInStore, resolveInStore } from "../execute/resolve-in-store";
import { runInStore } from "../execute/run-in-store";
import type { Session } from "../session";
import { UsageError } from "../usage-error";
import { argumentsOr, InstallableOptions } from "./installables";
import { outputPathsOf } from "./store-paths";

/** `nix shell`: runs a shell, or another program, with packages in its `PATH`. */
export const shell: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	const environment = new EnvironmentOptions();
	let installables: readonly string[] = [];
	let stdin = false;
	let command: readonly string[] = [session.env("SHELL") ?? "bash"];
	return {
		flags: [
			...options.flags(),
			...environment.flags(),
			{ long: "stdin", handle: () => void (stdin = true) },
			{ long: "command", short: "c", arity: "rest", handle: (...args) => void (command = requireCommand(args)) },
		],
		expected: [{ arity: "any", handle: (args) => void (installables = args) }],
		run: async () => {
			const found = await options.installables(argumentsOr(session, installables, stdin));
			const paths = await outputPathsOf(session, found, "build");
			const env = environment.environment(session.shell.env);
			const folders = programFolders(session, paths);
			const path = (env.PATH ?? "") === "" ? [] : env.PATH.split(":").map((folder) => folder || ".");
			runInStore(session, {
				program: command[0],
				argv: command,
				env: { ...env, PATH: [...folders, ...path].join(":") },
				lookup: true,
			});
		},
	};
};

/** The words of `--command`. */
export const requireCommand = (args: readonly string[]): readonly string[] => {
	if (args.length === 0) throw new UsageError("--command requires at least one argument");
	return args;
};

/** The folders of programs that packages have, and those that they want to be there with them. */
const programFolders = (session: Session, paths: readonly StorePath[]): ByteString[] => {
	const { store } = session;
	const done = new Set<string>();
	const folders: ByteString[] = [];
	const left = [...paths];
	for (let path = left.shift(); path !== undefined; path = left.shift()) {
		if (done.has(path.baseName)) continue;
		done.add(path.baseName);
		const place = path.toString(store.storeDir);
		const folder = resolveInStore(store, `${place}/bin`);
		if (!folder.startsWith(`${store.storeDir}/`))
			throw new NixError("NOT_IN_STORE", `path '${folder}' is not in the Nix store`);
		folders.push(folder);
		const propagated = readInStore(store, `${place}/nix-support/propagated-user-env-packages`) ?? "";
		for (const word of propagated.split(/[ \t\n\r]+/)) if (word !== "") left.push(parseStorePath(word, store.storeDir));
	}
	return folders;
};
