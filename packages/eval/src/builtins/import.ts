import { isDerivationPath, maybeParseStorePath, outputPath, type StorePath } from "@tsnix/store";
import { maxFieldFrame } from "../resolve/address";
import { adopting } from "../runtime/adopt-error";
import { call1 } from "../runtime/call";
import { Context, type DrvElement } from "../runtime/context";
import type { Evaluator } from "../runtime/evaluator";
import { forceAttrs } from "../runtime/expect";
import { compileFile, evalFile } from "../runtime/files";
import { outputText } from "../runtime/output-string";
import { perEvaluator } from "../runtime/per-evaluator";
import { realisePath } from "../runtime/realise";
import { AttrsBuilder } from "../runtime/shape";
import { resolveExprPath } from "../runtime/source-path";
import { type Env, type Lazy, type NixPath, NixString, type Value } from "../runtime/values";
import { wellKnown } from "../syntax/well-known";
import type { Builtin } from "./builtin";

/** The .drv file that a path is, if it is one in the store. */
const validDerivation = (st: Evaluator, path: NixPath): StorePath | undefined => {
	if (!path.path.endsWith(".drv")) return undefined;
	const { store } = st.host;
	const storePath = maybeParseStorePath(path.path, store.storeDir);
	if (storePath === undefined || !isDerivationPath(storePath)) return undefined;
	return adopting(st, () => store.isValidPath(storePath)) ? storePath : undefined;
};

/** What importing a .drv file gives is like what `derivation` gives; its outputs are derivations too. */
const importedDerivation = perEvaluator((st): Value => {
	const source = `{ drvPath, name, outputs, ... }@given:
let
  shared = builtins.listToAttrs named // {
    inherit drvPath name;
    all = map (output: output.value) named;
    type = "derivation";
  };
  named = map (outputName: {
    name = outputName;
    value = shared // {
      outPath = given.\${outputName};
      inherit outputName;
    };
  }) outputs;
in
(builtins.head named).value
`;
	const { code } = st.compile(source, { origin: { kind: "string" }, basePath: "/" });
	return code.ev(code, undefined as unknown as Env, undefined);
});

const importDerivation = (st: Evaluator, path: NixPath, storePath: StorePath): Value => {
	const { store } = st.host;
	const drv = adopting(st, () => store.readDerivation(storePath));
	const names = [...drv.outputs.keys()].sort();
	const attrs = new AttrsBuilder()
		.add(wellKnown.drvPath, new NixString(path.path, Context.fromSorted([`=${storePath.baseName}`])))
		.add(wellKnown.name, drv.env.get("name") ?? "")
		.add(wellKnown.outputs, names);
	const element: DrvElement = { kind: "opaque", path: storePath.baseName };
	for (const output of names) {
		const known = outputPath(drv.name, output, drv.outputs.get(output)!, store.storeDir);
		const text = outputText(st, { kind: "built", output, drv: element }, known);
		const context = Context.fromSorted([`!${output}!${storePath.baseName}`]);
		attrs.add(st.symbols.create(output), new NixString(text, context));
	}
	return forceAttrs(
		st,
		call1(st, importedDerivation(st), attrs.finish(), 0),
		0,
		"while calling imported-drv-to-derivation.nix.gen.hh",
	);
};

/** A file's value in the scope of some more names: worked out anew each time. */
const evalInScope = (st: Evaluator, path: NixPath, scope: Lazy): Value => {
	const attrs = forceAttrs(st, scope, 0, "while evaluating the first argument passed to builtins.scopedImport");
	const { code } = compileFile(st, resolveExprPath(st, path), attrs.shape.ids);
	const frame: unknown[] = [undefined, ...attrs.vals];
	while (frame.length <= maxFieldFrame + 1) frame.push(undefined);
	return code.ev(code, frame as unknown as Env, undefined);
};

const importPath = (st: Evaluator, v: Lazy, scope: Lazy | undefined): Value => {
	const path = realisePath(st, v, 0, "none");
	const drv = validDerivation(st, path);
	if (drv !== undefined) return importDerivation(st, path, drv);
	return scope === undefined ? evalFile(st, path) : evalInScope(st, path, scope);
};

/** Values of files. */
export const importBuiltins: readonly Builtin[] = [
	{
		name: "import",
		args: ["path"],
		doc: "The value of the Nix expression in the file *path*; of `default.nix` in it, where it is a folder. A file is evaluated once, however often it is imported. A .drv file in the store becomes a set like that of `derivation`.",
		fn: (st, path) => importPath(st, path, undefined),
	},
	{
		name: "scopedImport",
		args: ["scope", "path"],
		doc: "As `import`, but with the attributes of *scope* as variables, which come before the builtins of the same names. The file is evaluated anew each time.",
		fn: (st, scope, path) => importPath(st, path, scope),
	},
];
