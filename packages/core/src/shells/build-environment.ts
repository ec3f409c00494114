import { type ByteString, fromBytes, type JsonValue, NixError, parseJson, toBytes } from "@tsnix/store";
import * as t from "io-ts";
import { shellQuote } from "./shell-quote";

/** A variable of bash. */
export type ShellVariable =
	| { readonly type: "var" | "exported"; readonly value: ByteString }
	| { readonly type: "array"; readonly value: readonly ByteString[] }
	/** In the byte order of the keys. */
	| { readonly type: "associative"; readonly value: ReadonlyMap<ByteString, ByteString> };

/** What bash knows in a build: all that a shell needs to go on as the build would. */
export interface BuildEnvironment {
	/** In the byte order of their names. */
	readonly variables: ReadonlyMap<ByteString, ShellVariable>;
	/** The bodies of functions, without the braces; in the byte order of their names. */
	readonly functions: ReadonlyMap<ByteString, ByteString>;
	/** The files that structured attributes are handed over in. */
	readonly structuredAttrs?: { readonly json: ByteString; readonly shell: ByteString };
}

/** Made where it is used: most commands read no environment. */
const variableCodec = () =>
	t.union([
		t.type({ type: t.union([t.literal("var"), t.literal("exported")]), value: t.string }),
		t.type({ type: t.literal("array"), value: t.array(t.string) }),
		t.type({ type: t.literal("associative"), value: t.record(t.string, t.string) }),
		t.type({ type: t.string }),
	]);
const environmentCodec = () =>
	t.intersection([
		t.type({ variables: t.record(t.string, variableCodec()), bashFunctions: t.record(t.string, t.string) }),
		t.partial({ structuredAttrs: t.type({ ".attrs.json": t.string, ".attrs.sh": t.string }) }),
	]);

const byBytes = <T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U | undefined): Map<ByteString, U> => {
	const entries = Object.entries(record).map(([name, value]) => [toBytes(name), map(value)] as const);
	const known = entries.filter((entry): entry is readonly [string, Exclude<U, undefined>] => entry[1] !== undefined);
	return new Map([...known].sort(([a], [b]) => (a < b ? -1 : 1)));
};

const variableOf = (variable: t.TypeOf<ReturnType<typeof variableCodec>>): ShellVariable | undefined => {
	if (!("value" in variable)) return undefined;
	const { type } = variable;
	if (type === "array") return { type, value: variable.value.map(toBytes) };
	if (type === "associative") return { type, value: byBytes(variable.value, toBytes) };
	return { type, value: toBytes(variable.value) };
};

/** The environment that a recorder has written down. Throws a NixError for other texts. */
export const parseBuildEnvironment = (text: ByteString): BuildEnvironment => {
	const decoded = environmentCodec().decode(parseJson(fromBytes(text)));
	if (decoded._tag === "Left")
		throw new NixError("BAD_ENVIRONMENT", "the environment of a build is not what it should be");
	const { variables, bashFunctions, structuredAttrs } = decoded.right;
	return {
		variables: byBytes(variables, variableOf),
		functions: byBytes(bashFunctions, toBytes),
		...(structuredAttrs === undefined
			? {}
			: {
					structuredAttrs: {
						json: toBytes(structuredAttrs[".attrs.json"]),
						shell: toBytes(structuredAttrs[".attrs.sh"]),
					},
				}),
	};
};

const textEntries = (map: ReadonlyMap<ByteString, ByteString>): JsonValue =>
	Object.fromEntries([...map].map(([name, value]) => [fromBytes(name), fromBytes(value)]));

const variableJson = (variable: ShellVariable): JsonValue => {
	const { type } = variable;
	if (type === "array") return { type, value: variable.value.map(fromBytes) };
	if (type === "associative") return { type, value: textEntries(variable.value) };
	return { type, value: fromBytes(variable.value) };
};

/** The environment as `nix print-dev-env --json` prints it. */
export const buildEnvironmentJson = ({ variables, functions, structuredAttrs }: BuildEnvironment): JsonValue => ({
	variables: Object.fromEntries([...variables].map(([name, value]) => [fromBytes(name), variableJson(value)])),
	bashFunctions: textEntries(functions),
	...(structuredAttrs === undefined
		? {}
		: {
				structuredAttrs: {
					".attrs.json": fromBytes(structuredAttrs.json),
					".attrs.sh": fromBytes(structuredAttrs.shell),
				},
			}),
});

const declaration = (name: ByteString, variable: ShellVariable): ByteString => {
	switch (variable.type) {
		case "var":
			return `${name}=${shellQuote(variable.value)}\n`;
		case "exported":
			return `${name}=${shellQuote(variable.value)}\nexport ${name}\n`;
		case "array":
			return `declare -a ${name}=(${variable.value.map((item) => `${shellQuote(item)} `).join("")})\n`;
		case "associative": {
			const items = [...variable.value].map(([key, item]) => `[${shellQuote(key)}]=${shellQuote(item)} `);
			return `declare -A ${name}=(${items.join("")})\n`;
		}
	}
};

/** The environment as code for bash, without some of its variables. */
export const buildEnvironmentShell = (
	{ variables, functions }: BuildEnvironment,
	ignored: ReadonlySet<ByteString>,
): ByteString => {
	const declared = [...variables]
		.filter(([name]) => !ignored.has(name))
		.map(([name, value]) => declaration(name, value));
	const defined = [...functions].map(([name, body]) => `${name} ()\n{\n${body}}\n`);
	return [...declared, ...defined].join("");
};

const missing = (name: ByteString): NixError =>
	new NixError("BAD_ENVIRONMENT", `the environment of the build has no variable '${name}'`);

/** A variable that is a text. */
export const stringVariable = ({ variables }: BuildEnvironment, name: ByteString): ByteString => {
	const variable = variables.get(name);
	if (variable === undefined) throw missing(name);
	if (variable.type === "var" || variable.type === "exported") return variable.value;
	throw new NixError("BAD_ENVIRONMENT", "bash variable is not a string");
};

/** Where the outputs lie in the environment, by name. */
export const outputPlaces = (environment: BuildEnvironment): Map<ByteString, ByteString> => {
	const outputs = environment.variables.get("outputs");
	if (outputs === undefined) throw missing("outputs");
	if (environment.structuredAttrs !== undefined) {
		if (outputs.type !== "associative")
			throw new NixError("BAD_ENVIRONMENT", "bash variable is not an associative array");
		return new Map(outputs.value);
	}
	const names =
		outputs.type === "array"
			? outputs.value
			: outputs.type === "associative"
				? [...outputs.value.keys()]
				: outputs.value.split(/[ \t\n\r]+/).filter((word) => word !== "");
	return new Map(names.map((name) => [name, stringVariable(environment, name)]));
};
