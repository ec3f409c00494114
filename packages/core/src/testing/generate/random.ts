/** Choices made at random, the same ones for the same seed. */
export class Random {
	private state: number;

	constructor(seed: number) {
		// Neighbouring seeds are to differ from the first choice on.
		this.state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
		this.next();
	}

	/** 32 random bits (mulberry32). */
	private next(): number {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let t = this.state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return (t ^ (t >>> 14)) >>> 0;
	}

	/** A whole number from 0, below `n`. */
	below(n: number): number {
		return Math.floor((this.next() / 2 ** 32) * n);
	}

	/** True with probability `p`. */
	chance(p: number): boolean {
		return this.next() / 2 ** 32 < p;
	}

	pick<T>(choices: readonly T[]): T {
		return choices[this.below(choices.length)];
	}

	/** One of several, each as likely as its weight says. */
	weighted<T>(choices: readonly (readonly [number, T])[]): T {
		let at = this.below(choices.reduce((sum, [weight]) => sum + weight, 0));
		for (const [weight, choice] of choices) if ((at -= weight) < 0) return choice;
		return choices[0][1];
	}

	/** So many things made by `make`: at least `least`, fewer than `limit`. */
	some<T>(least: number, limit: number, make: (i: number) => T): T[] {
		return Array.from({ length: least + this.below(limit - least) }, (_, i) => make(i));
	}
}
