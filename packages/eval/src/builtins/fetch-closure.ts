import type { StorePath } from "@tsnix/store";
import { EvalBaseError } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { adopting } from "../runtime/adopt-error";
import { Context, ContextGatherer } from "../runtime/context";
import { allowClosure } from "../runtime/copy-to-store";
import type { Evaluator } from "../runtime/evaluator";
import { forceAttrs, forceBool, forceStringNoContext } from "../runtime/expect";
import { coerceToStorePath } from "../runtime/store-paths";
import { force } from "../runtime/thunk";
import { type Lazy, NixString, type Value } from "../runtime/values";
import { printIdentifier } from "../syntax/identifiers";
import { unsupported } from "./fetch-tree";

/** `fetchClosure`. */
export const fetchClosure = (st: Evaluator, given: Lazy): Value => {
	const { shape, vals } = forceAttrs(st, given, 0, "while evaluating the argument passed to builtins.fetchClosure");
	const fail = (message: string, pos: PosIdx = 0): EvalBaseError =>
		st.fail(new EvalBaseError("NIX_FETCH_CLOSURE", message), pos);
	let fromStore: string | undefined;
	let fromPath: StorePath | undefined;
	let toPath: StorePath | "unknown" | undefined;
	let inputAddressed = false;
	for (let i = 0; i < vals.length; i++) {
		const attribute = st.symbols.names[shape.ids[i]];
		const shown = printIdentifier(attribute);
		const pos = shape.posAt(i);
		const doing = `while evaluating the attribute '${shown}' passed to builtins.fetchClosure`;
		const path = (): StorePath => coerceToStorePath(st, vals[i], new ContextGatherer(), doing, pos);
		switch (attribute) {
			case "fromPath":
				fromPath = path();
				break;
			case "toPath": {
				const v = force(vals[i], pos);
				toPath = v === "" ? "unknown" : path();
				break;
			}
			case "fromStore":
				fromStore = forceStringNoContext(st, vals[i], pos, doing);
				break;
			case "inputAddressed":
				inputAddressed = forceBool(st, vals[i], pos, doing);
				break;
			default:
				throw fail(`attribute '${shown}' isn't supported in call to 'fetchClosure'`);
		}
	}
	if (fromPath === undefined) throw fail("attribute 'fromPath' is missing in call to 'fetchClosure'");
	if (inputAddressed && toPath !== undefined)
		throw fail("attribute 'inputAddressed' is set to true, but 'toPath' is also set. Please remove one of them");
	if (fromStore === undefined) throw fail("attribute 'fromStore' is missing in call to 'fetchClosure'");
	if (!fromStore.includes("/") && !["auto", "daemon", "local"].includes(fromStore))
		throw fail(`Cannot parse Nix store '${fromStore}'`);
	const inTest = st.host.getEnv?.("_NIX_IN_TEST") !== undefined;
	if (!(inTest ? /^(https?|file):\/\// : /^https?:\/\//).test(fromStore))
		throw fail("'fetchClosure' only supports http:// and https:// stores");
	if (fromStore.includes("?")) throw fail(`'fetchClosure' does not support URL query parameters (in '${fromStore}')`);
	const fetch = st.host.fetchClosure;
	if (fetch === undefined) throw unsupported(st, "fetchClosure");
	const request = { fromStore, fromPath, toPath, inputAddressed };
	const path = adopting(st, () => fetch(request));
	allowClosure(st, path);
	return new NixString(path.toString(st.host.store.storeDir), Context.fromSorted([path.baseName]));
};
