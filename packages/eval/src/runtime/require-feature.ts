import { EvalBaseError } from "../errors/errors";
import type { Evaluator } from "./evaluator";

/** Throws unless an experimental feature is on. `reason` tells what needs it. */
export const requireFeature = (st: Evaluator, feature: string, reason = ""): void => {
	if (st.settings.experimentalFeatures.has(feature)) return;
	const why = reason === "" ? "" : ` (${reason})`;
	throw st.fail(
		new EvalBaseError(
			"NIX_EXPERIMENTAL_FEATURE",
			`experimental Nix feature '${feature}' is disabled${why}; add '--extra-experimental-features ${feature}' to enable it`,
		),
		0,
	);
};
