import { FormatError } from "../errors";
import { type Hash, parseHashAnyPrefixed } from "./hash";
import { type JsonValue, printJson } from "./json";
import { asArray, asObject, asString, field, type JsonObject, optionalField } from "./json-fields";
import { normaliseSignature, type PublicKeys, type SecretKey, verifySignature } from "./signature";
import { parseBaseName, type StorePath } from "./store-path";

/** An output of a derivation, by the derivation's hash modulo fixed outputs. */
export interface DerivationOutputId {
	readonly drvHash: Hash;
	readonly outputName: string;
}

/** That an output of a content-addressed derivation was built, and which store path it became. */
export interface Realisation {
	readonly id: DerivationOutputId;
	readonly outPath: StorePath;
	/** `name:base64` each, sorted. */
	readonly signatures: readonly string[];
}

/** Parse `sha256:<hash>!<output>`. Throws a {@link FormatError}. */
export const parseOutputId = (text: string): DerivationOutputId => {
	const at = text.indexOf("!");
	if (at < 0) throw new FormatError("BAD_OUTPUT_ID", `Invalid derivation output id ${text}`);
	return { drvHash: parseHashAnyPrefixed(text.slice(0, at)), outputName: text.slice(at + 1) };
};

/** `sha256:<base16>!<output>`. */
export const renderOutputId = (id: DerivationOutputId): string =>
	`${id.drvHash.algorithm}:${id.drvHash.base16()}!${id.outputName}`;

/** The JSON of a realisation, as binary caches serve it (`.doi` files). Print it with {@link printJson}. */
export const realisationToJSON = (realisation: Realisation): JsonObject => ({
	id: renderOutputId(realisation.id),
	outPath: realisation.outPath.baseName,
	signatures: [...realisation.signatures].sort(),
	dependentRealisations: {},
});

/** Read the JSON of a realisation. Throws a {@link FormatError}. */
export const realisationFromJSON = (json: JsonValue): Realisation => ({
	id: parseOutputId(asString(field(asObject(json), "id"))),
	...unkeyedRealisationFromJSON(json),
});

/** Read the JSON of a realisation of an output that is known beforehand. Throws a {@link FormatError}. */
export const unkeyedRealisationFromJSON = (json: JsonValue): Omit<Realisation, "id"> => {
	const object = asObject(json);
	const signatures = optionalField(object, "signatures");
	return {
		outPath: parseBaseName(asString(field(object, "outPath"))),
		signatures:
			signatures === undefined
				? []
				: asArray(signatures)
						.map((text) => normaliseSignature(asString(text)))
						.sort(),
	};
};

/** What is signed of a realisation: its JSON without the signatures. */
export const realisationFingerprint = (realisation: Realisation): string => {
	const { signatures: _, ...rest } = realisationToJSON(realisation);
	return printJson(rest);
};

/** How many of a realisation's signatures are good ones by these keys. */
export const countGoodRealisationSignatures = (realisation: Realisation, keys: PublicKeys): number => {
	const fingerprint = realisationFingerprint(realisation);
	return realisation.signatures.filter((signature) => verifySignature(fingerprint, signature, keys)).length;
};

/** The same realisation with one more signature. */
export const signRealisation = (realisation: Realisation, key: SecretKey): Realisation => ({
	...realisation,
	signatures: [...new Set([...realisation.signatures, key.sign(realisationFingerprint(realisation))])].sort(),
});
