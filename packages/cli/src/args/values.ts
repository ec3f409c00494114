import {
	type FileIngestionMethod,
	FormatError,
	type HashAlgorithm,
	hashPrefixOf,
	NixError,
	parseHashAlgorithm as parse,
	parseHashReturningFormat as parseReturningFormat,
	parseIngestionMethod,
} from "@tsnix/store";
import { UsageError } from "../usage-error";

/** Where it is known which experimental features are on. */
interface Features {
	requireFeature(feature: string): void;
}

/** A hash algorithm's name on a command line; blake3 has to be turned on. */
export const parseHashAlgorithm = (features: Features, name: string): HashAlgorithm => {
	if (name === "blake3") features.requireFeature("blake3-hashes");
	try {
		return parse(name);
	} catch (error) {
		throw error instanceof FormatError ? new UsageError(error.message) : error;
	}
};

/** A hash on a command line, in any of its forms, and which form it is in; one of blake3 has to be turned on. */
export const parseHashReturningFormat = (
	features: Features,
	text: string,
	algorithm?: HashAlgorithm,
): ReturnType<typeof parseReturningFormat> => {
	if (hashPrefixOf(text) === "blake3") features.requireFeature("blake3-hashes");
	return parseReturningFormat(text, algorithm);
};

/** A file ingestion method's name on a command line. */
export const parseMode = (name: string): FileIngestionMethod => {
	try {
		return parseIngestionMethod(name);
	} catch (error) {
		throw error instanceof NixError ? new UsageError(error.message) : error;
	}
};

const units = "KMGT";

/**
 * A whole number that may end in a unit: `512M`. Numbers below zero only where they make sense.
 *
 *     parseCount("4K")   // 4096
 */
export const parseCount = (text: string, signed = false): number => {
	const unit = /[a-z]$/i.exec(text)?.[0].toUpperCase();
	if (unit !== undefined && !units.includes(unit)) throw new UsageError(`invalid unit specifier '${unit}'`);
	const digits = unit === undefined ? text : text.slice(0, -1);
	const value = /^[+-]?[0-9]+$/.test(digits) && (signed || !digits.startsWith("-")) ? Number(digits) : undefined;
	if (value === undefined || Math.abs(value) > 2 ** (signed ? 63 : 64))
		throw new UsageError(`'${digits}' is not an integer`);
	return unit === undefined ? value : value * 2 ** (10 * (units.indexOf(unit) + 1));
};
