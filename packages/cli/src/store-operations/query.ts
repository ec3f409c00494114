import { isDerivationPath, NixError, type RealiseTarget, type StorePath } from "@tsnix/store";
import {
	closure,
	deriverOf,
	dotGraph,
	gcReferrers,
	graphMl,
	outputsOf,
	referencesFirst,
	referenceTree,
	requirePathInfo,
	validDerivers,
} from "../core";
import type { Operation, OperationContext } from "../programs/nix-store";
import { UsageError } from "../usage-error";
import { rootsOf } from "./garbage";
import { shown, storePathOf } from "./paths";

const kinds: Readonly<Record<string, string>> = {
	"--outputs": "outputs",
	"--requisites": "requisites",
	"-R": "requisites",
	"--references": "references",
	"--referrers": "referrers",
	"--referers": "referrers",
	"--referrers-closure": "referrers-closure",
	"--referers-closure": "referrers-closure",
	"--deriver": "deriver",
	"-d": "deriver",
	"--valid-derivers": "valid-derivers",
	"--binding": "binding",
	"-b": "binding",
	"--hash": "hash",
	"--size": "size",
	"--tree": "tree",
	"--graph": "graph",
	"--graphml": "graphml",
	"--resolve": "resolve",
	"--roots": "roots",
};

/** `nix-store --query`: what is known of paths. */
export const query: Operation = async (context) => {
	const { session, flags, args } = context;
	let kind: string | undefined;
	let useOutput = false;
	let forceRealise = false;
	let includeOutputs = false;
	let binding = "";
	for (const flag of flags) {
		const before = kind;
		if (Object.hasOwn(kinds, flag)) {
			kind = kinds[flag];
			if (kind === "binding") {
				const name = args.shift();
				if (name === undefined) throw new UsageError("expected binding name");
				binding = name;
			}
		} else if (flag === "--use-output" || flag === "-u") useOutput = true;
		else if (["--force-realise", "--force-realize", "-f"].includes(flag)) forceRealise = true;
		else if (flag === "--include-outputs") includeOutputs = true;
		else throw new UsageError(`unknown flag '${flag}'`);
		if (before !== undefined && before !== kind)
			throw new UsageError(`query type '${flag}' conflicts with earlier flag`);
	}
	const { store } = session;
	const print = (path: StorePath): void => session.print(shown(store, path));
	/** A path, or the outputs of the derivation that it is. */
	const paths = async (arg: string, outputs: boolean): Promise<StorePath[]> =>
		outputPathsOf(context, storePathOf(session, arg), outputs, forceRealise);

	switch (kind ?? "outputs") {
		case "outputs":
			for (const arg of args) (await paths(arg, true)).forEach(print);
			return;
		case "requisites":
		case "references":
		case "referrers":
		case "referrers-closure": {
			const found: StorePath[] = [];
			for (const arg of args)
				for (const path of await paths(arg, useOutput))
					if (kind === "requisites") found.push(...closure(store, [path], { includeOutputs }));
					else if (kind === "references") found.push(...requirePathInfo(store, path).references);
					else if (kind === "referrers") found.push(...store.queryReferrers(path));
					else found.push(...closure(store, [path], { referrers: true }));
			return referencesFirst(store, found).forEach(print);
		}
		case "deriver":
			for (const arg of args) {
				const { deriver } = requirePathInfo(store, storePathOf(session, arg));
				session.print(deriver === undefined ? "unknown-deriver" : shown(store, deriver));
			}
			return;
		case "valid-derivers":
			return referencesFirst(
				store,
				args.flatMap((arg) => validDerivers(store, storePathOf(session, arg))),
			).forEach(print);
		case "binding":
			for (const arg of args) {
				const drvPath = deriverOf(store, storePathOf(session, arg));
				const value = store.readDerivation(drvPath).env.get(binding);
				if (value === undefined)
					throw new NixError(
						"NO_BINDING",
						`derivation '${shown(store, drvPath)}' has no environment binding named '${binding}'`,
					);
				session.print(value);
			}
			return;
		case "hash":
		case "size":
			for (const arg of args)
				for (const path of await paths(arg, useOutput)) {
					const { narHash, narSize } = requirePathInfo(store, path);
					session.print(kind === "hash" ? narHash.toString() : String(narSize));
				}
			return;
		case "tree":
			for (const line of referenceTree(
				store,
				args.map((arg) => storePathOf(session, arg)),
			))
				session.print(line);
			return;
		case "resolve":
			for (const arg of args) print(storePathOf(session, arg));
			return;
		default: {
			const wanted: StorePath[] = [];
			for (const arg of args) wanted.push(...(await paths(arg, useOutput)));
			if (kind === "roots") return printRoots(session, wanted);
			const lines = kind === "graph" ? dotGraph(store, wanted) : graphMl(store, wanted);
			for (const line of lines) session.shell.writeOut(line);
		}
	}
};

/** The roots that lead to paths. */
const printRoots = async (session: OperationContext["session"], paths: readonly StorePath[]): Promise<void> => {
	const store = session.stores.localStore("Garbage collection");
	const { settings } = session;
	const reaching = gcReferrers(store, paths, {
		keepOutputs: settings.boolean("keep-outputs"),
		keepDerivations: settings.boolean("keep-derivations"),
	});
	for (const [name, { path, links }] of await rootsOf(session))
		if (reaching.has(name)) for (const link of [...links].sort()) session.print(`${link} -> ${shown(store, path)}`);
};

const outputPathsOf = async (
	{ session, warnOfCollection }: OperationContext,
	path: StorePath,
	outputs: boolean,
	force: boolean,
): Promise<StorePath[]> => {
	const { store } = session;
	if (force) {
		const target: RealiseTarget = isDerivationPath(path) ? { drvPath: path, outputs: "all" } : { path };
		const result = await session.builds.realise([target]);
		warnOfCollection();
		const known = result.outputs.get(shown(store, path));
		if (outputs && known !== undefined) return sorted([...known.values()]);
	}
	if (!outputs || !isDerivationPath(path)) return [path];
	return sorted(
		[...outputsOf(store, path).values()].map((output) => {
			if (output === undefined)
				throw new UsageError(
					"Cannot use output path of floating content-addressing derivation until we know what it is (e.g. by building it)",
				);
			return output;
		}),
	);
};

const sorted = (paths: StorePath[]): StorePath[] => paths.sort((a, b) => (a.baseName < b.baseName ? -1 : 1));
