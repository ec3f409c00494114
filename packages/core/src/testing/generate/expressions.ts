import { attributeName, floatLiteral, gap, indented, integerLiteral, quoted, text, variableName } from "./literals";
import { Random } from "./random";
import { globalNames, type Signature, signatures } from "./signatures";
import { specialString } from "./special-strings";
import { anything, argument, type Expression, items, leaf, level, node, type Part, slot } from "./tree";
import { type FunctionType, fits, fn, simpleTypes, type Type } from "./types";

interface Variable {
	readonly name: string;
	readonly type: Type;
}

export interface GenerateOptions {
	/** Whether strings may hold bytes that are not UTF-8. */
	readonly oddBytes: boolean;
	/** Roughly how many expressions a program has. */
	readonly size: number;
	/** How likely an expression is of another type than the one that is wanted. */
	readonly wrong: number;
}

/** A program made at random; the same for the same seed and options. */
export const generateProgram = (seed: number, options: GenerateOptions): Expression => {
	const random = new Random(seed);
	const wanted = random.pick(["set", "list", "string", "any", "any", "int", "bool", "derivation"] as const);
	return new Generator(random, options).expression(wanted);
};

/** Everything but `inf`, `nan` and functions is written so that it reads back as one argument. */
class Generator {
	private scope: readonly Variable[] = [];
	private fuel: number;
	private depth = 0;

	constructor(
		private readonly random: Random,
		private readonly options: GenerateOptions,
	) {
		this.fuel = 4 + random.below(options.size);
	}

	/** An expression that probably has a value of the type. */
	expression(type: Type): Expression {
		const { random } = this;
		if (random.chance(this.options.wrong)) return this.sound(random.pick([...simpleTypes, fn("any", "any")]));
		return this.sound(type);
	}

	private sound(type: Type): Expression {
		const { random } = this;
		this.fuel--;
		this.depth++;
		try {
			if (random.chance(0.3)) {
				const known = this.scope.filter((variable) => fits(variable.type, type));
				if (known.length > 0) return leaf(random.pick(known).name);
			}
			if (this.fuel <= 0 || this.depth > 9) return this.smallest(type);
			return random.chance(0.27) ? this.general(type) : this.specific(type);
		} finally {
			this.depth--;
		}
	}

	private gap = (): string => gap(this.random);

	/** With further names in scope. */
	private within<T>(variables: readonly Variable[], make: () => T): T {
		const { scope } = this;
		const hidden = new Set(variables.map((variable) => variable.name));
		this.scope = [...scope.filter((variable) => !hidden.has(variable.name)), ...variables];
		try {
			return make();
		} finally {
			this.scope = scope;
		}
	}

	private smallest(type: Type): Expression {
		const { random } = this;
		if (typeof type === "object")
			return random.chance(0.5)
				? node(level.expression, "x:", " ", anything(this.smallest(type.to)))
				: node(level.expression, "_: ", anything(this.smallest(type.to)));
		switch (type) {
			case "int":
				return leaf(integerLiteral(random));
			case "float":
				return leaf(floatLiteral(random));
			case "number":
				return this.smallest(random.chance(0.7) ? "int" : "float");
			case "bool":
				return leaf(random.pick(["true", "false"]));
			case "null":
				return leaf("null");
			case "string":
				return this.stringLiteral(true);
			case "path":
				return leaf(this.pathLiteral());
			case "list":
				return leaf(random.pick(["[ ]", "[ 1 2 ]", '[ "a" ]']));
			case "strings":
				return leaf(random.pick(["[ ]", '[ "a" "b" ]', '[ "" ]']));
			case "ints":
				return leaf(random.pick(["[ ]", "[ 3 1 2 ]", "[ 0 ]"]));
			case "sets":
				return leaf(random.pick(["[ { a = 1; } { b = 2; a = 3; } ]", '[ { name = "a"; value = 1; } ]']));
			case "set":
				return leaf(
					random.pick(["{ }", "{ a = 1; }", "{ a = 1; b = 2; c.x = 3; }", '{ key = 1; name = "a"; value = 2; }']),
				);
			case "derivation":
				return leaf('(derivation { name = "d"; system = "s"; builder = "/b"; })');
			default:
				return this.smallest(random.pick(simpleTypes));
		}
	}

