import { general } from "./general";
import type { GenerateOptions, Generator, Variable } from "./generator";
import { gap } from "./literals";
import { Random } from "./random";
import { smallest } from "./smallest";
import { specific } from "./specific";
import { type Expression, leaf } from "./tree";
import { fits, fn, simpleTypes, type Type } from "./types";

/** A program made at random; the same for the same seed and options. */
export const generateProgram = (seed: number, options: GenerateOptions): Expression => {
	const random = new Random(seed);
	const wanted = random.pick(["set", "list", "string", "any", "any", "int", "bool", "derivation"] as const);
	return new Program(random, options).expression(wanted);
};

/** Everything but `inf`, `nan` and functions is written so that it reads back as one argument. */
class Program implements Generator {
	scope: readonly Variable[] = [];
	private fuel: number;
	private depth = 0;

	constructor(
		readonly random: Random,
		readonly options: GenerateOptions,
	) {
		this.fuel = 4 + random.below(options.size);
	}

	expression(type: Type): Expression {
		const { random } = this;
		if (random.chance(this.options.wrong)) return this.sound(random.pick([...simpleTypes, fn("any", "any")]));
		return this.sound(type);
	}

	sound(type: Type): Expression {
		const { random } = this;
		this.fuel--;
		this.depth++;
		try {
			if (random.chance(0.3)) {
				const known = this.scope.filter((variable) => fits(variable.type, type));
				if (known.length > 0) return leaf(random.pick(known).name);
			}
			if (this.fuel <= 0 || this.depth > 9) return this.smallest(type);
			return random.chance(0.27) ? general(this, type) : specific(this, type);
		} finally {
			this.depth--;
		}
	}

	smallest(type: Type): Expression {
		return smallest(this, type);
	}

	gap = (): string => gap(this.random);

	within<T>(variables: readonly Variable[], make: () => T): T {
		const { scope } = this;
		const hidden = new Set(variables.map((variable) => variable.name));
		this.scope = [...scope.filter((variable) => !hidden.has(variable.name)), ...variables];
		try {
			return make();
		} finally {
			this.scope = scope;
		}
	}
}
