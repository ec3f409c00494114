import { type JSONHandler, parseJSON } from "./evaluation";

/** JSON as plain data. Strings are byte strings. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [name: string]: Json };

interface Open {
	readonly add: (value: Json) => void;
	readonly value: Json;
}

/** Fills one container after another, without recursion: text nested deeply does no harm. */
class TreeBuilder implements JSONHandler {
	result: Json = null;
	private readonly open: Open[] = [];
	private name = "";

	private put(value: Json): void {
		const top = this.open[this.open.length - 1];
		if (top === undefined) this.result = value;
		else top.add(value);
	}

	null(): void {
		this.put(null);
	}
	boolean(value: boolean): void {
		this.put(value);
	}
	integer(value: number | bigint): void {
		this.put(value);
	}
	unsigned(value: bigint): void {
		this.put(value);
	}
	float(value: number): void {
		this.put(value);
	}
	string(value: string): void {
		this.put(value);
	}
	startObject(): void {
		const value: Record<string, Json> = {};
		const add = (child: Json): void => {
			// Not an assignment: a key may be called `__proto__`.
			Object.defineProperty(value, this.name, { value: child, enumerable: true, writable: true, configurable: true });
		};
		this.put(value);
		this.open.push({ add, value });
	}
	key(name: string): void {
		this.name = name;
	}
	endObject(): void {
		this.open.pop();
	}
	startArray(): void {
		const value: Json[] = [];
		this.put(value);
		this.open.push({ add: (child) => value.push(child), value });
	}
	endArray(): void {
		this.open.pop();
	}
}

/**
 * Parse JSON, given and returned as byte strings. Throws `JSONParseError`, worded as the reference's JSON library
 * words it.
 */
export const parseJsonTree = (text: string): Json => {
	const builder = new TreeBuilder();
	parseJSON(text, builder);
	return builder.result;
};
