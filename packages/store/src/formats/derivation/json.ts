import { fromBytes, toBytes } from "../../byte-string";
import { parseIngestionMethod } from "../content-address";
import { contentAddressFromJSON, contentAddressToJSON } from "../content-address-json";
import { parseHashAlgorithm } from "../hash";
import type { JsonValue } from "../json";
import {
	asArray,
	asBytes,
	asObject,
	asString,
	asUnsigned,
	field,
	type JsonObject,
	optionalField,
} from "../json-fields";
import { parseBaseName, StorePath } from "../store-path";
import {
	type Derivation,
	DerivationError,
	type DerivationOutput,
	type InputDerivation,
	type InputOutputs,
	structuredAttrsVariable,
} from "./derivation";
import { parseStructuredAttrs, printStructuredAttrs } from "./structured-attrs";

/** The version of the JSON form that is read and written. */
export const derivationJsonVersion = 4;

const outputToJSON = (output: DerivationOutput): JsonObject => {
	switch (output.kind) {
		case "inputAddressed":
			return { path: output.path.baseName };
		case "fixed":
			return contentAddressToJSON(output.contentAddress);
		case "floating":
			return { method: output.method, hashAlgo: output.algorithm };
		case "deferred":
			return {};
		case "impure":
			return { method: output.method, hashAlgo: output.algorithm, impure: true };
	}
};

const inputToJSON = (input: InputOutputs): JsonObject => ({
	dynamicOutputs: record(input.dynamicOutputs ?? new Map(), inputToJSON),
	outputs: [...input.outputs].sort().map(fromBytes),
});

const record = <T>(map: ReadonlyMap<string, T>, convert: (value: T) => JsonValue): JsonObject =>
	Object.fromEntries([...map].map(([key, value]) => [fromBytes(key), convert(value)]));

/**
 * The JSON form of a derivation: what `nix derivation show` has for each (version 4). Print it with
 * {@link printJson} for the reference's bytes.
 */
export const derivationToJSON = (drv: Derivation): JsonObject => ({
	name: drv.name,
	version: derivationJsonVersion,
	outputs: record(drv.outputs, outputToJSON),
	inputs: {
		srcs: [...drv.inputSrcs].sort(StorePath.compare).map((path) => path.baseName),
		drvs: record(drv.inputDrvs, inputToJSON),
	},
	system: fromBytes(drv.platform),
	builder: fromBytes(drv.builder),
	args: drv.args.map(fromBytes),
	env: record(drv.env, fromBytes),
	...(drv.structuredAttrs === undefined ? {} : { structuredAttrs: parseStructuredAttrs(drv.structuredAttrs) }),
});

const outputFromJSON = (json: JsonValue): DerivationOutput => {
	const object = asObject(json);
	const keys = Object.keys(object).sort().join(" ");
	if (keys === "") return { kind: "deferred" };
	if (keys === "path") return { kind: "inputAddressed", path: parseBaseName(asString(field(object, "path"))) };
	if (keys === "hash method") return { kind: "fixed", contentAddress: contentAddressFromJSON(object) };
	if (keys !== "hashAlgo method" && keys !== "hashAlgo impure method") {
		throw new DerivationError("invalid JSON for derivation output");
	}
	const method = object.method === "text" ? "text" : parseIngestionMethod(asString(field(object, "method")));
	const algorithm = parseHashAlgorithm(asString(field(object, "hashAlgo")));
	return { kind: keys === "hashAlgo method" ? "floating" : "impure", method, algorithm };
};

const inputFromJSON = (json: JsonValue): InputOutputs => {
	const object = asObject(json);
	const outputs = [...new Set(asArray(field(object, "outputs")).map(asBytes))].sort();
	const dynamicOutputs = mapFromJSON(field(object, "dynamicOutputs"), inputFromJSON);
	return dynamicOutputs.size === 0 ? { outputs } : { outputs, dynamicOutputs };
};

const mapFromJSON = <T>(json: JsonValue, convert: (value: JsonValue) => T): Map<string, T> => {
	const entries = Object.entries(asObject(json)).map(([key, value]) => [toBytes(key), convert(value)] as const);
	return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
};

/**
 * Read the JSON form of a derivation, version 4 (`nix derivation add`). Outputs' paths are taken as they are: see
 * {@link fillOutputs} and {@link checkOutputs}. Throws {@link DerivationError} and other format errors.
 */
export const derivationFromJSON = (json: JsonValue): Derivation => {
	const object = asObject(json);
	const name = asString(field(object, "name"));
	const version = asUnsigned(field(object, "version"));
	if (version !== derivationJsonVersion) {
		throw new DerivationError(
			`Unsupported derivation JSON format version ${version}, only format version ${derivationJsonVersion} is currently supported.`,
		);
	}
	const outputs = mapFromJSON(field(object, "outputs"), outputFromJSON);
	const inputs = asObject(field(object, "inputs"));
	const sources = new Map(
		asArray(field(inputs, "srcs")).map((path) => [asString(path), parseBaseName(asString(path))]),
	);
	const inputDrvs = new Map<string, InputDerivation>();
	for (const [baseName, input] of mapFromJSON(field(inputs, "drvs"), inputFromJSON)) {
		inputDrvs.set(baseName, { path: parseBaseName(baseName), ...input });
	}
	const env = mapFromJSON(field(object, "env"), asBytes);
	if (env.has(structuredAttrsVariable)) {
		throw new DerivationError(
			"Cannot have an environment variable named '__json'. This key is reserved for encoding structured attrs",
		);
	}
	const structuredAttrs = optionalField(object, "structuredAttrs");
	return {
		name,
		outputs,
		inputDrvs,
		inputSrcs: [...sources.values()].sort(StorePath.compare),
		platform: asBytes(field(object, "system")),
		builder: asBytes(field(object, "builder")),
		args: asArray(field(object, "args")).map(asBytes),
		env,
		...(structuredAttrs === undefined ? {} : { structuredAttrs: printStructuredAttrs(asObject(structuredAttrs)) }),
	};
};
