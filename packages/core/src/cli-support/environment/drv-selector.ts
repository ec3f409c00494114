import { compareVersions, parseDrvName } from "@tsnix/eval/internal";
import type { ByteString } from "@tsnix/store";
import { compileCommandRegex } from "../command-regex";

export { compareVersions };

/** A package's name and version, as the text of its `name` has them: `hello-2.12` (manual: "builtins.parseDrvName"). */
export interface DrvName {
	readonly whole: ByteString;
	readonly name: ByteString;
	readonly version: ByteString;
}

export const drvName = (whole: ByteString): DrvName => ({ whole, ...parseDrvName(whole) });

/** What selects packages on a command line: a regular expression for the name, `*` for all, and maybe a version. */
export interface Selector extends DrvName {
	/** How many packages it has matched. */
	hits: number;
	matches(name: DrvName): boolean;
}

/**
 * A selector from its text (manual: "nix-env", "Selectors").
 *
 *     selector("zip.*").matches(drvName("zip-3.0"))   // true
 */
export const selector = (text: ByteString): Selector => {
	const own = drvName(text);
	let regex: ReturnType<typeof compileCommandRegex> | undefined;
	return {
		...own,
		hits: 0,
		matches: ({ name, version }) => {
			if (own.name !== "*") {
				regex ??= compileCommandRegex(own.name);
				if (regex.matchWhole(name) === null) return false;
			}
			return own.version === "" || own.version === version;
		},
	};
};
