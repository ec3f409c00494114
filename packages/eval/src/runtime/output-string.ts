import { outputPath, type StorePath } from "@tsnix/store";
import { EvalBaseError, EvalError } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { adopting } from "./adopt-error";
import { Context, ContextGatherer, type DrvElement, parseElement } from "./context";
import type { Evaluator } from "./evaluator";
import { forceString } from "./expect";
import { placeholderOf } from "./realise";
import { requireFeature } from "./require-feature";
import { internedStorePath } from "./store-paths";
import { type Lazy, NixString } from "./values";

type BuiltElement = Extract<DrvElement, { kind: "built" }>;

const showDrv = (st: Evaluator, drv: DrvElement): string =>
	drv.kind === "opaque" ? `${st.host.store.storeDir}/${drv.path}` : `${showDrv(st, drv.drv)}^${drv.output}`;

/** The text that stands for an output: its path where that is known beforehand, else a placeholder. */
export const outputText = (st: Evaluator, element: BuiltElement, path: StorePath | undefined): string => {
	if (path !== undefined) return path.toString(st.host.store.storeDir);
	requireFeature(st, element.drv.kind === "opaque" ? "ca-derivations" : "dynamic-derivations");
	return placeholderOf(st, element).render();
};

/** The path of an output, where that is known without building. */
const staticPath = (st: Evaluator, element: BuiltElement): StorePath | undefined =>
	adopting(st, () => {
		const { drv, output } = element;
		if (drv.kind !== "opaque") return undefined;
		const { store } = st.host;
		const derivation = store.readDerivation(internedStorePath(st, drv.path));
		const found = derivation.outputs.get(output);
		if (found === undefined)
			throw st.fail(
				new EvalBaseError("NIX_NO_SUCH_OUTPUT", `derivation '${showDrv(st, drv)}' does not have output '${output}'`),
				0,
			);
		return outputPath(derivation.name, output, found, store.storeDir);
	});

/** The path of an output: as it follows from the derivation, or as it is known to have been built. */
export const outputPathOf = (st: Evaluator, element: BuiltElement): StorePath => {
	const path = staticPath(st, element);
	if (path !== undefined) return path;
	const realise = st.host.realise;
	if (realise === undefined || element.drv.kind !== "opaque")
		throw st.fail(
			new EvalBaseError(
				"NIX_UNKNOWN_OUTPUT",
				`cannot operate on output '${element.output}' of the unbuilt derivation '${showDrv(st, element.drv)}'`,
			),
			0,
		);
	const drvPath = internedStorePath(st, element.drv.path);
	return adopting(st, () => realise([{ drvPath, output: element.output }]))[0];
};

/** The string of a store path or an output, with its context. */
export const singlePathString = (st: Evaluator, element: DrvElement): NixString =>
	new NixString(singlePathText(st, element), Context.of([elementText(element)])!);

const elementText = (element: DrvElement): string =>
	element.kind === "opaque" ? element.path : `!${element.output}!${elementText(element.drv)}`;

const singlePathText = (st: Evaluator, element: DrvElement): string =>
	element.kind === "opaque"
		? `${st.host.store.storeDir}/${element.path}`
		: outputText(st, element, staticPath(st, element));

/** What a string stands for that is exactly one store path or output. */
export const coerceToSinglePath = (st: Evaluator, v: Lazy, pos: PosIdx, doing: string): DrvElement => {
	const gatherer = new ContextGatherer();
	const s = forceString(st, v, pos, doing, gatherer);
	const fail = (message: string): EvalError => st.fail(new EvalError("NIX_CONTEXT", message), 0, pos, doing);
	const elements = gatherer.context?.elements ?? [];
	if (elements.length !== 1)
		throw fail(`string '${s}' has ${elements.length} entries in its context. It should only have exactly one entry`);
	const element = parseElement(elements[0]);
	if (element.kind === "deep")
		throw fail(
			`string '${s}' has a context which refers to a complete source and binary closure. This is not supported at this time`,
		);
	const expected = singlePathText(st, element);
	if (s === expected) return element;
	if (element.kind === "opaque") throw fail(`path string '${s}' has context with the different path '${expected}'`);
	throw fail(
		`string '${s}' has context with the output '${element.output}' from derivation '${showDrv(st, element.drv)}', but the string is not the right placeholder for this derivation output. It should be '${expected}'`,
	);
};
