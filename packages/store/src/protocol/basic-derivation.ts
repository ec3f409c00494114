import type { ByteString } from "../byte-string";
import { makeFixedOutputPath, methodPrefix, outputPathName } from "../formats/content-address";
import {
	type Derivation,
	DerivationError,
	type DerivationOutput,
	structuredAttrsVariable,
} from "../formats/derivation/derivation";
import { parseDerivationOutput } from "../formats/derivation/parse";
import { normaliseStructuredAttrs } from "../formats/derivation/structured-attrs";
import { readStorePaths, writeStorePaths } from "./common-messages";
import type { Incoming, Outgoing } from "./context";
import type { Talk } from "./talk";

/** A derivation whose inputs are all store paths: what a builder is told. */
export type BasicDerivation = Omit<Derivation, "inputDrvs">;

/** Reads a derivation of that name (without `.drv`). */
export function* readBasicDerivation(incoming: Incoming, name: string): Talk<BasicDerivation> {
	const { from, storeDir } = incoming;
	const outputs = yield* from.list(function* (): Talk<readonly [string, DerivationOutput]> {
		const output = yield* from.string();
		const path = yield* from.string();
		const method = yield* from.string();
		const hash = yield* from.string();
		return [output, parseDerivationOutput(path, method, hash, storeDir)];
	});
	const inputSrcs = yield* readStorePaths(incoming);
	const platform = yield* from.string();
	const builder = yield* from.string();
	const args = yield* from.strings();
	const env = new Map(
		yield* from.list(function* (): Talk<readonly [ByteString, ByteString]> {
			return [yield* from.string(), yield* from.string()];
		}),
	);
	const json = env.get(structuredAttrsVariable);
	env.delete(structuredAttrsVariable);
	return {
		name,
		outputs: new Map(outputs),
		inputSrcs,
		platform,
		builder,
		args,
		env,
		...(json === undefined ? {} : { structuredAttrs: normaliseStructuredAttrs(json) }),
	};
}

export const writeBasicDerivation = (outgoing: Outgoing, drv: BasicDerivation): void => {
	const { to } = outgoing;
	if (drv.env.has(structuredAttrsVariable))
		throw new DerivationError(
			"Cannot have an environment variable named '__json'. This key is reserved for encoding structured attrs",
		);
	to.number(drv.outputs.size);
	for (const [name, output] of sorted(drv.outputs)) {
		to.string(name);
		for (const part of outputParts(outgoing, drv.name, name, output)) to.string(part);
	}
	writeStorePaths(outgoing, drv.inputSrcs);
	to.string(drv.platform).string(drv.builder).strings(drv.args);
	const env = new Map(drv.env);
	if (drv.structuredAttrs !== undefined) env.set(structuredAttrsVariable, drv.structuredAttrs);
	to.number(env.size);
	for (const [name, value] of sorted(env)) to.string(name).string(value);
};

const sorted = <T>(map: ReadonlyMap<string, T>): (readonly [string, T])[] =>
	[...map].sort(([a], [b]) => (a < b ? -1 : 1));

/** Path, algorithm and hash, as .drv files have them. */
const outputParts = (
	{ storeDir }: Outgoing,
	drvName: string,
	name: string,
	output: DerivationOutput,
): readonly [string, string, string] => {
	switch (output.kind) {
		case "inputAddressed":
			return [output.path.toString(storeDir), "", ""];
		case "deferred":
			return ["", "", ""];
		case "fixed": {
			const { method, hash } = output.contentAddress;
			const path = makeFixedOutputPath(outputPathName(drvName, name), output.contentAddress, storeDir);
			return [path.toString(storeDir), `${methodPrefix(method)}${hash.algorithm}`, hash.base16()];
		}
		case "floating":
			return ["", `${methodPrefix(output.method)}${output.algorithm}`, ""];
		case "impure":
			return ["", `${methodPrefix(output.method)}${output.algorithm}`, "impure"];
	}
};
