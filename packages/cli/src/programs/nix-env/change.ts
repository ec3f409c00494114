import { NixError, parseStorePath, type RealiseTarget } from "@tsnix/store";
import { drvName, selector } from "../../core";
import { level } from "../../output/log";
import { createGeneration, profileState, switchLink, withLockedProfile } from "../../profiles/generations";
import { storePathOf } from "../../store-operations/paths";
import { UsageError } from "../../usage-error";
import {
	comparePriorities,
	compareVersions,
	eachFlag,
	type EnvContext,
	noFlags,
	type Operation,
	type Package,
	takeSourceOption,
} from "./context";
import { installedPackages, isPrebuilt, unmatched, wantedPackages } from "./packages";

const targetOf = async (one: Package): Promise<RealiseTarget> => {
	const drvPath = await one.drvPath();
	return drvPath === undefined ? { path: await one.outPath() } : { drvPath, outputs: "all" };
};

const tellMissing = async ({ session }: EnvContext, packages: readonly Package[]): Promise<void> => {
	const targets: RealiseTarget[] = [];
	for (const one of packages) targets.push(await targetOf(one));
	await session.builds.printMissing(targets, level.info);
};

/**
 * Builds the environment of packages and makes it the profile's next version. False where the profile has changed since
 * `state` was taken, so that the caller has to begin again.
 */
const makeEnvironment = async (
	context: EnvContext,
	packages: readonly Package[],
	profile: string,
	state: string,
): Promise<boolean> => {
	const { session, commands, repair } = context;
	const { settings, builds } = session;
	const mode = repair ? "repair" : "normal";
	const targets: RealiseTarget[] = [];
	for (const one of packages) targets.push(await targetOf(one));
	if (targets.length > 0) await builds.realise(targets, { mode });
	const ids = packages.map(({ id }) => id);
	const made = await commands.userEnvironment(ids, settings.boolean("keep-env-derivations"));
	const { storeDir } = session.commandStore;
	await builds.realise([{ drvPath: parseStorePath(made.drvPath, storeDir), outputs: "all" }], { mode });
	return withLockedProfile(session, profile, () => {
		if (profileState(profile) !== state) {
			session.log.info(`profile "${profile}" changed while we were busy; restarting`);
			return false;
		}
		switchLink(profile, createGeneration(session.commandStore, profile, parseStorePath(made.outPath, storeDir)));
		return true;
	});
};

/** Makes changes until no other process has come between. */
const untilDone = async (profile: string, change: (state: string) => Promise<boolean>): Promise<void> => {
	while (!(await change(profileState(profile))));
};

/** `-i`: adds packages, in the place of those of the same names. */
export const install: Operation = async (context) => {
	const { session, profile, commands } = context;
	let preserves = false;
	let removesAll = false;
	let priority: number | undefined;
	eachFlag(context, (flag, next) => {
		if (takeSourceOption(context, flag, next)) return true;
		if (flag === "--preserve-installed" || flag === "-P") preserves = true;
		else if (flag === "--remove-all" || flag === "-r") removesAll = true;
		else if (flag === "--priority") {
			const text = next();
			if (!/^[+-]?[0-9]+$/.test(text)) throw new UsageError("'--priority' requires an integer argument");
			priority = Number(text);
		} else return false;
		return true;
	});
	const found = await wantedPackages(context, true);
	const added: Package[] = [];
	for (const one of found) if (!context.prebuiltOnly || (await isPrebuilt(context, one))) added.push(one);
	const names = new Map<Package, string>();
	for (const one of added) {
		if (context.forceName !== "") await commands.setElementName(one.id, context.forceName);
		names.set(one, context.forceName === "" ? one.name : context.forceName);
		if (priority !== undefined) await commands.setElementMeta(one.id, "priority", String(priority));
	}
	const addedNames = new Set([...names.values()].map((name) => drvName(name).name));
	await untilDone(profile, async (state) => {
		const all = [...added];
		if (!removesAll) {
			for (const one of await installedPackages(context, profile))
				if (!preserves && addedNames.has(one.drvName.name) && !(await one.keep()))
					session.log.info(`replacing old '${one.name}'`);
				else all.push(one);
			for (const one of added) session.log.info(`installing '${names.get(one)}'`);
		}
		await tellMissing(context, added);
		return context.dryRun || makeEnvironment(context, all, profile, state);
	});
};

type UpgradeKind = "lt" | "leq" | "eq" | "always";

/** `-u`: replaces packages by others of the same names, of higher versions unless told otherwise. */
export const upgrade: Operation = async (context) => {
	const { profile } = context;
	let kind: UpgradeKind = "lt";
	eachFlag(context, (flag, next) => {
		if (takeSourceOption(context, flag, next)) return true;
		if (!/^--(lt|leq|eq|always)$/.test(flag)) return false;
		kind = flag.slice(2) as UpgradeKind;
		return true;
	});
	await untilDone(profile, async (state) => {
		const installed = await installedPackages(context, profile);
		const available = await wantedPackages(context, false);
		const all: Package[] = [];
		for (const one of installed) all.push(await upgraded(context, one, available, kind));
		await tellMissing(context, all);
		return context.dryRun || makeEnvironment(context, all, profile, state);
	});
};

