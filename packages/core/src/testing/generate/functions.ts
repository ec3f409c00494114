/** Functions of every kind, and what calls itself. */
import { applied, builtin } from "./calls";
import type { Generator, Variable } from "./generator";
import { variableName } from "./literals";
import { signatures } from "./signatures";
import { anything, type Expression, items, level, node, type Part } from "./tree";
import { type FunctionType, fits, fn, simpleTypes, type Type } from "./types";

export const lambda = (g: Generator, type: FunctionType): Expression => {
	const { random } = g;
	if (type.from === "set" && random.chance(0.4)) return pattern(g, type.to);
	if (random.chance(0.08)) {
		const known = signatures.filter((s) => s.takes.length === 1 && fits(s.gives, type.to) && s.name !== "throw");
		if (known.length > 0) return builtin(g, random.pick(known).name);
	}
	if (random.chance(0.03)) return functor(g, type);
	const name = variableName(random);
	return node(
		level.expression,
		`${name}:`,
		g.gap(),
		anything(g.within([{ name, type: type.from }], () => g.expression(type.to))),
	);
};

export const functor = (g: Generator, to: Type): Expression => {
	const made = node(
		level.select,
		"{ __functor = ",
		anything(
			g.random.chance(0.7)
				? node(level.expression, "self: ", anything(lambda(g, fn("any", typeof to === "object" ? to.to : to))))
				: g.expression("any"),
		),
		"; a = 1; }",
	);
	return typeof to === "object" ? made : applied(g, made, g.expression("any"));
};

/** A function of a set, its argument taken apart. */
export const pattern = (g: Generator, to: Type): Expression => {
	const { random } = g;
	const names = [...new Set(random.some(0, 4, () => variableName(random)))];
	const whole = random.chance(0.25) ? random.pick(["args", "self", "a"]) : undefined;
	const variables: Variable[] = names.map((name) => ({ name, type: random.pick(simpleTypes) }));
	return g.within([...variables, ...(whole === undefined ? [] : [{ name: whole, type: "set" } as const])], () => {
		const formals = variables.map(({ name, type }): Part[] =>
			random.chance(0.5) ? [name, " ? ", anything(g.expression(type)), ", "] : [`${name}, `],
		);
		const end = random.chance(0.6) ? "... }" : "}";
		const before = random.chance(0.5);
		return node(
			level.expression,
			whole !== undefined && before ? `${whole}@` : "",
			"{ ",
			items(formals),
			end === "}" && formals.length === 0 ? "}" : end,
			whole !== undefined && !before ? ` @ ${whole}` : "",
			":",
			g.gap(),
			anything(g.expression(to)),
		);
	});
};

export const patternCall = (g: Generator, type: Type): Expression => {
	return applied(g, pattern(g, type), g.expression("set"));
};

/** A function that calls itself until a number is used up. */
export const recursion = (g: Generator, type: Type): Expression => {
	const { random } = g;
	const n = random.chance(0.002) ? 20000 : random.below(12);
	const step = random.pick([
		"f (n - 1)",
		"1 + f (n - 1)",
		"[ (f (n - 1)) ]",
		"{ a = f (n - 1); }",
		'f (n - 1) + "x"',
		"seq (f (n - 1)) n",
	]);
	return node(
		level.expression,
		"let f = n: if n == 0 then ",
		anything(g.expression(type)),
		` else ${step.replace("seq", "builtins.seq")}; in f ${n}`,
	);
};
