import type { ByteString } from "../../../byte-string";
import { NixError } from "../../../errors";
import type { Derivation } from "../../../formats/derivation/derivation";

/** A variable of the derivation that has to be there. */
export const requiredAttribute = (drv: Derivation, name: string): ByteString => {
	const value = drv.env.get(name);
	if (value === undefined) throw new NixError("MISSING_ATTRIBUTE", `attribute '${name}' missing`);
	return value;
};