/** A package, or the one that it is to be replaced by. */
const upgraded = async (
	context: EnvContext,
	one: Package,
	available: readonly Package[],
	kind: UpgradeKind,
): Promise<Package> => {
	if (await one.keep()) return one;
	const { name, version } = one.drvName;
	let best: Package | undefined;
	one.doing = `while trying to find an upgrade for '${one.name}'`;
	for (const other of available) {
		other.doing = one.doing;
		if ((await comparePriorities(one, other)) > 0) continue;
		if (other.drvName.name !== name) continue;
		const difference = compareVersions(version, other.drvName.version);
		const wanted =
			kind === "always" ||
			(kind === "lt" && difference < 0) ||
			(kind === "leq" && difference <= 0) ||
			(kind === "eq" && difference === 0);
		if (!wanted) continue;
		const better =
			best === undefined
				? -1
				: (await comparePriorities(best, other)) || compareVersions(best.drvName.version, other.drvName.version);
		if (better < 0 && (!context.prebuiltOnly || (await isPrebuilt(context, other)))) best = other;
	}
	if (best === undefined || (await one.outPath()).equals(await best.outPath())) return one;
	const action = compareVersions(version, best.drvName.version) <= 0 ? "upgrading" : "downgrading";
	context.session.log.info(`${action} '${one.name}' to '${best.name}'`);
	return best;
};

/** Puts those for which `stays` holds first, as `std::partition` does on a list: the others change places. */
export const partition = <A>(items: A[], stays: readonly boolean[]): { readonly kept: A[]; readonly gone: A[] } => {
	const order = items.map((item, i) => ({ item, stays: stays[i] }));
	let first = 0;
	let last = order.length;
	for (;;) {
		while (first < last && order[first].stays) first++;
		if (first === last) break;
		last--;
		while (first < last && !order[last].stays) last--;
		if (first === last) break;
		[order[first], order[last]] = [order[last], order[first]];
		first++;
	}
	const whole = order.map(({ item }) => item);
	return { kept: whole.slice(0, first), gone: whole.slice(first) };
};

/** `-e`: removes packages. */
export const uninstall: Operation = async (context) => {
	const { session, profile, args } = context;
	noFlags(context);
	await untilDone(profile, async (state) => {
		let kept = await installedPackages(context, profile);
		for (const text of args) {
			const stays: boolean[] = [];
			if (text.includes("/")) {
				const path = storePathOf(session, text);
				for (const one of kept) stays.push(!(await one.outPath()).equals(path));
			} else {
				const wanted = selector(text);
				for (const one of kept) stays.push(!wanted.matches(one.drvName));
			}
			const split = partition(kept, stays);
			if (split.gone.length === 0) session.log.warn(`selector '${text}' matched no installed derivations`);
			for (const one of split.gone) session.log.info(`uninstalling '${one.name}'`);
			kept = split.kept;
		}
		return context.dryRun || makeEnvironment(context, kept, profile, state);
	});
};

/** `--set-flag`: changes what `meta` says of installed packages. */
export const setFlag: Operation = async (context) => {
	const { session, commands, profile, args } = context;
	noFlags(context);
	if (args.length < 2) throw new UsageError("not enough arguments to '--set-flag'");
	const [name, value, ...texts] = args;
	const selectors = texts.map(selector);
	await untilDone(profile, async (state) => {
		const installed = await installedPackages(context, profile);
		for (const one of installed) {
			const wanted = selectors.find((s) => s.matches(one.drvName));
			if (wanted === undefined) continue;
			session.log.info(`setting flag on '${one.name}'`);
			wanted.hits++;
			await commands.setElementMeta(one.id, name, value);
		}
		for (const wanted of selectors) if (wanted.hits === 0 && wanted.whole !== "*") throw unmatched(wanted, []);
		return makeEnvironment(context, installed, profile, state);
	});
};

/** `--set`: makes a profile one package, and nothing but it. */
export const set: Operation = async (context) => {
	const { session, profile } = context;
	eachFlag(context, (flag, next) => takeSourceOption(context, flag, next));
	const packages = await wantedPackages(context, true);
	if (packages.length !== 1) throw new NixError("NOT_ONE", "--set requires exactly one derivation");
	const [one] = packages;
	const target = await targetOf(one);
	await session.builds.printMissing([target], level.info);
	if (context.dryRun) return;
	await session.builds.realise([target], { mode: context.repair ? "repair" : "normal" });
	switchLink(profile, createGeneration(session.commandStore, profile, await one.outPath()));
};
