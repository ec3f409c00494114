import type { CachedCursor } from "../eval-cache/cached-cursor";
import { showAttrs } from "../flake/attr-cursor";

/** What a profile notes of a package from a flake. */
export interface PlainPackage {
	/** What the flake is locked to, as a URL. */
	readonly locked: string;
	/** Where the package lies in the flake's outputs. */
	readonly attrPath: string;
	/** What `meta.priority` says. */
	readonly priority?: number;
}

/** The same of a place in a flake's outputs, but for the flake; undefined where there is no derivation. */
export const packageOf = (cursor: CachedCursor): Omit<PlainPackage, "locked"> | undefined => {
	if (!cursor.isDerivation()) return undefined;
	const attrPath = showAttrs(cursor.path);
	if (cursor.find("outputSpecified") !== undefined) return { attrPath };
	const priority = cursor.find("meta")?.find("priority")?.integer();
	return priority === undefined ? { attrPath } : { attrPath, priority: Number(BigInt.asIntN(32, BigInt(priority))) };
};