	/** Forms that have a value of any type. */
	private general(type: Type): Expression {
		const { random, gap } = this;
		switch (random.below(18)) {
			case 0:
			case 1:
			case 2:
				return this.letIn(type);
			case 3:
				return node(
					level.expression,
					"with",
					gap(),
					anything(this.expression("set")),
					";",
					gap(),
					anything(this.within(this.attributesAsVariables(), () => this.expression(type))),
				);
			case 4:
				return node(
					level.expression,
					"if",
					gap(),
					anything(this.expression("bool")),
					gap(),
					"then",
					gap(),
					anything(this.expression(type)),
					gap(),
					"else",
					gap(),
					anything(this.expression(type)),
				);
			case 5:
				return node(
					level.expression,
					"assert",
					gap(),
					anything(random.chance(0.6) ? this.truth() : this.expression("bool")),
					";",
					gap(),
					anything(this.expression(type)),
				);
			case 6:
			case 7: {
				const from = random.pick(simpleTypes);
				return this.applied(this.lambda(fn(from, type)), this.expression(from));
			}
			case 8: {
				const name = attributeName(random);
				return node(
					level.select,
					argument(this.set([[name, type]])),
					random.chance(0.1) ? " . " : ".",
					name,
					...(random.chance(0.2) ? [" or ", argument(this.expression(type))] : []),
				);
			}
			case 9:
				return node(
					level.select,
					argument(this.expression("set")),
					".",
					...this.attributePath(),
					gap(),
					"or",
					gap(),
					argument(this.expression(type)),
				);
			case 10:
				return this.call(random.pick(["head", "elemAt"]), [
					node(level.select, "[ ", argument(this.expression(type)), " ", argument(this.expression("any")), " ]"),
					leaf("0"),
				]);
			case 11:
				return node(
					level.select,
					argument(this.call("tryEval", [this.expression(type)])),
					random.pick([".value", ".value", ".success"]),
				);
			case 12:
				return this.call(random.pick(["seq", "deepSeq", "trace", "warn", "traceVerbose", "addErrorContext"]), [
					this.expression(random.chance(0.6) ? "string" : "any"),
					this.expression(type),
				]);
			case 13:
				return node(
					level.pipe,
					slot(level.implies, this.expression("any")),
					" |> ",
					slot(level.implies, this.lambda(fn("any", type))),
				);
			case 14:
				return random.chance(0.5)
					? node(
							level.pipe,
							slot(level.implies, this.lambda(fn("any", type))),
							" <| ",
							slot(level.implies, this.expression("any")),
						)
					: node(level.select, "(", gap(), anything(this.expression(type)), gap(), ")");
			case 15:
				return this.functor(type);
			case 16:
				return this.recursion(type);
			default:
				return this.patternCall(type);
		}
	}

	private attributesAsVariables(): Variable[] {
		return this.random.some(0, 3, () => ({ name: variableName(this.random), type: this.random.pick(simpleTypes) }));
	}

	/** A condition that probably holds. */
	private truth(): Expression {
		const { random } = this;
		const value = this.smallest(random.pick(["int", "string", "list", "set", "float"]));
		return random.pick([
			leaf("true"),
			node(level.equals, slot(level.less, value), " == ", slot(level.less, value)),
			node(level.implies, slot(level.or, leaf("false")), " -> ", slot(level.implies, this.expression("bool"))),
			node(level.or, slot(level.or, leaf("true")), " || ", slot(level.and, this.expression("any"))),
		]);
	}

