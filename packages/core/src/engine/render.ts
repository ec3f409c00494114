import type { PosIdx } from "@tsnix/eval/internal";
import {
	ContextGatherer,
	coercePlain,
	coerceToString,
	type Evaluator,
	force,
	forceDeep,
	type Lazy,
	printAmbiguous,
	printValue,
	printValueAsJSON,
	printValueAsXML,
} from "@tsnix/eval";
import { NixError } from "@tsnix/store";

/** How a value is written out. */
export type Form =
	/** `nix eval`: forced, derivations by name. */
	| { readonly kind: "nix" }
	/** A string's bytes; `doing` is what a failure says was going on. */
	| { readonly kind: "raw"; readonly doing: string }
	| {
			readonly kind: "json";
			readonly strict: boolean;
			readonly copyToStore: boolean;
			/** Messages name the place where the value itself was written, not the one where it was found. */
			readonly ownPlace?: boolean;
	  }
	| { readonly kind: "xml"; readonly strict: boolean; readonly location: boolean }
	/** `nix-instantiate --eval`. */
	| { readonly kind: "plain"; readonly strict: boolean };

/** A value written out, as a byte string, without a line end. `pos`: where it was found, for messages. */
export const render = (st: Evaluator, lazy: Lazy, form: Form, pos: PosIdx = 0): string => {
	const gatherer = new ContextGatherer();
	switch (form.kind) {
		case "nix":
			return printValue(st, lazy, { force: true, derivationPaths: true });
		case "raw":
			return coerceToString(st, lazy, gatherer, form.doing, coercePlain, 0);
		case "json":
			return printing((onFailure) =>
				printValueAsJSON(st, lazy, pos, gatherer, { strict: form.strict, copyToStore: form.copyToStore, onFailure }),
			);
		case "xml":
			return printing((onFailure) =>
				printValueAsXML(st, lazy, 0, gatherer, { strict: form.strict, location: form.location, onFailure }),
			);
		case "plain":
			if (form.strict) forceDeep(st, lazy, true);
			else force(lazy, 0);
			return printAmbiguous(st, lazy);
	}
};

/** The reference prints documents as it goes: an error tells what of them there is, as `printed`. */
const printing = (print: (onFailure: (written: string | undefined) => void) => string): string => {
	let printed: string | undefined = "";
	try {
		return print((written) => void (printed = written));
	} catch (error) {
		throw error instanceof NixError ? Object.assign(error, { printed }) : error;
	}
};
