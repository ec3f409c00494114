import type { StorePath } from "../formats/store-path";
import { planRealisation, type RealiseTarget } from "./plan";
import type { RealiseOptions } from "./realise-options";
import { inputChains } from "./resolve";

/**
 * Tell of dynamic derivations that planning leaves out: the reference plans once more before it begins, and says so
 * again.
 */
export const tellOfDynamicInputs = async (
	targets: readonly RealiseTarget[],
	options: RealiseOptions,
	warn: (message: string) => void,
): Promise<void> => {
	if (options.contentAddressedDerivations !== true || !dependOnDynamic(targets, options)) return;
	const told = (message: string): void => void (message.startsWith("Ignoring dynamic") && warn(message));
	await planRealisation(targets, { ...options, warn: told });
};

const dependOnDynamic = (targets: readonly RealiseTarget[], { store }: RealiseOptions): boolean => {
	const seen = new Set<string>();
	const depends = (drvPath: StorePath): boolean => {
		if (seen.has(drvPath.baseName)) return false;
		seen.add(drvPath.baseName);
		if (!store.isValidPath(drvPath)) return false;
		return inputChains(store.readDerivation(drvPath)).some(
			({ chain }) => chain.outputs.length > 0 || depends(chain.drvPath),
		);
	};
	return targets.some((target) => "drvPath" in target && ((target.via?.length ?? 0) > 0 || depends(target.drvPath)));
};