	private letIn(type: Type): Expression {
		const { random } = this;
		const names = [...new Set(random.some(1, 4, () => variableName(random)))];
		const variables = names.map((name): Variable => ({ name, type: this.someType() }));
		return this.within(variables, () => {
			const definitions = variables.map((variable) => this.definition(variable.name, variable.type));
			if (random.chance(0.1)) definitions.push(["inherit (", anything(this.expression("set")), ") a; "]);
			if (random.chance(0.06)) definitions.push(this.definition(`${random.pick(names)}.x`, "any"));
			const body = this.expression(type);
			if (random.chance(0.04))
				return node(level.select, "let { ", items(definitions), "body = ", anything(body), "; }");
			return node(level.expression, "let", this.gap(), items(definitions), "in", this.gap(), anything(body));
		});
	}

	private someType(): Type {
		const { random } = this;
		return random.chance(0.25) ? fn(random.pick(simpleTypes), random.pick(simpleTypes)) : random.pick(simpleTypes);
	}

	private definition(name: string, type: Type): Part[] {
		return [name, this.random.chance(0.95) ? " = " : "=", anything(this.expression(type)), ";", this.gap()];
	}

	private attributePath(): Part[] {
		const { random } = this;
		const parts: Part[] = [];
		for (
			let n = random.weighted([
				[8, 0],
				[3, 1],
				[1, 2],
			]);
			n >= 0;
			n--
		) {
			if (random.chance(0.08)) parts.push("${", anything(this.expression("string")), "}");
			else if (random.chance(0.03)) parts.push('"', ...this.interpolation(), '"');
			else parts.push(attributeName(random));
			if (n > 0) parts.push(".");
		}
		return parts;
	}

