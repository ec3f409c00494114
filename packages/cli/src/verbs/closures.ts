import { makeContentAddressed, NixError, type Store, type StorePath } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { diffClosures, whyDepends } from "../core";
import { level } from "../output/log";
import { renderSize } from "../output/size";
import type { Session } from "../session";
import { derivationsOf, type Installable, InstallableOptions } from "./installables";
import { JsonOptions } from "./json-flags";
import { type OutputsMode, outputPathsOf, StorePathOptions } from "./store-paths";

/** The one path that an installable stands for. */
const singlePath = async (
	session: Session,
	installable: Installable,
	derivation: boolean,
	mode: OutputsMode = "build",
): Promise<StorePath> => {
	const paths = derivation
		? await derivationsOf(session, [installable])
		: await outputPathsOf(session, [installable], mode);
	if (paths.length !== 1)
		throw new NixError("NOT_ONE_PATH", `argument '${installable.what}' should evaluate to one store path`);
	return paths[0];
};

/** `nix why-depends`: how it is that a path has another in its closure. */
export const whyDependsCommand: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	let args: readonly string[] = [];
	let all = false;
	let precise = false;
	let derivation = false;
	return {
		flags: [
			...options.flags(),
			{ long: "derivation", handle: () => void (derivation = true) },
			{ long: "all", short: "a", handle: () => void (all = true) },
			{ long: "precise", handle: () => void (precise = true) },
		],
		expected: [
			{ arity: 1, handle: ([from]) => void (args = [from]) },
			{ arity: 1, handle: ([to]) => void (args = [...args, to]) },
		],
		run: async () => {
			const store = await session.stores.anyStore();
			const [from, to] = await options.installables(args);
			// What is looked for need not be there.
			const paths = [
				await singlePath(session, from, derivation),
				await singlePath(session, to, derivation, "locate"),
			] as const;
			const lines = await whyDepends(store, ...paths, { all, precise });
			if (lines === undefined) return session.log.line(level.error, `'${from.what}' does not depend on '${to.what}'`);
			for (const line of lines) session.print(line);
		},
	};
};

/** `nix store diff-closures`: which packages and versions differ between two closures. */
export const storeDiffClosures: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	let args: readonly string[] = [];
	let derivation = false;
	return {
		flags: [...options.flags(), { long: "derivation", handle: () => void (derivation = true) }],
		expected: [
			{ arity: 1, handle: ([from]) => void (args = [from]) },
			{ arity: 1, handle: ([to]) => void (args = [...args, to]) },
		],
		run: async () => {
			const store = await session.stores.anyStore();
			const [before, after] = await options.installables(args);
			const from = await singlePath(session, before, derivation);
			const to = await singlePath(session, after, derivation);
			for (const line of await diffClosures(store, from, to, renderSize)) session.print(line);
		},
	};
};

/** `nix store make-content-addressed`: content-addressed copies of closures. */
export const storeMakeContentAddressed: MakeCommand = ({ session }) => {
	const options = new StorePathOptions(session);
	let from: string | undefined;
	let to: string | undefined;
	const json = new JsonOptions(session);
	return {
		flags: [
			...options.flags(),
			{ long: "from", arity: 1, handle: (reference) => void (from = reference) },
			{ long: "to", arity: 1, handle: (reference) => void (to = reference) },
			...json.flags(),
		],
		expected: options.expected,
		run: async () => {
			const target: Store = await session.stores.anyStore(to);
			if (from !== undefined) session.stores.useStore(from);
			const source = await session.stores.anyStore();
			const paths = (await options.infos(source, "build")).map(({ path }) => path);
			const { storeDir } = source;
			const renamed = await makeContentAddressed(source, target, paths, (old, now) =>
				session.log.info(`rewriting '${old.toString(storeDir)}' to '${now.toString(storeDir)}'`),
			);
			const pairs = paths.map((path) => [path, renamed.get(path.baseName) as StorePath] as const);
			if (json.json) {
				const rewrites = Object.fromEntries(
					pairs.map(([old, now]) => [old.toString(storeDir), now.toString(storeDir)]),
				);
				return json.print({ rewrites });
			}
			for (const [old, now] of pairs)
				session.log.notice(`rewrote '${old.toString(storeDir)}' to '${now.toString(storeDir)}'`);
		},
	};
};
