import { NixError } from "@tsnix/store";
import { outputsOf, pathExists, type PlainElement, type Selector, selector } from "../../core";
import type { Session } from "../../session";
import { storePathOf } from "../../store-operations/paths";
import { comparePriorities, compareVersions, type EnvContext, Package } from "./context";

/** The packages that a profile consists of now. */
export const installedPackages = async (context: EnvContext, profile: string): Promise<Package[]> => {
	if (pathExists(`${profile}/manifest.json`))
		throw new NixError(
			"INCOMPATIBLE_PROFILE",
			`profile "${profile}" is incompatible with 'nix-env'; please use 'nix profile' instead`,
		);
	const manifest = `${profile}/manifest.nix`;
	return pathExists(manifest) ? wrap(context, await context.commands.elementsOfProfile(manifest)) : [];
};

const wrap = (context: EnvContext, plain: readonly PlainElement[]): Package[] =>
	plain.map((element) => new Package(context, element));

/** All packages of the expression, below an attribute path. */
export const availablePackages = async (context: EnvContext, attrPath: string): Promise<Package[]> =>
	wrap(context, await context.commands.elementsOf(context.file, attrPath, context.systemFilter));

/** Names that begin as a selector does, for who misspelt one. */
const similarNames = (all: readonly Package[], prefix: string): string[] => {
	const found = new Set<string>();
	for (const { drvName } of all) {
		if (drvName.name.startsWith(prefix)) found.add(drvName.name);
		if (found.size >= 3) break;
	}
	return [...found].sort();
};

/**
 * The packages that selectors match, each once. With `newestOnly` the best of each name: for this system, of the
 * highest priority, of the highest version, and else the first.
 */
export const selectPackages = async (
	session: Session,
	all: readonly Package[],
	args: readonly string[],
	newestOnly: boolean,
): Promise<Package[]> => {
	const out: Package[] = [];
	const done = new Set<Package>();
	for (const wanted of (args.length === 0 ? ["*"] : args).map(selector)) {
		const matching = all.filter(({ drvName }) => wanted.matches(drvName));
		const matches = newestOnly ? await newest(session, matching) : matching;
		for (const match of matches)
			if (!done.has(match)) {
				done.add(match);
				out.push(match);
			}
		if (matching.length === 0 && wanted.whole !== "*") throw unmatched(wanted, similarNames(all, wanted.name));
	}
	return out;
};

export const unmatched = ({ whole }: Selector, similar: readonly string[]): NixError =>
	new NixError(
		"NO_MATCH",
		`selector '${whole}' matches no derivations${similar.length === 0 ? "" : `, maybe you meant:${similar.map((name) => `\n${name}`).join("")}`}`,
	);

const newest = async (session: Session, matches: readonly Package[]): Promise<Package[]> => {
	const best = new Map<string, Package>();
	const several = new Set<string>();
	for (const one of matches) {
		const { name, whole, version } = one.drvName;
		const other = best.get(name);
		let comparison = 1;
		if (other !== undefined) {
			const [mine, its] = [await one.system(), await other.system()];
			comparison = mine === its ? 0 : mine === session.system ? 1 : its === session.system ? -1 : 0;
			if (comparison === 0) comparison = await comparePriorities(one, other);
			if (comparison === 0) comparison = compareVersions(version, other.drvName.version);
		}
		if (comparison > 0) {
			best.set(name, one);
			several.delete(whole);
		} else if (comparison === 0) several.add(whole);
	}
	return [...best]
		.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
		.map(([name, found]) => {
			if (several.has(name)) session.log.warn(`there are multiple derivations named '${name}'; using the first one`);
			return found;
		});
};

/** The packages that a command line asks for, from where its options say. */
export const wantedPackages = async (context: EnvContext, newestOnly: boolean): Promise<Package[]> => {
	const { session, commands, args, file } = context;
	const storePaths = context.source === "unknown" && args.length > 0 && args[0].includes("/");
	if (storePaths) return storedPackages(context);
	switch (context.source) {
		case "unknown":
		case "names":
			return selectPackages(session, await availablePackages(context, ""), args, newestOnly);
		case "functions":
			return wrap(context, await commands.elementsFrom(file, args));
		case "attributes":
			return wrap(context, await commands.elementsAt(file, args));
		case "profile":
			return selectPackages(session, await installedPackages(context, context.sourceProfile), args, newestOnly);
	}
};

const storedPackages = async (context: EnvContext): Promise<Package[]> => {
	const { session, commands, args } = context;
	const { storeDir } = session.commandStore;
	const out: Package[] = [];
	for (const arg of args) {
		const path = storePathOf(session, arg);
		const text = path.toString(storeDir);
		if (!path.name.endsWith(".drv")) out.push(new Package(context, await commands.elementOfStorePath(text)));
		else {
			const output = outputsOf(session.store, path).get("out");
			if (output === undefined) throw new NixError("NO_OUTPUT", `derivation '${text}' does not have output 'out'`);
			out.push(new Package(context, await commands.elementOfStorePath(output.toString(storeDir), text)));
		}
	}
	return out;
};

/** Whether a package need not be built: it is there, or can be had. */
export const isPrebuilt = async ({ session }: EnvContext, one: Package): Promise<boolean> => {
	const path = await one.outPath();
	if (session.store.isValidPath(path)) return true;
	for (const substituter of await session.substitution.substituters())
		if ((await substituter.queryPathInfo(path)) !== undefined) return true;
	return false;
};
