import { isDerivationPath, NixError, type RealiseTarget, type StorePath } from "@tsnix/store";
import { addPermanentRoot, outputsOf } from "../core";
import { level } from "../output/log";
import { missingLines } from "../output/print-missing";
import type { Operation, OperationContext } from "../programs/nix-store";
import { UsageError } from "../usage-error";
import { shown, splitOutputs, storePathOf } from "./paths";

/** A path, and the outputs that are wanted of it if it is a derivation; none for all of them. */
interface Wanted {
	readonly path: StorePath;
	readonly outputs: readonly string[];
}

const targetOf = ({ path, outputs }: Wanted): RealiseTarget =>
	isDerivationPath(path) ? { drvPath: path, outputs: outputs.length === 0 ? "all" : outputs } : { path };

/** `nix-store --realise`: makes paths and outputs valid, and prints them. */
export const realise: Operation = async (context) => {
	const { session, flags, args } = context;
	let dryRun = false;
	let check = false;
	let repair = false;
	let ignoreUnknown = false;
	for (const flag of flags)
		if (flag === "--dry-run") dryRun = true;
		else if (flag === "--check") check = true;
		else if (flag === "--ignore-unknown") ignoreUnknown = true;
		else if (flag === "--repair") repair = true;
		else throw new UsageError(`unknown flag '${flag}'`);
	const { store } = session;
	let wanted = args.map((arg): Wanted => {
		const split = splitOutputs(arg);
		const path = storePathOf(session, split.path);
		// What outputs are asked of is read as a derivation, whatever it is.
		if (split.outputs.length > 0 && !isDerivationPath(path) && store.isValidPath(path)) store.readDerivation(path);
		return { path, outputs: split.outputs };
	});
	let plan = await session.builds.plan(wanted.map(targetOf));
	if (ignoreUnknown) {
		const unknown = plan.unknown;
		wanted = wanted.filter(({ path }) => !unknown.some((other) => other.equals(path)));
		plan = { ...plan, unknown: [] };
	}
	if (session.settings.boolean("print-missing"))
		for (const line of missingLines(plan, store.storeDir, session.readOnly)) session.log.line(level.info, line);
	if (dryRun) return;
	const result = await session.builds.realise(wanted.map(targetOf), {
		mode: check ? "check" : repair ? "repair" : "normal",
	});
	if (ignoreUnknown) return;
	let roots = 0;
	for (const item of wanted) {
		const known = result.outputs.get(shown(store, item.path));
		for (const line of realised(context, item, known, () => ++roots)) if (context.printsOutput) session.print(line);
	}
};

/** The places of a realised path or derivation, with roots made for them. */
export const realised = (
	{ session, root, warnOfCollection }: OperationContext,
	{ path, outputs }: Wanted,
	known: ReadonlyMap<string, StorePath> | undefined,
	nextRoot: () => number,
): string[] => {
	const { store, commandStore } = session;
	const isLocal = commandStore.realStoreDir !== undefined;
	const keep = (target: StorePath, link: (base: string) => string): string => {
		if (!isLocal) return shown(store, target);
		if (root !== undefined) return addPermanentRoot(commandStore, target, link(root));
		warnOfCollection();
		return shown(store, target);
	};
	if (!isDerivationPath(path)) {
		const number = root === undefined ? 1 : nextRoot();
		return [keep(path, (base) => base + (number > 1 ? `-${number}` : ""))];
	}
	const number = nextRoot();
	const places = new Map([...outputsOf(store, path), ...(known ?? [])]);
	const names = outputs.length === 0 ? [...places.keys()] : outputs;
	const lines = names.map((name) => {
		const place = places.get(name);
		if (place === undefined)
			throw new NixError(
				"NO_SUCH_OUTPUT",
				`derivation '${shown(store, path)}' does not have an output named '${name}'`,
			);
		return keep(place, (base) => base + (number > 1 ? `-${number}` : "") + (name === "out" ? "" : `-${name}`));
	});
	return [...new Set(lines)].sort();
};
