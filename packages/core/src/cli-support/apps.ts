import { isDerivationPath, NixError, parseStorePath } from "@tsnix/store";
import type { AttrCursor } from "../flake/attr-cursor";
import type { PlainDerivedPath } from "./command-source";
import { type Context, type Evaluator, parseDrvName, parseElement } from "./evaluation";

/** A program to be run, as a value describes it; what is in its path may still have to be built. */
export interface PlainApp {
	/** What the program's path refers to. */
	readonly context: readonly PlainDerivedPath[];
	/** A byte string; placeholders stand for what is not known before it is built. */
	readonly program: string;
}

/** What an element of a string's context stands for. */
const derivedPathOf = (storeDir: string, text: string): PlainDerivedPath => {
	const element = parseElement(text);
	if (element.kind === "opaque") return { kind: "opaque", path: `${storeDir}/${element.path}` };
	if (element.kind === "deep") return { kind: "built", drvPath: `${storeDir}/${element.drv}`, outputs: "all" };
	type Drv = typeof element.drv;
	const shown = (drv: Drv): string =>
		drv.kind === "opaque" ? `${storeDir}/${drv.path}` : `${shown(drv.drv)}^${drv.output}`;
	return { kind: "built", drvPath: shown(element.drv), outputs: [element.output] };
};

const contextPaths = (storeDir: string, context: Context | undefined): PlainDerivedPath[] =>
	(context?.elements ?? []).map((element) => derivedPathOf(storeDir, element));

/**
 * The program that a value is: an app, or a package's main program. Where it lies in a flake's outputs decides what it
 * has to be.
 */
export const appOf = (st: Evaluator, cursor: AttrCursor): PlainApp => {
	const { store } = st.host;
	const { path } = cursor;
	const type = cursor.get("type").string();
	const expected = path[0] === "apps" || path[0] === "defaultApp" ? "app" : "derivation";
	if (type !== expected)
		throw new NixError("NOT_AN_APP", `attribute '${path.join(".")}' should have type '${expected}'`);
	if (type === "app") {
		const { text, context } = cursor.get("program").stringWithContext();
		return { context: contextPaths(store.storeDir, context), program: text };
	}
	const drvPath = parseStorePath(cursor.get("drvPath").string(), store.storeDir);
	if (!isDerivationPath(drvPath))
		throw new NixError("NOT_A_DERIVATION", `store path '${drvPath.baseName}' is not a valid derivation path`);
	const outPath = cursor.get("outPath").string();
	const outputName = cursor.get("outputName").string();
	const name = cursor.get("name").string();
	const packageName = cursor.find("pname");
	const mainProgram =
		cursor.find("meta")?.find("mainProgram")?.string() ?? packageName?.string() ?? parseDrvName(name).name;
	return {
		context: [{ kind: "built", drvPath: drvPath.toString(store.storeDir), outputs: [outputName] }],
		program: `${outPath}/bin/${mainProgram}`,
	};
};
