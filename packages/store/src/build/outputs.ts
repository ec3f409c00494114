import { type ContentAddress, makeFixedOutputPath, makeStorePath, outputPathName } from "../formats/content-address";
import type { DerivationOutput } from "../formats/derivation/derivation";
import { Hash } from "../formats/hash";
import { narHash } from "../formats/nar/hash";
import { writeNar } from "../formats/nar/write";
import { signPathInfo } from "../formats/path-info";
import type { SecretKey } from "../formats/signature";
import { parseBaseName, type StorePath } from "../formats/store-path";
import { hashPathModuloSelf } from "../formats/self-reference-hash";
import type { SourceAccessor } from "../source-accessor";
import type { PathInfo } from "../stores/store";
import { type BuildJob, type BuildProducts, type BuiltOutput, quotePath } from "./builder";
import { sortPaths } from "./closure";
import { BuildFailure, OutputRejectedError } from "./errors";
import { checkOutputs } from "./output-checks";
import { ReferenceScanner } from "./references";
import { rewritingAccessor } from "./rewriting";
import { topologicalSort } from "./topological-sort";

/** What is known of an output before it is built. */
export interface OutputStatus {
	/** Its path, where that is known beforehand. */
	readonly path?: StorePath;
	/** That path is valid already; repairing, its contents are as they should be. */
	readonly valid: boolean;
	/** That path is valid, but its contents are not what they were. */
	readonly corrupt?: boolean;
}

/** How outputs are registered. */
export interface RegisterOptions {
	/** `check` compares with the valid outputs and registers nothing; `repair` puts them in the valid ones' place. */
	readonly mode: "normal" | "check" | "repair";
	/** Seconds since 1970. */
	readonly now: number;
	/** Signs what is registered. */
	readonly secretKeys?: readonly SecretKey[];
}

/**
 * Where a builder is to put an output whose own path it cannot have: unknown as yet, or in use. Made from the
 * derivation's path, so the same each time.
 */
export const scratchPath = (
	drvPath: StorePath,
	drvName: string,
	output: string,
	known: StorePath | undefined,
	storeDir: string,
) =>
	known === undefined
		? makeStorePath(`rewrite:${drvPath.baseName}:name:${output}`, zeroHash, outputPathName(drvName, output), storeDir)
		: makeStorePath(`rewrite:${drvPath.baseName}:${known.baseName}`, zeroHash, known.name, storeDir);

const zeroHash = new Hash("sha256", new Uint8Array(32));

/**
 * Make a builder's outputs store objects: find their references, put final hash parts in place of temporary ones,
 * compute content addresses, check what the derivation promises, and add them to the store. What is content-addressed
 * is added before the checks, as it is not wrong in itself. Returns the outputs that were registered (or, checking,
 * compared). Throws BuildFailures worded as the reference does.
 */
export const registerOutputs = (
	job: BuildJob,
	products: BuildProducts,
	statuses: ReadonlyMap<string, OutputStatus>,
	options: RegisterOptions,
): Map<string, PathInfo> => {
	const { store, drvPath, derivation } = job;
	const drvText = drvPath.toString(store.storeDir);
	const found = new Map<string, ScannedOutput>();
	const names = [...derivation.outputs.keys()].sort();
	const repair = options.mode === "repair";
	const outputOfScratch = new Map([...job.scratchOutputs].map(([name, path]) => [path.baseName, name]));
	for (const name of names) {
		if (options.mode !== "check" && statuses.get(name)?.valid === true) continue;
		found.set(name, scanOutput(job, products, name));
	}
	const order = topologicalSort(
		names,
		(name) =>
			[...(found.get(name)?.references ?? [])].flatMap((path) => outputOfScratch.get(path.baseName) ?? []).sort(),
		(name) => name,
	);
	if ("cycle" in order)
		throw new OutputRejectedError(
			`cycle detected in build of '${drvText}' in the references of output '${order.cycle.item}' from output '${order.cycle.parent}'`,
		);
	const finalHashParts = new Map<string, string>();
	const infos = new Map<string, PathInfo>();
	const unregistered: { name: string; info: PathInfo; source: SourceAccessor; path: string }[] = [];
	for (const name of order.sorted) {
		const scratch = job.scratchOutputs.get(name) as StorePath;
		const finish = (path: StorePath): void => {
			if (!scratch.equals(path)) finalHashParts.set(scratch.hashPart, path.hashPart);
		};
		const scanned = found.get(name);
		if (scanned === undefined) {
			finish(statuses.get(name)?.path as StorePath);
			continue;
		}
		const output = derivation.outputs.get(name) as DerivationOutput;
		const { object, source, path } = finalOutput(job, products, name, output, scanned, scratch, finalHashParts);
		const unsigned: PathInfo = {
			...object,
			deriver: drvPath,
			signatures: [],
			registrationTime: options.now,
			ultimate: true,
		};
		const info = (options.secretKeys ?? []).reduce((known, key) => signPathInfo(known, key, store.storeDir), unsigned);
		finish(info.path);
		if (options.mode === "check") {
			compareWithValid(job, info, name, products);
		} else {
			if (info.contentAddress === undefined) unregistered.push({ name, info, source, path });
			else if (repair || !store.isValidPath(info.path)) store.addObject(info, source, path, { repair });
		}
		infos.set(name, info);
	}
	products.keep?.(unregistered.map(({ name }) => name));
	checkOutputs(store, drvPath, derivation, job.options, infos);
	for (const { info, source, path } of unregistered) store.addObject(info, source, path, { repair });
	return infos;
};

