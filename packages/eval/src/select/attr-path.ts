import { NixError } from "@tsnix/store";
import { EvalBaseError, TypeError } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { autoCall } from "../runtime/auto-call";
import { showType } from "../runtime/describe";
import type { Evaluator } from "../runtime/evaluator";
import { Attrs, type Lazy } from "../runtime/values";
import { suggest } from "../text/suggestions";

/** An attribute path on a command line that leads nowhere. */
export class AttrPathNotFoundError extends EvalBaseError {}

/** The steps of `a."b.c".d`. Throws where a quote is not closed. */
export const parseAttrPath = (path: string): string[] => {
	const steps: string[] = [];
	let step = "";
	for (let i = 0; i < path.length; i++) {
		const c = path[i];
		if (c === ".") {
			steps.push(step);
			step = "";
		} else if (c === '"') {
			const end = path.indexOf('"', i + 1);
			if (end < 0)
				throw new NixError("NIX_ATTR_PATH", `missing closing quote in selection path '${path}'`);
			step += path.slice(i + 1, end);
			i = end;
		} else step += c;
	}
	if (step !== "") steps.push(step);
	return steps;
};

/**
 * What an attribute path (`-A`) selects in a value. Functions on the way are called with `args`; numbers are indices
 * of lists.
 */
export const selectAlongPath = (
	st: Evaluator,
	path: string,
	args: Attrs,
	root: Lazy,
): { readonly value: Lazy; readonly pos: PosIdx } => {
	let value = root;
	let pos: PosIdx = 0;
	for (const step of parseAttrPath(path)) {
		const v = autoCall(st, args, value);
		const index = /^[0-9]+$/.test(step) && Number(step) <= 0xffffffff ? Number(step) : undefined;
		const wanted = index === undefined ? "a set" : "a list";
		if (index === undefined ? !(v instanceof Attrs) : !Array.isArray(v))
			throw st.fail(
				new TypeError(
					"NIX_TYPE",
					`the expression selected by the selection path '${path}' should be ${wanted} but is ${showType(v)}`,
				),
				0,
			);
		if (index === undefined) {
			const attrs = v as Attrs;
			if (step === "") throw new NixError("NIX_ATTR_PATH", `empty attribute name in selection path '${path}'`);
			const id = st.symbols.find(step);
			const i = id === undefined ? -1 : attrs.shape.index(id);
			if (i < 0) {
				const { names } = st.symbols;
				const error = st.fail(
					new AttrPathNotFoundError(
						"NIX_ATTR_PATH_NOT_FOUND",
						`attribute '${step}' in selection path '${path}' not found`,
					),
					0,
				);
				error.suggestions = suggest(
					attrs.shape.ids.map((n) => names[n]),
					step,
				);
				throw error;
			}
			value = attrs.vals[i];
			pos = attrs.shape.posAt(i);
		} else {
			const list = v as Lazy[];
			if (index >= list.length)
				throw st.fail(
					new AttrPathNotFoundError(
						"NIX_ATTR_PATH_NOT_FOUND",
						`list index ${step} in selection path '${path}' is out of range`,
					),
					0,
				);
			value = list[index];
			pos = 0;
		}
	}
	return { value, pos };
};
