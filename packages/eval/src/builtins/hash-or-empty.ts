import {
	Hash,
	type HashAlgorithm,
	hashAlgorithmOf,
	hashPrefixOf,
	hashSize,
	parseHash,
	parseHashAlgorithm,
} from "@tsnix/store";
import { EvalBaseError } from "../errors/errors";
import { adopting } from "../runtime/adopt-error";
import type { Evaluator } from "../runtime/evaluator";
import { requireFeature } from "../runtime/require-feature";

/** A hash algorithm by its name, if there is one; blake3 has to be turned on. */
export const hashAlgorithmIfAny = (st: Evaluator, name: string): HashAlgorithm | undefined => {
	if (name === "blake3") requireFeature(st, "blake3-hashes");
	return hashAlgorithmOf(name);
};

/** A hash algorithm by its name, as {@link hashAlgorithmIfAny}. Throws where there is none. */
export const hashAlgorithm = (st: Evaluator, name: string): HashAlgorithm =>
	hashAlgorithmIfAny(st, name) ?? adopting(st, () => parseHashAlgorithm(name));

/** A hash in any of its forms; one of blake3 has to be turned on. */
export const parseHashArgument = (st: Evaluator, text: string, algorithm: HashAlgorithm | undefined): Hash => {
	if (hashPrefixOf(text) === "blake3") requireFeature(st, "blake3-hashes");
	return adopting(st, () => parseHash(text, algorithm));
};

/** A hash as `outputHash` and `sha256` arguments have it. An empty one stands for all zeros, with a warning. */
export const parseHashOrEmpty = (st: Evaluator, text: string, algorithm: HashAlgorithm | undefined): Hash => {
	if (text !== "") return parseHashArgument(st, text, algorithm);
	if (algorithm === undefined)
		throw st.fail(new EvalBaseError("BAD_HASH", "empty hash requires explicit hash algorithm"), 0);
	const zeros = new Hash(algorithm, new Uint8Array(hashSize(algorithm)));
	st.host.log?.({ kind: "warning", text: `found empty hash, assuming '${zeros.sri()}'` });
	return zeros;
};
