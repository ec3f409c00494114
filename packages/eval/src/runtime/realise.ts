import { DownstreamPlaceholder, type StorePath } from "@tsnix/store";
import { EvalBaseError, IFDError, InvalidPathError, withTrace } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { adopting } from "./adopt-error";
import { coerceToPath } from "./coerce";
import { type Context, ContextGatherer, type DrvElement, parseElement } from "./context";
import { allowClosure } from "./copy-to-store";
import type { Evaluator } from "./evaluator";
import { canonPath } from "./paths";
import { resolveSymlinks, showNixPath } from "./source-path";
import { internedStorePath } from "./store-paths";
import { type Lazy, NixPath } from "./values";

/** Texts to put in place of others: placeholders of outputs, by where the outputs came to be. */
export type Rewrites = ReadonlyMap<string, string>;

type BuiltElement = Extract<DrvElement, { kind: "built" }>;

const noRewrites: Rewrites = new Map();

export const rewriteStrings = (s: string, rewrites: Rewrites): string => {
	let out = s;
	for (const [from, to] of rewrites) if (from !== to) out = out.replaceAll(from, to);
	return out;
};

/** The store path that an element needs to be there. */
const baseOf = (drv: DrvElement): string => (drv.kind === "opaque" ? drv.path : baseOf(drv.drv));

/**
 * Makes all that a context refers to exist, by building derivations if need be (import from derivation). Gives what to
 * put in the place of placeholders of content-addressed outputs.
 */
export const realiseContext = (st: Evaluator, context: Context | undefined): Rewrites => {
	if (context === undefined) return noRewrites;
	const built: BuiltElement[] = [];
	const requireValid = (baseName: string): void => {
		const valid = adopting(st, () => st.host.store.isValidPath(internedStorePath(st, baseName)));
		if (!valid) throw st.fail(new InvalidPathError(`path '${baseName}' is not valid`, baseName), 0);
	};
	for (const text of context.elements) {
		const element = parseElement(text);
		if (element.kind === "opaque") requireValid(element.path);
		else if (element.kind === "deep") requireValid(element.drv);
		else {
			requireValid(baseOf(element.drv));
			built.push(element);
		}
	}
	return built.length === 0 ? noRewrites : build(st, built);
};

const showBuilt = (st: Evaluator, e: DrvElement): string =>
	e.kind === "opaque" ? `${st.host.store.storeDir}/${e.path}` : `${showBuilt(st, e.drv)}^${e.output}`;

const build = (st: Evaluator, elements: readonly BuiltElement[]): Rewrites => {
	const { settings, host } = st;
	const first = showBuilt(st, elements[0]);
	if (!settings.allowImportFromDerivation)
		throw st.fail(
			new IFDError(
				"NIX_IFD_DISABLED",
				`cannot build '${first}' during evaluation because the option 'allow-import-from-derivation' is disabled`,
			),
			0,
		);
	if (settings.traceImportFromDerivation)
		host.log?.({ kind: "warning", text: `built '${first}' during evaluation due to an import from derivation` });
	const realise = host.realise;
	if (realise === undefined)
		throw st.fail(
			new IFDError("NIX_IFD_IMPOSSIBLE", `cannot build '${first}' during evaluation: there is no builder`),
			0,
		);
	const { storeDir } = host.store;
	const realiseElement = (element: DrvElement): StorePath =>
		element.kind === "opaque"
			? internedStorePath(st, element.path)
			: adopting(st, () => realise([{ drvPath: realiseElement(element.drv), output: element.output }]))[0];
	const plain = elements.every((e) => e.drv.kind === "opaque");
	const paths = plain
		? adopting(st, () => realise(elements.map((e) => ({ drvPath: realiseElement(e.drv), output: e.output }))))
		: elements.map(realiseElement);
	const rewrites = new Map<string, string>();
	paths.forEach((path, i) => {
		if (settings.experimentalFeatures.has("ca-derivations"))
			rewrites.set(placeholderOf(st, elements[i]).render(), path.toString(storeDir));
		allowClosure(st, path);
	});
	return rewrites;
};

/** What stands for an output whose path is not known before it is built. */
export const placeholderOf = (st: Evaluator, element: BuiltElement): DownstreamPlaceholder =>
	element.drv.kind === "opaque"
		? DownstreamPlaceholder.unknownOutput(internedStorePath(st, element.drv.path), element.output)
		: DownstreamPlaceholder.unknownDerivation(placeholderOf(st, element.drv), element.output);

/** The path that a value stands for, made to exist; links are followed as told. */
export const realisePath = (
	st: Evaluator,
	v: Lazy,
	pos: PosIdx,
	links: "full" | "ancestors" | "none" = "full",
): NixPath => {
	if (v instanceof NixPath) return follow(st, v, pos, links);
	const gatherer = new ContextGatherer();
	let path = coerceToPath(st, v, gatherer, "while realising the context of a path", 0);
	if (gatherer.context !== undefined && path.accessor === st.rootFS) {
		try {
			const rewrites = realiseContext(st, gatherer.context);
			if (rewrites.size > 0) path = new NixPath(canonPath(rewriteStrings(path.path, rewrites)), path.accessor);
		} catch (e) {
			throw traced(e, pos, path);
		}
	}
	return follow(st, path, pos, links);
};

const traced = (e: unknown, pos: PosIdx, path: NixPath): unknown =>
	e instanceof EvalBaseError ? withTrace(e, pos, `while realising the context of path '${showNixPath(path)}'`) : e;

const follow = (st: Evaluator, path: NixPath, pos: PosIdx, links: "full" | "ancestors" | "none"): NixPath => {
	if (links === "none") return path;
	try {
		return resolveSymlinks(st, path, links);
	} catch (e) {
		throw traced(e, pos, path);
	}
};
