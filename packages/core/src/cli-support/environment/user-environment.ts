import { StorePath } from "@tsnix/store";
import {
	AttrsBuilder,
	call1,
	Context,
	ContextGatherer,
	coerceToStorePath,
	type Evaluator,
	force,
	forceAttrs,
	type Lazy,
	NixString,
	printUnseen,
	Thunk,
	wellKnown,
} from "../evaluation";
import type { PackageElement } from "./package-element";

/** What a user environment is built from: its elements, and the derivation that links them together. */
export interface UserEnvironment {
	readonly drvPath: StorePath;
	readonly outPath: StorePath;
}

/**
 * The derivation of a user environment, written to the store with the manifest that later changes start from: a list of
 * sets that look like the packages, with their outputs and what `meta` says (manual: "Profiles"). Store paths are the
 * reference's.
 *
 * @param keepDerivations whether elements keep the derivations that they were built from (`keep-env-derivations`)
 * @param ensure makes a path exist in the store
 */
export const userEnvironment = (
	st: Evaluator,
	elements: readonly PackageElement[],
	keepDerivations: boolean,
	ensure: (path: StorePath) => void,
): UserEnvironment => {
	const { store } = st.host;
	const { storeDir } = store;
	const references = new Map<string, StorePath>();
	const refer = (path: StorePath): void => void references.set(path.baseName, path);
	const id = (name: string) => st.symbols.create(name);
	const manifest: Lazy[] = elements.map((element) => {
		const drvPath = keepDerivations ? element.drvPath : undefined;
		const outputs = element.outputs(true, true);
		const { metaNames, system } = element;
		const set = new AttrsBuilder();
		set.add(wellKnown.type, "derivation");
		set.add(wellKnown.name, element.name);
		if (system !== "") set.add(wellKnown.system, system);
		set.add(wellKnown.outPath, element.outPath.toString(storeDir));
		if (drvPath !== undefined) set.add(wellKnown.drvPath, drvPath.toString(storeDir));
		for (const [name, path] of outputs) {
			if (path === undefined) continue;
			const output = new AttrsBuilder();
			output.add(wellKnown.outPath, path.toString(storeDir));
			set.add(id(name), output.finish());
			// Only paths that were named as such may be missing.
			ensure(path);
			refer(path);
		}
		set.add(wellKnown.outputs, [...outputs.keys()]);
		const meta = new AttrsBuilder();
		for (const name of metaNames) {
			const value = element.meta(name);
			if (value !== undefined) meta.add(id(name), value);
		}
		set.add(id("meta"), meta.finish());
		if (drvPath !== undefined) refer(drvPath);
		return set.finish();
	});
	const sorted = [...references.values()].sort(StorePath.compare);
	const manifestFile = store.addTextToStore("env-manifest.nix", printUnseen(st, manifest), sorted);
	const { code } = st.compile(linkElements, { origin: { kind: "string" }, basePath: "/" });
	const args = new AttrsBuilder();
	args.add(id("manifest"), new NixString(manifestFile.toString(storeDir), Context.fromSorted([manifestFile.baseName])));
	args.add(id("derivations"), manifest);
	const made = forceAttrs(st, call1(st, force(new Thunk(code, undefined), 0), args.finish(), 0), 0, "");
	const path = (name: number): StorePath => {
		const i = made.shape.index(name);
		return coerceToStorePath(st, made.vals[i], new ContextGatherer(), "", made.shape.posAt(i));
	};
	return { drvPath: path(wellKnown.drvPath), outPath: path(wellKnown.outPath) };
};

/**
 * The derivation of an environment. Of each package: whether it is active, its priority, how many outputs follow, and
 * the outputs. Made here and not elsewhere, as it is little work on much data.
 */
const linkElements = `{ derivations, manifest }:
derivation {
  name = "user-environment";
  system = "builtin";
  builder = "builtin:buildenv";
  inherit manifest;
  derivations = map (
    package:
    [ (package.meta.active or "true") (package.meta.priority or 5) (builtins.length package.outputs) ]
    ++ map (name: package.\${name}) package.outputs
  ) derivations;
  preferLocalBuild = true;
  allowSubstitutes = false;
}
`;
