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
			return renderXML(st, lazy, gatherer, form);
		case "plain":
			if (form.strict) forceDeep(st, lazy);
			else force(lazy, 0);
			return printAmbiguous(st, lazy);
	}
};

/** The reference prints the document as it goes: an error tells what of it there is, as `printed`. */
const renderXML = (
	st: Evaluator,
	lazy: Lazy,
	gatherer: ContextGatherer,
	{ strict, location }: Form & { readonly kind: "xml" },
): string => {
	let printed: string | undefined = "";
	const onFailure = (written: string | undefined): void => void (printed = written);
	try {
		return printValueAsXML(st, lazy, 0, gatherer, { strict, location, onFailure });
	} catch (error) {
		throw error instanceof NixError ? Object.assign(error, { printed }) : error;
	}
};
