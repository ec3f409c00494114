import type { JsonValue } from "./json";
import { asObject, asString, field } from "./json-fields";
import {
	type OutputsSpec,
	outputsSpecFromJSON,
	outputsSpecToJSON,
	parseOutputsSpec,
	renderOutputsSpec,
} from "./outputs-spec";
import { defaultStoreDir, parseBaseName, parseStorePath, type StorePath } from "./store-path";

/** A store path that is there, or the one output of a derivation (which may itself be such an output). */
export type SingleDerivedPath =
	| { readonly kind: "opaque"; readonly path: StorePath }
	| { readonly kind: "built"; readonly drvPath: SingleDerivedPath; readonly output: string };

/** A store path that is there, or outputs of a derivation: what can be built. */
export type DerivedPath =
	| { readonly kind: "opaque"; readonly path: StorePath }
	| { readonly kind: "built"; readonly drvPath: SingleDerivedPath; readonly outputs: OutputsSpec };

/** `^` now; `!` in older commands and in the daemon's protocol. */
export type OutputSeparator = "^" | "!";

/** Parse `/nix/store/….drv^out`, or a plain store path. Throws the errors of store paths. */
export const parseSingleDerivedPath = (
	text: string,
	storeDir: string = defaultStoreDir,
	separator: OutputSeparator = "^",
): SingleDerivedPath => {
	const at = text.lastIndexOf(separator);
	if (at < 0) return { kind: "opaque", path: parseStorePath(text, storeDir) };
	const drvPath = parseSingleDerivedPath(text.slice(0, at), storeDir, separator);
	return { kind: "built", drvPath, output: text.slice(at + 1) };
};

/**
 * Parse `/nix/store/….drv^out,dev`, `….drv^*`, or a plain store path. Throws the errors of store paths.
 *
 *     parseDerivedPath("/nix/store/g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-foo.drv^*")
 */
export const parseDerivedPath = (
	text: string,
	storeDir: string = defaultStoreDir,
	separator: OutputSeparator = "^",
): DerivedPath => {
	const at = text.lastIndexOf(separator);
	if (at < 0) return { kind: "opaque", path: parseStorePath(text, storeDir) };
	const drvPath = parseSingleDerivedPath(text.slice(0, at), storeDir, separator);
	return { kind: "built", drvPath, outputs: parseOutputsSpec(text.slice(at + 1)) };
};

/** What {@link parseSingleDerivedPath} and {@link parseDerivedPath} read. */
export const renderDerivedPath = (
	path: SingleDerivedPath | DerivedPath,
	storeDir: string = defaultStoreDir,
	separator: OutputSeparator = "^",
): string => {
	if (path.kind === "opaque") return path.path.toString(storeDir);
	const outputs = "output" in path ? path.output : renderOutputsSpec(path.outputs);
	return renderDerivedPath(path.drvPath, storeDir, separator) + separator + outputs;
};

/** The store path that it all begins with. */
export const baseStorePath = (path: SingleDerivedPath | DerivedPath): StorePath =>
	path.kind === "opaque" ? path.path : baseStorePath(path.drvPath);

/** The JSON form: a base name, or `{ drvPath, output }` or `{ drvPath, outputs }`. */
export const derivedPathToJSON = (path: SingleDerivedPath | DerivedPath): JsonValue => {
	if (path.kind === "opaque") return path.path.baseName;
	const drvPath = derivedPathToJSON(path.drvPath);
	return "output" in path ? { drvPath, output: path.output } : { drvPath, outputs: outputsSpecToJSON(path.outputs) };
};

/** Read the JSON form of a path or one output. */
export const singleDerivedPathFromJSON = (json: JsonValue): SingleDerivedPath => {
	if (typeof json === "string") return { kind: "opaque", path: parseBaseName(json) };
	const object = asObject(json);
	return {
		kind: "built",
		drvPath: singleDerivedPathFromJSON(field(object, "drvPath")),
		output: asString(field(object, "output")),
	};
};

/** Read the JSON form of a path or several outputs. */
export const derivedPathFromJSON = (json: JsonValue): DerivedPath => {
	if (typeof json === "string") return { kind: "opaque", path: parseBaseName(json) };
	const object = asObject(json);
	return {
		kind: "built",
		drvPath: singleDerivedPathFromJSON(field(object, "drvPath")),
		outputs: outputsSpecFromJSON(field(object, "outputs")),
	};
};
