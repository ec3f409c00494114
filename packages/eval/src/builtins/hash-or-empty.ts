import { Hash, type HashAlgorithm, hashSize, parseHash } from "@tsnix/store";
import { EvalBaseError } from "../errors/errors";
import { adopting } from "../runtime/adopt-error";
import type { Evaluator } from "../runtime/evaluator";

/** A hash as `outputHash` and `sha256` arguments have it. An empty one stands for all zeros, with a warning. */
export const parseHashOrEmpty = (st: Evaluator, text: string, algorithm: HashAlgorithm | undefined): Hash => {
	if (text !== "") return adopting(st, () => parseHash(text, algorithm));
	if (algorithm === undefined)
		throw st.fail(new EvalBaseError("BAD_HASH", "empty hash requires explicit hash algorithm"), 0);
	const zeros = new Hash(algorithm, new Uint8Array(hashSize(algorithm)));
	st.host.log?.({ kind: "warning", text: `found empty hash, assuming '${zeros.sri()}'` });
	return zeros;
};