interface ScannedOutput {
	readonly built: BuiltOutput;
	/** Inputs and scratch paths whose hash parts were found, sorted. */
	readonly references: readonly StorePath[];
}

const scanOutput = (job: BuildJob, products: BuildProducts, name: string): ScannedOutput => {
	const built = products.output(name);
	const place = quotePath(products.placeOf(name));
	if (built === undefined)
		throw new OutputRejectedError(
			`builder for '${job.drvPath.toString(job.store.storeDir)}' failed to produce output path for output '${name}' at ${place}`,
		);
	if (built.suspicious === true)
		throw new OutputRejectedError(
			`suspicious ownership or permission on ${place} for output '${name}'; rejecting this build output`,
		);
	if (job.options.unsafeDiscardReferences.get(name) === true) return { built, references: [] };
	const candidates = new Map<string, StorePath>();
	for (const path of [...job.inputPaths, ...job.added(), ...job.scratchOutputs.values()])
		candidates.set(path.hashPart, path);
	const scanner = new ReferenceScanner(candidates.keys());
	writeNar(built.accessor, built.path, (chunk) => scanner.update(chunk));
	return { built, references: sortPaths([...scanner.found].map((part) => candidates.get(part) as StorePath)) };
};

/** A store object's own part of its information. */
type ObjectInfo = Pick<PathInfo, "path" | "narHash" | "narSize" | "references" | "contentAddress">;

const finalOutput = (
	job: BuildJob,
	products: BuildProducts,
	name: string,
	output: DerivationOutput,
	{ built, references }: ScannedOutput,
	scratch: StorePath,
	finalHashParts: ReadonlyMap<string, string>,
): { object: ObjectInfo; source: SourceAccessor; path: string } => {
	if (output.kind === "deferred")
		throw new BuildFailure("InputRejected", `output '${name}' of '${job.derivation.name}' is not resolved`);
	const rewrites = new Map(finalHashParts);
	if (output.kind === "inputAddressed" && !scratch.equals(output.path))
		rewrites.set(scratch.hashPart, output.path.hashPart);
	const self = references.some((reference) => reference.equals(scratch));
	const others = sortPaths(
		references.filter((r) => !r.equals(scratch)).map((r) => replaceHashPart(r, rewrites.get(r.hashPart))),
	);
	const rewritten = rewrite(built, rewrites);
	if (output.kind === "inputAddressed") {
		const { hash, size } = narHash(rewritten.accessor, rewritten.path);
		const all = sortPaths(self ? [...others, output.path] : others);
		const object = { path: output.path, narHash: hash, narSize: size, references: all };
		return { object, source: rewritten.accessor, path: rewritten.path };
	}
	const method = output.kind === "fixed" ? output.contentAddress.method : output.method;
	const algorithm = output.kind === "fixed" ? output.contentAddress.hash.algorithm : output.algorithm;
	const stat = built.accessor.lstat(built.path);
	if ((method === "flat" || method === "text") && (stat?.kind !== "regular" || stat.executable === true))
		throw new OutputRejectedError(
			`output path ${quotePath(products.placeOf(name))} should be a non-executable regular file since recursive hashing is not enabled (one of outputHashMode={flat,text} is true)`,
		);
	const contentAddress: ContentAddress = {
		method,
		hash: hashPathModuloSelf(rewritten.accessor, rewritten.path, { method, algorithm, self: scratch.hashPart }),
	};
	const path = makeFixedOutputPath(
		outputPathName(job.derivation.name, name),
		{ ...contentAddress, references: others, self },
		job.store.storeDir,
	);
	const last = rewrite(rewritten, new Map([[scratch.hashPart, path.hashPart]]));
	const { hash, size } = narHash(last.accessor, last.path);
	const all = sortPaths(self ? [...others, path] : others);
	const object = { path, narHash: hash, narSize: size, references: all, contentAddress };
	return { object, source: last.accessor, path: last.path };
};

const replaceHashPart = (path: StorePath, hashPart: string | undefined): StorePath =>
	hashPart === undefined ? path : parseBaseName(`${hashPart}-${path.name}`);

interface Tree {
	readonly accessor: SourceAccessor;
	readonly path: string;
}

const rewrite = (tree: Tree, rewrites: ReadonlyMap<string, string>): Tree =>
	[...rewrites].every(([from, to]) => from === to)
		? tree
		: { accessor: rewritingAccessor(tree.accessor, rewrites, tree.path), path: "/" };

const compareWithValid = (job: BuildJob, info: PathInfo, name: string, products: BuildProducts): void => {
	const { store, drvPath } = job;
	const old = store.queryPathInfo(info.path);
	if (old === undefined || old.narHash.equals(info.narHash)) return;
	const place = store.accessor(info.path).physicalPath?.("/") ?? info.path.toString(store.storeDir);
	const keeps = (job.keepFailed || job.diffHook !== undefined) && products.moveOutput !== undefined;
	const kept = keeps ? `${place}.check` : undefined;
	if (kept !== undefined) {
		products.moveOutput?.(name, kept);
		const told = job.diffHook?.(place, kept, drvPath.toString(store.storeDir), products.folder ?? "");
		if (told !== undefined) job.tell(told);
	}
	throw new BuildFailure(
		"NotDeterministic",
		`derivation '${drvPath.toString(store.storeDir)}' may not be deterministic: output ${quotePath(place)} differs${kept === undefined ? "" : ` from ${quotePath(kept)}`}`,
	);
};
