import {
	coercePlain,
	coerceToString,
	ContextGatherer,
	type Evaluator,
	force,
	forceDeep,
	type Lazy,
	printAmbiguous,
	printValue,
	printValueAsJSON,
	printValueAsXML,
} from "@tsnix/eval";

/** How a value is written out. */
export type Form =
	/** `nix eval`: forced, derivations by name. */
	| { readonly kind: "nix" }
	/** A string's bytes; `doing` is what a failure says was going on. */
	| { readonly kind: "raw"; readonly doing: string }
	| { readonly kind: "json"; readonly strict: boolean; readonly copyToStore: boolean }
	| { readonly kind: "xml"; readonly strict: boolean; readonly location: boolean }
	/** `nix-instantiate --eval`. */
	| { readonly kind: "plain"; readonly strict: boolean };

/** A value written out, as a byte string, without a line end. */
export const render = (st: Evaluator, lazy: Lazy, form: Form): string => {
	const gatherer = new ContextGatherer();
	switch (form.kind) {
		case "nix":
			return printValue(st, lazy, { force: true, derivationPaths: true });
		case "raw":
			return coerceToString(st, lazy, gatherer, form.doing, coercePlain, 0);
		case "json":
			return printValueAsJSON(st, lazy, 0, gatherer, { strict: form.strict, copyToStore: form.copyToStore });
		case "xml":
			return printValueAsXML(st, lazy, 0, gatherer, { strict: form.strict, location: form.location });
		case "plain":
			if (form.strict) forceDeep(st, lazy);
			else force(lazy, 0);
			return printAmbiguous(st, lazy);
	}
};