	/** A set that has the attributes told, and probably others. */
	private set(wanted: readonly (readonly [string, Type])[] = []): Expression {
		const { random } = this;
		const recursive = random.chance(0.2);
		const named = new Map(wanted);
		for (let n = random.below(3); n > 0; n--) {
			const name = attributeName(random);
			if (!named.has(name)) named.set(name, this.someType());
		}
		const usable = [...named].filter(([name]) => /^[\w'-]+$/.test(name) && name !== "or");
		return this.within(recursive ? usable.map(([name, type]) => ({ name, type })) : [], () => {
			const definitions = [...named].map(([name, type]) => this.definition(name, type));
			if (random.chance(0.12))
				definitions.push([...this.attributePath(), " = ", anything(this.expression("any")), ";", this.gap()]);
			if (random.chance(0.06)) {
				const inherited = this.scope.filter((variable) => !named.has(variable.name)).slice(0, 2);
				if (inherited.length > 0)
					definitions.push([`inherit ${[...new Set(inherited.map((v) => v.name))].join(" ")}; `]);
			}
			if (random.chance(0.05)) definitions.push(["inherit (", anything(this.expression("set")), ") q; "]);
			if (random.chance(0.03)) definitions.push(["q.r = ", anything(this.expression("any")), "; q.s = 1; "]);
			if (random.chance(0.02)) definitions.push(["__toString = ", anything(this.lambda(fn("set", "string"))), "; "]);
			if (random.chance(0.02)) definitions.push(["outPath = ", anything(this.expression("string")), "; "]);
			if (random.chance(0.01)) definitions.push(['type = "derivation"; ']);
			if (recursive && random.chance(0.04))
				definitions.push(["__overrides = ", anything(this.expression("set")), "; "]);
			for (let i = definitions.length - 1; i > 0; i--) {
				const j = random.below(i + 1);
				[definitions[i], definitions[j]] = [definitions[j], definitions[i]];
			}
			return node(level.select, recursive ? "rec { " : `{${this.gap()}`, items(definitions), "}");
		});
	}

	private lambda(type: FunctionType): Expression {
		const { random } = this;
		if (type.from === "set" && random.chance(0.4)) return this.pattern(type.to);
		if (random.chance(0.08)) {
			const known = signatures.filter((s) => s.takes.length === 1 && fits(s.gives, type.to) && s.name !== "throw");
			if (known.length > 0) return this.builtin(random.pick(known).name);
		}
		if (random.chance(0.03)) return this.functor(type);
		const name = variableName(random);
		return node(
			level.expression,
			`${name}:`,
			this.gap(),
			anything(this.within([{ name, type: type.from }], () => this.expression(type.to))),
		);
	}

	private functor(to: Type): Expression {
		const made = node(
			level.select,
			"{ __functor = ",
			anything(
				this.random.chance(0.7)
					? node(level.expression, "self: ", anything(this.lambda(fn("any", typeof to === "object" ? to.to : to))))
					: this.expression("any"),
			),
			"; a = 1; }",
		);
		return typeof to === "object" ? made : this.applied(made, this.expression("any"));
	}

	/** A function of a set, its argument taken apart. */
	private pattern(to: Type): Expression {
		const { random } = this;
		const names = [...new Set(random.some(0, 4, () => variableName(random)))];
		const whole = random.chance(0.25) ? random.pick(["args", "self", "a"]) : undefined;
		const variables: Variable[] = names.map((name) => ({ name, type: random.pick(simpleTypes) }));
		return this.within([...variables, ...(whole === undefined ? [] : [{ name: whole, type: "set" } as const])], () => {
			const formals = variables.map(({ name, type }): Part[] =>
				random.chance(0.5) ? [name, " ? ", anything(this.expression(type)), ", "] : [`${name}, `],
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
				this.gap(),
				anything(this.expression(to)),
			);
		});
	}

	private patternCall(type: Type): Expression {
		return this.applied(this.pattern(type), this.expression("set"));
	}

	/** A function that calls itself until a number is used up. */
	private recursion(type: Type): Expression {
		const { random } = this;
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
			anything(this.expression(type)),
			` else ${step.replace("seq", "builtins.seq")}; in f ${n}`,
		);
	}

	private applied(f: Expression, ...args: readonly Expression[]): Expression {
		const parts: Part[] = [slot(level.apply, f)];
		for (const arg of args) parts.push(this.gap(), argument(arg));
		return node(level.apply, ...parts);
	}

	private builtin(name: string): Expression {
		return leaf(globalNames.has(name) && this.random.chance(0.6) ? name : `builtins.${name}`);
	}

	private call(name: string, args: readonly Expression[]): Expression {
		if (name === "head") args = args.slice(0, 1);
		return this.applied(this.builtin(name), ...args);
	}

	private callSignature({ name, takes }: Signature): Expression {
		const { random } = this;
		const args = takes.map((type, i) => this.specialArgument(name, i) ?? this.expression(type));
		// Too few or too many arguments now and then.
		if (random.chance(0.015)) args.pop();
		else if (random.chance(0.01)) args.push(this.expression("any"));
		return this.call(name, args);
	}

	/** Arguments that a builtin needs to do more than to fail. */
	private specialArgument(name: string, i: number): Expression | undefined {
		const { random } = this;
		// A large list takes long, and whether there is room for it is nobody's language.
		if (random.chance(0.12) && name !== "genList") return undefined;
		const string = (value: string | undefined): Expression | undefined =>
			value === undefined ? undefined : leaf(`"${value.replace(/[\\"]|\$(?=\{)/g, "\\$&")}"`);
		switch (name) {
			case "genList":
				return i === 1 ? leaf(String(random.below(6))) : undefined;
			case "elemAt":
				return i === 1 ? leaf(random.pick(["0", "1", "2", "(-1)"])) : undefined;
			case "getAttr":
			case "hasAttr":
			case "catAttrs":
			case "unsafeGetAttrPos":
				return i === 0 ? leaf(random.pick(['"a"', '"b"', '"x"', '"foo"', '"zz"'])) : undefined;
			case "genericClosure":
				return this.closure();
			case "derivation":
			case "derivationStrict":
				return this.derivationAttributes();
			case "path":
				return this.pathAttributes();
			case "convertHash":
				return this.hashAttributes();
			case "appendContext":
				return i === 1 ? this.contextSet() : undefined;
			case "unsafeDiscardOutputDependency":
			case "addDrvOutputDependencies":
			case "getContext":
			case "hasContext":
			case "unsafeDiscardStringContext":
				return random.chance(0.7) ? this.contextString() : undefined;
			case "listToAttrs":
				return random.chance(0.6) ? this.pairs() : undefined;
			case "removeAttrs":
				return i === 1 ? leaf(random.pick(['[ "a" ]', '[ "x" "b" ]', "[ ]", '[ "a" "a" ]'])) : undefined;
			case "storePath":
				return leaf(random.pick(["/nix/store/x", '"/foo"', '"/nix/store/ffffffffffffffffffffffffffffffff-x"', '"a"']));
			case "getEnv":
				return leaf(random.pick(['"TSNIX_UNSET"', '""', '"HOME"']));
			case "outputOf":
				return i === 0 ? this.contextString() : leaf(random.pick(['"out"', '"dev"', '""', '"a b"']));
			case "findFile":
				return i === 0
					? leaf(
							random.pick([
								"[ ]",
								'[ { prefix = ""; path = ./.; } ]',
								'[ { prefix = "x"; path = ./dir; } ]',
								"[ { } ]",
							]),
						)
					: leaf(random.pick(['"a.nix"', '"x"', '"x/x"', '"dir"', '"nope"', '""']));
			default:
				return string(specialString(random, name, i));
		}
	}

	private pairs(): Expression {
		const { random } = this;
		return node(
			level.select,
			"[ ",
			items(
				random.some(0, 4, () => [
					"{ name = ",
					anything(random.chance(0.7) ? leaf(random.pick(['"a"', '"b"', '"x y"', '""'])) : this.expression("string")),
					"; value = ",
					anything(this.expression("any")),
					"; } ",
				]),
			),
			"]",
		);
	}

	private closure(): Expression {
		const { random } = this;
		const key = random.pick(["int", "int", "string", "list", "path", "any"] as const);
		const bound = 1 + random.below(8);
		const step = random.pick([
			`if builtins.isInt x.key && x.key < ${bound} then [ { key = x.key + 1; } { key = x.key + 2; y = 1; } ] else [ ]`,
			"[ ]",
			"[ x ]",
			"builtins.tail [ x ]",
			"[ { key = 1; } ]",
			'[ { key = "a"; } ]',
			"x.next",
			"[ 1 ]",
			"x",
			"[ { } ]",
		]);
		return node(
			level.select,
			"{ startSet = [ ",
			items(random.some(0, 4, () => ["{ key = ", anything(this.expression(key)), "; } "])),
			`]; operator = x: ${step}; }`,
		);
	}

	private derivationAttributes(): Expression {
		const { random } = this;
		const parts: Part[][] = [];
		const add = (chance: number, ...definition: Part[]): void => {
			if (random.chance(chance)) parts.push([...definition, "; "]);
		};
		if (random.chance(0.9))
			add(
				1,
				"name = ",
				random.chance(0.8)
					? random.pick(['"d"', '"a-1.0"', '"x.drv"', '"a b"', '".a"', '""', '"a?b"'])
					: anything(this.expression("string")),
			);
		add(0.95, "system = ", random.chance(0.9) ? '"x86_64-linux"' : anything(this.expression("string")));
		add(0.95, "builder = ", random.chance(0.7) ? '"/bin/sh"' : anything(this.expression("string")));
		add(0.3, "args = ", anything(this.expression("strings")));
		add(
			0.25,
			"outputs = ",
			random.pick([
				'[ "out" "dev" ]',
				'[ "dev" ]',
				'[ "out" ]',
				"[ ]",
				'[ "out" "out" ]',
				'[ "drv" ]',
				'[ "a b" ]',
				'"out"',
				'[ "" ]',
				'[ "drvPath" ]',
			]),
		);
		add(0.15, "__structuredAttrs = ", anything(this.expression("bool")));
		add(0.1, "__ignoreNulls = ", anything(this.expression("bool")));
		add(0.1, "__contentAddressed = ", anything(this.expression("bool")));
		add(0.07, "__impure = ", anything(this.expression("bool")));
		add(
			0.15,
			"outputHash = ",
			random.pick([
				'"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="',
				'""',
				'"d41d8cd98f00b204e9800998ecf8427e"',
				'"x"',
				'"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"',
			]),
		);
		add(0.13, "outputHashAlgo = ", random.pick(['"sha256"', '"md5"', '"x"', "null", '""', "1"]));
		add(0.15, "outputHashMode = ", random.pick(['"flat"', '"recursive"', '"nar"', '"text"', '"git"', '"x"']));
		for (let n = random.below(3); n > 0; n--)
			add(
				1,
				`${variableName(random)} = `,
				anything(this.expression(random.pick(["any", "string", "derivation", "list", "path"]))),
			);
		add(0.05, "allowedReferences = ", anything(this.expression("strings")));
		add(0.05, "passAsFile = ", anything(this.expression("strings")));
		add(0.05, "exportReferencesGraph = ", anything(this.expression("strings")));
		add(0.04, "__json = ", anything(this.expression("string")));
		return node(level.select, "{ ", items(parts), "}");
	}

	private pathAttributes(): Expression {
		const { random } = this;
		const parts: Part[][] = [["path = ", anything(this.expression("path")), "; "]];
		if (random.chance(0.4)) parts.push(["name = ", anything(this.expression("string")), "; "]);
		if (random.chance(0.3))
			parts.push(["filter = ", anything(this.expression(fn("string", fn("string", "bool")))), "; "]);
		if (random.chance(0.3)) parts.push(["recursive = ", anything(this.expression("bool")), "; "]);
		if (random.chance(0.1))
			parts.push([
				"sha256 = ",
				random.pick(['"x"', '"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="', '""']),
				"; ",
			]);
		if (random.chance(0.05)) parts.push(["foo = 1; "]);
		return node(level.select, "{ ", items(parts), "}");
	}

	private hashAttributes(): Expression {
		const { random } = this;
		const hash = random.pick([
			"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
			"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
			"sha256:1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s",
			"d41d8cd98f00b204e9800998ecf8427e",
			"md5:d41d8cd98f00b204e9800998ecf8427e",
			"",
			"x",
			"sha256-",
			"sha1:x",
			"foo-bar",
		]);
		const parts: Part[][] = [[`hash = "${hash}"; `]];
		if (random.chance(0.5))
			parts.push([`hashAlgo = "${random.pick(["sha256", "md5", "sha1", "sha512", "blake3", "x"])}"; `]);
		if (random.chance(0.95))
			parts.push([`toHashFormat = "${random.pick(["base16", "nix32", "base32", "base64", "sri", "x"])}"; `]);
		return node(level.select, "{ ", items(parts), "}");
	}

	private contextSet(): Expression {
		const { random } = this;
		const key = random.pick([
			"/nix/store/ffffffffffffffffffffffffffffffff-x",
			"/nix/store/ffffffffffffffffffffffffffffffff-x.drv",
			"/nix/store/x",
			"a",
			"/nix/store/eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee-y",
		]);
		const value = random.pick([
			"{ path = true; }",
			"{ path = false; }",
			'{ outputs = [ "out" ]; }',
			'{ outputs = [ "dev" "out" ]; }',
			"{ allOutputs = true; }",
			"{ }",
			"1",
			"{ x = 1; }",
			"{ outputs = [ 1 ]; }",
			"{ outputs = [ ]; path = true; }",
			'builtins.getContext "a"',
		]);
		return leaf(`{ "${key}" = ${value}; }`);
	}

	/** A string that probably has a context. */
	private contextString(): Expression {
		const { random } = this;
		switch (random.below(7)) {
			case 0:
				return node(
					level.select,
					argument(this.expression("derivation")),
					random.pick([".drvPath", ".outPath", ".out.outPath", ".dev"]),
				);
			case 1:
				return node(
					level.select,
					'"',
					random.pick(["", "a", " "]),
					"${",
					anything(this.expression("derivation")),
					"}",
					random.pick(["", "/b", " "]),
					'"',
				);
			case 2:
				return this.call("toFile", [leaf(random.pick(['"f"', '"x.txt"', '"a b"'])), this.expression("string")]);
			case 3:
				return this.call("appendContext", [this.expression("string"), this.contextSet()]);
			case 4:
				return node(level.select, '"${', anything(this.expression("path")), '}"');
			case 5:
				return this.call("unsafeDiscardOutputDependency", [this.contextString()]);
			default:
				return node(
					level.add,
					slot(level.add, this.expression("string")),
					" + ",
					slot(level.multiply, this.expression("derivation")),
				);
		}
	}

	private operator(at: number, symbol: string, left: Type, right: Type, side: "left" | "right" | "none"): Expression {
		const { random } = this;
		const around = random.chance(0.93) || symbol === "/" ? this.gap() : "";
		return node(
			at,
			slot(side === "left" ? at : at + 1, this.expression(left)),
			around === "" ? "" : around,
			symbol,
			around === "" && symbol !== "-" ? "" : " ",
			slot(side === "right" ? at : at + 1, this.expression(right)),
		);
	}

	private specific(type: Type): Expression {
		const { random } = this;
		if (typeof type === "object") return this.lambda(type);
		if (random.chance(0.45)) {
			const known = signatures.filter((s) => fits(s.gives, type) && (s.gives !== "any" || random.chance(0.3)));
			if (known.length > 0) return this.callSignature(random.pick(known));
		}
		switch (type) {
			case "int":
			case "float":
			case "number":
				return this.arithmetic(type);
			case "bool":
				return this.condition();
			case "null":
				return leaf("null");
			case "string":
				return this.string();
			case "path":
				return this.path();
			case "list":
			case "strings":
			case "ints":
			case "sets":
				return this.list(type);
			case "set":
				return random.chance(0.75)
					? this.set()
					: random.chance(0.7)
						? this.operator(level.update, "//", "set", "set", "right")
						: this.expression("derivation");
			case "derivation":
				return this.call("derivation", [this.derivationAttributes()]);
			default:
				return random.chance(0.08)
					? this.lambda(fn("any", "any"))
					: this.sound(random.pick([...simpleTypes, "derivation"]));
		}
	}

	private arithmetic(type: "int" | "float" | "number"): Expression {
		const { random } = this;
		switch (random.below(7)) {
			case 0:
				return this.operator(level.add, "+", type, type, "left");
			case 1:
				return this.operator(level.add, "-", type, type, "left");
			case 2:
				return this.operator(level.multiply, "*", type, type, "left");
			case 3:
				return this.operator(level.multiply, "/", type, type, "left");
			case 4:
				return node(level.negate, random.chance(0.9) ? "-" : "- ", slot(level.negate, this.expression(type)));
			case 5:
				if (type !== "int" && random.chance(0.3))
					return leaf(
						random.pick(["(1.0e308 * 10)", "(1.0e308 * 10 - 1.0e308 * 10)", "(-0.0)", "(0.0 * -1)", "(-1.0e308 * 10)"]),
					);
				return this.smallest(type);
			default:
				return this.smallest(type);
		}
	}

	private condition(): Expression {
		const { random } = this;
		switch (random.below(10)) {
			case 0:
				return this.operator(level.and, "&&", "bool", "bool", "left");
			case 1:
				return this.operator(level.or, "||", "bool", "bool", "left");
			case 2:
				return this.operator(level.implies, "->", "bool", "bool", "right");
			case 3:
				return node(level.not, "!", slot(level.not, this.expression("bool")));
			case 4:
			case 5: {
				const type = random.pick(simpleTypes);
				return this.operator(level.equals, random.pick(["==", "!="]), type, random.chance(0.8) ? type : "any", "none");
			}
			case 6:
			case 7: {
				const type = random.pick(["number", "string", "list", "ints", "path", "int"] as const);
				return this.operator(level.less, random.pick(["<", "<=", ">", ">="]), type, type, "none");
			}
			case 8:
				return node(
					level.has,
					slot(level.negate, this.expression(random.chance(0.8) ? "set" : "any")),
					" ? ",
					...this.attributePath(),
				);
			default:
				return this.smallest("bool");
		}
	}

	private list(type: "list" | "strings" | "ints" | "sets"): Expression {
		const { random } = this;
		if (random.chance(0.15)) return this.operator(level.concat, "++", type, type, "right");
		const of = { list: "any", strings: "string", ints: "int", sets: "set" } as const;
		const elements = random.some(0, 4, (): Part[] => [argument(this.expression(of[type])), this.gap()]);
		return node(level.select, "[", this.gap(), items(elements), "]");
	}

	private interpolation(): Part[] {
		const { random } = this;
		const type = random.chance(0.7) ? "string" : random.pick(["path", "derivation", "set", "int"] as const);
		return [
			random.pick(["", "a", " ", "\xc3\xa9"]),
			"${",
			anything(this.expression(type)),
			"}",
			random.pick(["", "b", "$", "/"]),
		];
	}

	private stringLiteral(plain = false): Expression {
		const { random, options } = this;
		const pieces = (write: (value: string) => string): Part[][] =>
			random.some(0, plain ? 2 : 4, () =>
				plain || random.chance(0.6) ? [write(text(random, options.oddBytes))] : this.interpolation(),
			);
		if (random.chance(0.75)) return node(level.select, '"', items(pieces((value) => quoted(random, value))), '"');
		const indent = random.pick(["", "\n  ", "\n    ", "\n\t", "\n", " "]);
		const lines = pieces((value) => indented(random, value)).map((piece) => [
			...piece,
			random.pick(["", indent, "\n"]),
		]);
		return node(level.select, "''", indent, items(lines), random.chance(0.5) ? "\n" : "", "''");
	}

	private string(): Expression {
		const { random } = this;
		switch (random.below(9)) {
			case 0:
			case 1:
				return this.operator(level.add, "+", "string", random.chance(0.85) ? "string" : "path", "left");
			case 2:
				return this.contextString();
			case 3:
				return random.chance(0.3)
					? leaf(random.pick(["http://example.org/a?b=c", "x:y", "mailto:a@b.c", "a.b+c-d:x"]))
					: this.stringLiteral();
			case 4:
				return node(
					level.select,
					'"${',
					anything(
						node(
							level.select,
							random.pick(["{ __toString = ", "{ outPath = "]),
							anything(random.chance(0.6) ? this.lambda(fn("set", "string")) : this.expression("string")),
							"; }",
						),
					),
					'}"',
				);
			default:
				return this.stringLiteral();
		}
	}

	private pathLiteral(): string {
		return this.random.pick([
			"./a.nix",
			"./dir",
			"./dir/x",
			"./b.json",
			"./nope",
			"/foo",
			"/foo/bar.nix",
			"./.",
			"./c.toml",
			"./link",
			"a/b",
			"./dir/../a.nix",
			"./dir/.",
			"~/x",
			"<nope>",
			"<x/y>",
			"./bad.nix",
			"./list.nix",
		]);
	}

	private path(): Expression {
		const { random } = this;
		switch (random.below(7)) {
			case 0:
				return this.operator(level.add, "+", "path", random.chance(0.85) ? "string" : "path", "left");
			case 1:
				return node(
					level.select,
					random.pick(["./", "./dir/", "/foo/", "./a-", "/foo", "./dir/x-"]),
					"${",
					anything(this.expression("string")),
					"}",
					random.pick(["", "/x", "-y", ".nix"]),
				);
			case 2:
				return this.call("dirOf", [this.expression("path")]);
			default:
				return leaf(this.pathLiteral());
		}
	}
}
