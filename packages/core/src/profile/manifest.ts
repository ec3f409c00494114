import { parseDrvName } from "@tsnix/eval/internal";
import type { FetchSettings } from "@tsnix/fetchers";
import {
	type ByteString,
	fromBytes,
	type JsonValue,
	NixError,
	type OutputsSpec,
	outputsSpecFromJSON,
	outputsSpecToJSON,
	parseStorePath,
	renderOutputsSpec,
	StorePath,
	toBytes,
} from "@tsnix/store";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { firstProblem } from "../flake/decode-problem";
import { parseJsonTree } from "../flake/json-tree";
import { type FlakeRef, flakeRefToString, parseFlakeRef } from "../flake/ref";
import { urlName } from "./url-name";

/** The flake that a package of a profile came from. */
export interface ElementSource {
	/** As it was asked for. */
	readonly original: FlakeRef;
	/** What it was locked to then. */
	readonly locked: FlakeRef;
	readonly attrPath: ByteString;
	/** The outputs as they were asked for; undefined for those that the package says. */
	readonly outputs: OutputsSpec | undefined;
}

/** A package in a profile (manual: "nix profile", "Profile compatibility"). */
export interface ProfileElement {
	/** Sorted. */
	readonly storePaths: readonly StorePath[];
	readonly source?: ElementSource;
	/** Packages that are not active have no links in the profile. */
	readonly active: boolean;
	/** Of two files of one name that of the lower number counts. */
	readonly priority: number;
}

/** The packages of a profile, by name, in the order of the names' bytes. */
export type ProfileElements = ReadonlyMap<ByteString, ProfileElement>;

/** What packages have that say nothing of it. */
export const defaultPriority = 5;

const Element = t.intersection([
	t.type({ storePaths: t.array(t.string), active: t.boolean }),
	t.partial({
		priority: t.number,
		url: t.string,
		originalUrl: t.string,
		uri: t.string,
		originalUri: t.string,
		attrPath: t.string,
		outputs: t.union([t.array(t.string), t.null]),
	}),
]);
const Elements = t.union([t.array(Element), t.record(t.string, Element), t.null]);

/** What reading a manifest needs to know. */
export interface ManifestOptions {
	/** The file's name in messages. */
	readonly name: string;
	readonly storeDir: string;
	readonly settings?: FetchSettings;
}

const elementOf = (json: t.TypeOf<typeof Element>, version: number, options: ManifestOptions): ProfileElement => {
	const [url, original] = version === 1 ? [json.uri, json.originalUri] : [json.url, json.originalUrl];
	const ref = (text: string): FlakeRef =>
		parseFlakeRef(text, options.settings === undefined ? {} : { settings: options.settings });
	return {
		storePaths: sortedPaths(json.storePaths.map((path) => parseStorePath(path, options.storeDir))),
		active: json.active,
		priority: json.priority ?? defaultPriority,
		...(url === undefined || url === ""
			? {}
			: {
					source: {
						original: ref(original ?? ""),
						locked: ref(url),
						attrPath: json.attrPath ?? "",
						outputs: json.outputs ? outputsSpecFromJSON(json.outputs) : undefined,
					},
				}),
	};
};

/**
 * Reads a profile's `manifest.json`, of version 1, 2 or 3.
 *
 * @param text a byte string
 * @throws {NixError} `PROFILE_VERSION` for other versions, `BAD_MANIFEST` where it is none
 */
export const parseManifest = (text: ByteString, options: ManifestOptions): Map<ByteString, ProfileElement> => {
	const json = parseJsonTree(text);
	const file = typeof json === "object" && json !== null && !Array.isArray(json) ? json : {};
	const { version = 0, elements = null } = file as { readonly version?: unknown; readonly elements?: unknown };
	if (version !== 1 && version !== 2 && version !== 3)
		throw new NixError(
			"PROFILE_VERSION",
			`profile manifest "${options.name}" has unsupported version ${String(version)}`,
		);
	const decoded = Elements.decode(elements);
	if (isLeft(decoded)) {
		const { place, found } = firstProblem(decoded.left);
		throw new NixError("BAD_MANIFEST", `unexpected ${found} at 'elements.${place}' of "${options.name}"`);
	}
	let found: Map<ByteString, ProfileElement> = new Map();
	const { right } = decoded;
	const entries: [ByteString | undefined, t.TypeOf<typeof Element>][] = Array.isArray(right)
		? right.map((json) => [undefined, json])
		: Object.entries(right ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
	for (const [name, json] of entries) {
		const element = elementOf(json, version, options);
		found = withElement(found, name ?? elementName(element), element);
	}
	return found;
};

/** A profile's `manifest.json` as data, of the newest version. */
export const manifestJson = (elements: ProfileElements, storeDir: string): JsonValue => ({
	elements: Object.fromEntries(
		[...elements].map(([name, { storePaths, source, active, priority }]) => [
			fromBytes(name),
			{
				active,
				priority,
				storePaths: storePaths.map((path) => path.toString(storeDir)),
				...(source === undefined
					? {}
					: {
							attrPath: fromBytes(source.attrPath),
							originalUrl: fromBytes(flakeRefToString(source.original)),
							outputs: source.outputs === undefined ? null : outputsSpecToJSON(source.outputs),
							url: fromBytes(flakeRefToString(source.locked)),
						}),
			},
		]),
	),
	version: 3,
});

/** Store paths in their order, each once. */
export const sortedPaths = (paths: readonly StorePath[]): StorePath[] =>
	[...new Map(paths.map((path) => [path.baseName, path])).values()].sort(StorePath.compare);

/** A source as an installable. */
export const sourceText = ({ original, attrPath, outputs }: ElementSource): ByteString =>
	`${flakeRefToString(original)}#${attrPath}${outputs === undefined ? "" : `^${renderOutputsSpec(outputs)}`}`;

const unique = (texts: readonly ByteString[]): ByteString[] => [...new Set(texts)].sort();

/** What a package is, in a few words: where it came from, or its names. */
export const elementIdentifier = ({ source, storePaths }: ProfileElement): ByteString =>
	source === undefined
		? unique(storePaths.map(({ name }) => parseDrvName(name).name))
				.filter((name, i) => i > 0 || name !== "")
				.join(", ")
		: sourceText(source);

/** The versions of a package's store paths. */
export const elementVersions = ({ storePaths }: ProfileElement): ByteString =>
	storePaths.length === 0
		? toBytes("∅")
		: unique(storePaths.map(({ name }) => parseDrvName(name).version || toBytes("ε"))).join(", ");

/** What a package is called in a profile where nothing else is called that. */
export const elementName = (element: ProfileElement): ByteString =>
	(element.source === undefined ? undefined : urlName(sourceText(element.source))) ?? elementIdentifier(element);

/** What arguments name a package again: its source, or its store paths. */
export const elementInstallables = ({ source, storePaths }: ProfileElement, storeDir: string): ByteString[] =>
	source === undefined ? storePaths.map((path) => path.toString(storeDir)).sort() : [sourceText(source)];

/** The packages with one more; where its name is taken it gets a number. */
export const withElement = (
	elements: ProfileElements,
	name: ByteString,
	element: ProfileElement,
): Map<ByteString, ProfileElement> => {
	let free = name;
	for (let i = 1; elements.has(free); i++) free = `${name}-${i}`;
	return new Map([...elements, [free, element] as const].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
};
