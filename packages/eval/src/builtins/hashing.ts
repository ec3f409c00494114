import { type HashFormat, hashFormatOf, hashString } from "@tsnix/store";
import { EvalBaseError } from "../errors/errors";
import type { Evaluator } from "../runtime/evaluator";
import { bytesOf, forceAttrs, forceStringNoContext, forceStringValue } from "../runtime/expect";
import { requiredAttr } from "../runtime/required-attr";
import type { Builtin } from "./builtin";
import { hashAlgorithm, parseHashArgument } from "./hash-or-empty";

const parseFormat = (st: Evaluator, name: string): HashFormat => {
	const format = hashFormatOf(name);
	if (format === undefined)
		throw st.fail(
			new EvalBaseError(
				"NIX_HASH_FORMAT",
				`unknown hash format '${name}', expect 'base16', 'base32', 'base64', or 'sri'`,
			),
			0,
		);
	if (name === "base32")
		st.host.log?.({ kind: "warning", text: '"base32" is a deprecated alias for hash format "nix32".' });
	return format;
};

/** Hashes of strings, and their forms. */
export const hashBuiltins: readonly Builtin[] = [
	{
		name: "__hashString",
		args: ["type", "s"],
		doc: 'The hash of the string *s* in base 16. *type* is `"md5"`, `"sha1"`, `"sha256"` or `"sha512"`, and `"blake3"` where that experimental feature is on.',
		fn: (st, type, s) => {
			const algorithm = hashAlgorithm(
				st,
				forceStringNoContext(st, type, 0, "while evaluating the first argument passed to builtins.hashString"),
			);
			return hashString(
				algorithm,
				bytesOf(forceStringValue(st, s, 0, "while evaluating the second argument passed to builtins.hashString")),
			).base16();
		},
	},
	{
		name: "__convertHash",
		args: ["args"],
		doc:
			'A hash in another form. *args* is `{ hash, hashAlgo ? null, toHashFormat }`: `toHashFormat` is `"base16"`, `"nix32"`, ' +
			'`"base64"` or `"sri"`; `hashAlgo` may be left out where `hash` names its algorithm (`sha256:…`, `sha256-…`).',
		fn: (st, args) => {
			const attrs = forceAttrs(st, args, 0, "while evaluating the first argument passed to builtins.convertHash");
			const { symbols } = st;
			const at = requiredAttr(st, attrs, symbols.create("hash"), "while locating the attribute 'hash'");
			const hash = forceStringNoContext(st, attrs.vals[at], 0, "while evaluating the attribute 'hash'");
			const algoAt = attrs.shape.index(symbols.create("hashAlgo"));
			const algorithm =
				algoAt < 0
					? undefined
					: hashAlgorithm(
							st,
							forceStringNoContext(st, attrs.vals[algoAt], 0, "while evaluating the attribute 'hashAlgo'"),
						);
			const formatAt = requiredAttr(
				st,
				attrs,
				symbols.create("toHashFormat"),
				"while locating the attribute 'toHashFormat'",
			);
			const format = parseFormat(
				st,
				forceStringNoContext(st, attrs.vals[formatAt], 0, "while evaluating the attribute 'toHashFormat'"),
			);
			return parseHashArgument(st, hash, algorithm).format(format);
		},
	},
];
