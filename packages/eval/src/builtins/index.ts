import type { Evaluator } from "../runtime/evaluator";
import { arithmeticBuiltins } from "./arithmetic";
import type { Builtin, BuiltinConstant } from "./builtin";
import { literalConstants } from "./constants";
import { contextBuiltins } from "./context";
import { controlBuiltins } from "./control";
import { derivationBuiltins } from "./derivation";
import { environmentBuiltins, environmentConstants } from "./environment";
import { fetchBuiltins } from "./fetch";
import { fileBuiltins } from "./files";
import { genericClosureBuiltins } from "./generic-closure";
import { groupByBuiltins } from "./group-by";
import { hashBuiltins } from "./hashing";
import { importBuiltins } from "./import";
import { type InternalBuiltins, inRegistrationOrder, installTable, shortName } from "./install";
import { listBuiltins } from "./lists";
import { pathBuiltins } from "./paths";
import { regexBuiltins } from "./regex";
import { serialisationBuiltins } from "./serialisation";
import { setBuiltins } from "./sets";
import { sortBuiltins } from "./sort";
import { stringBuiltins } from "./strings";
import { typeBuiltins } from "./types";
import { versionBuiltins } from "./versions";

export type { Builtin, BuiltinConstant } from "./builtin";
export type { InternalBuiltins } from "./install";

const functions: readonly Builtin[] = [
	...arithmeticBuiltins,
	...contextBuiltins,
	...controlBuiltins,
	...derivationBuiltins,
	...environmentBuiltins,
	...fetchBuiltins,
	...fileBuiltins,
	...genericClosureBuiltins,
	...groupByBuiltins,
	...hashBuiltins,
	...importBuiltins,
	...listBuiltins,
	...pathBuiltins,
	...regexBuiltins,
	...serialisationBuiltins,
	...setBuiltins,
	...sortBuiltins,
	...stringBuiltins,
	...typeBuiltins,
	...versionBuiltins,
];

const constants: readonly BuiltinConstant[] = [...literalConstants, ...environmentConstants];

/**
 * Gives an evaluation its builtins: fills `st.globals` and `st.builtins`. `extra` are further ones that the embedder
 * brings (`builtins.parseFlakeRef`, say, which needs to know flakes); one of a name already there is left out.
 */
export const installBuiltins = (st: Evaluator, extra: readonly Builtin[] = []): InternalBuiltins => {
	const known = new Set(functions.map(({ name }) => name));
	return installTable(st, { functions: [...functions, ...extra.filter(({ name }) => !known.has(name))], constants });
};

/** What documentation says of a builtin. Constants have no arguments, and the arity 0. */
export interface BuiltinDoc {
	readonly name: string;
	readonly args: readonly string[];
	/** Markdown. */
	readonly doc: string;
	readonly arity: number;
	/** For constants: what they are. */
	readonly type?: string;
	/** The experimental feature that it needs. */
	readonly feature?: string;
	/** Not there in pure evaluation. */
	readonly impureOnly?: boolean;
}

/**
 * The documentation of all builtins, in the order of registration; `extra` are further ones that the embedder brings.
 *
 *     builtinDocs().find(({ name }) => name === "head")   // { name: "head", args: ["list"], arity: 1, doc: "…" }
 */
export const builtinDocs = (extra: readonly Builtin[] = []): BuiltinDoc[] =>
	inRegistrationOrder<Builtin | BuiltinConstant>([...constants, ...functions, ...extra]).flatMap(
		(entry): BuiltinDoc[] => {
			const { name, doc } = entry;
			if ("value" in entry) {
				const { type, impureOnly } = entry;
				return [{ name: shortName(name), args: [], doc, arity: 0, type, ...(impureOnly ? { impureOnly } : {}) }];
			}
			const { args, feature, internal } = entry;
			if (internal) return [];
			return [{ name: shortName(name), args, doc, arity: args.length, ...(feature === undefined ? {} : { feature }) }];
		},
	);
