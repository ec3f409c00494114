import { FormatError, type HashAlgorithm, parseHashAlgorithm as parse } from "@tsnix/store";
import { UsageError } from "../usage-error";

/** A hash algorithm's name on a command line. */
export const parseHashAlgorithm = (name: string): HashAlgorithm => {
	try {
		return parse(name);
	} catch (error) {
		throw error instanceof FormatError ? new UsageError(error.message) : error;
	}
};
