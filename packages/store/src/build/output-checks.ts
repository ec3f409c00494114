import type { ByteString } from "../byte-string";
import type { Derivation } from "../formats/derivation/derivation";
import { maybeParseStorePath, type StorePath } from "../formats/store-path";
import type { PathInfo, SyncStore } from "../stores/store";
import { requirePathInfo, sortPaths } from "./closure";
import type { DerivationOptions, OutputChecks } from "./derivation-options";
import { BuildFailure, HashMismatchError, OutputRejectedError } from "./errors";

/**
 * Check built outputs against what their derivation promises and allows: the hash of a fixed output, `allowedReferences`
 * and its kin, sizes. Throws the reference's errors. The outputs need not be valid yet; what they refer to must be.
 */
export const checkOutputs = (
	store: SyncStore,
	drvPath: StorePath,
	drv: Derivation,
	options: DerivationOptions,
	outputs: ReadonlyMap<string, PathInfo>,
): void => {
	const byPath = new Map([...outputs.values()].map((info) => [info.path.baseName, info]));
	for (const [name, info] of [...outputs].sort(([a], [b]) => (a < b ? -1 : 1))) {
		checkFixedOutput(store, drvPath, drv, name, info);
		const checks =
			"disallowedReferences" in options.outputChecks ? options.outputChecks : options.outputChecks.get(name);
		if (checks !== undefined) applyChecks({ store, drvPath, outputs, byPath }, name, info, checks);
	}
};

const checkFixedOutput = (
	store: SyncStore,
	drvPath: StorePath,
	drv: Derivation,
	name: string,
	info: PathInfo,
): void => {
	const output = drv.outputs.get(name);
	if (output?.kind !== "fixed" || info.contentAddress === undefined) return;
	const wanted = output.contentAddress.hash;
	const got = info.contentAddress.hash;
	const drvText = drvPath.toString(store.storeDir);
	if (!wanted.equals(got))
		throw new HashMismatchError(
			`hash mismatch in fixed-output derivation '${drvText}':\n  specified: ${wanted.sri()}\n     got:    ${got.sri()}`,
			wanted.sri(),
			got.sri(),
		);
	const [first] = info.references;
	if (first !== undefined)
		throw new BuildFailure(
			"HashMismatch",
			`fixed-output derivations must not reference store paths: '${drvText}' references ${info.references.length} distinct paths, e.g. '${first.toString(store.storeDir)}'`,
		);
};

interface Context {
	readonly store: SyncStore;
	readonly drvPath: StorePath;
	readonly outputs: ReadonlyMap<string, PathInfo>;
	readonly byPath: ReadonlyMap<string, PathInfo>;
}

/** The closure of a path of which some may be outputs that are not registered yet, and its size. */
const closureWithOutputs = ({ store, byPath }: Context, root: StorePath): { paths: StorePath[]; size: number } => {
	const found = new Map<string, StorePath>();
	const left = [root];
	let size = 0;
	for (let path = left.pop(); path !== undefined; path = left.pop()) {
		if (found.has(path.baseName)) continue;
		found.set(path.baseName, path);
		const info = byPath.get(path.baseName) ?? requirePathInfo(store, path);
		size += info.narSize;
		left.push(...info.references);
	}
	return { paths: sortPaths(found.values()), size };
};

const applyChecks = (context: Context, name: string, info: PathInfo, checks: OutputChecks): void => {
	const text = info.path.toString(context.store.storeDir);
	if (checks.maxSize !== undefined && info.narSize > checks.maxSize)
		throw new OutputRejectedError(
			`path '${text}' is too large at ${info.narSize} bytes; limit is ${checks.maxSize} bytes`,
		);
	if (checks.maxClosureSize !== undefined) {
		const { size } = closureWithOutputs(context, info.path);
		if (size > checks.maxClosureSize)
			throw new OutputRejectedError(
				`closure of path '${text}' is too large at ${size} bytes; limit is ${checks.maxClosureSize} bytes`,
			);
	}
	const check = (specifiers: ReadonlySet<ByteString>, allowed: boolean, recursive: boolean): void => {
		const listed = new Set([...specifiers].map((s) => resolveSpecifier(context, name, s).baseName));
		let used: readonly StorePath[] = recursive ? closureWithOutputs(context, info.path).paths : info.references;
		if (recursive && checks.ignoreSelfReferences) used = used.filter((path) => !path.equals(info.path));
		const bad = used.filter((path) => listed.has(path.baseName) !== allowed);
		if (bad.length > 0)
			throw new OutputRejectedError(
				`output '${text}' is not allowed to refer to the following paths:${bad
					.map((path) => `\n  ${path.toString(context.store.storeDir)}`)
					.join("")}`,
			);
	};
	if (checks.allowedReferences !== undefined) check(checks.allowedReferences, true, false);
	if (checks.allowedRequisites !== undefined) check(checks.allowedRequisites, true, true);
	if (checks.disallowedReferences.size > 0) check(checks.disallowedReferences, false, false);
	if (checks.disallowedRequisites.size > 0) check(checks.disallowedRequisites, false, true);
};

/** A store path, or the name of one of the derivation's outputs. */
const resolveSpecifier = ({ store, drvPath, outputs }: Context, name: string, specifier: ByteString): StorePath => {
	const path = maybeParseStorePath(specifier, store.storeDir);
	if (path !== undefined) return path;
	const output = outputs.get(specifier);
	if (output !== undefined) return output.path;
	throw new OutputRejectedError(
		`derivation '${drvPath.toString(store.storeDir)}' output check for '${name}' contains output name '${specifier}', but this is not a valid output of this derivation. (Valid outputs are [${[...outputs.keys()].sort().join(", ")}].)`,
	);
};
