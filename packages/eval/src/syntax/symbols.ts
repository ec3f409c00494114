/** A name, interned: the index of its spelling in a {@link SymbolTable}. */
export type Symbol = number;

/**
 * Interned names. Ids are given in order of first use, which is also the order in which the reference numbers its
 * symbols; attribute sets are sorted by it, so it decides, for one thing, which of two errors is met first.
 *
 * A hash table of its own, not a Map, so that the parser can look names up in a source without cutting them out.
 */
export class SymbolTable {
	/** The spelling (a byte string) of each symbol, by id. */
	readonly names: string[] = [];
	/** The hash of each symbol's spelling, by id. */
	private hashes = new Int32Array(1024);
	/** Ids plus one, at the place that their hash gives or the next free one; 0 is free. A power of two in size. */
	private places = new Int32Array(2048);

	/** The symbol of a spelling, new or known. */
	create(name: string): Symbol {
		return this.createSlice(name, 0, name.length);
	}

	/** The symbol of the spelling that a source has from `start` to `end`, new or known. */
	createSlice(source: string, start: number, end: number): Symbol {
		const hash = hashOf(source, start, end);
		const place = this.placeOf(source, start, end, hash);
		const known = this.places[place];
		if (known !== 0) return known - 1;
		return this.add(source.slice(start, end), hash, place);
	}

	/** The symbol of a spelling, if it has one. */
	find(name: string): Symbol | undefined {
		const known = this.places[this.placeOf(name, 0, name.length, hashOf(name, 0, name.length))];
		return known === 0 ? undefined : known - 1;
	}

	/** Where a spelling is, or is to be put. */
	private placeOf(source: string, start: number, end: number, hash: number): number {
		const { names, hashes, places } = this;
		const mask = places.length - 1;
		const length = end - start;
		let place = hash & mask;
		search: for (;;) {
			const known = places[place];
			if (known === 0) return place;
			if (hashes[known - 1] === hash) {
				const name = names[known - 1];
				if (name.length === length) {
					for (let i = 0; i < length; i++)
						if (name.charCodeAt(i) !== source.charCodeAt(start + i)) {
							place = (place + 1) & mask;
							continue search;
						}
					return place;
				}
			}
			place = (place + 1) & mask;
		}
	}

	private add(name: string, hash: number, place: number): Symbol {
		const id = this.names.length;
		this.names.push(name);
		this.hashes[id] = hash;
		this.places[place] = id + 1;
		if (id + 1 === this.hashes.length) this.grow();
		return id;
	}

	private grow(): void {
		const hashes = new Int32Array(this.hashes.length * 2);
		hashes.set(this.hashes);
		this.hashes = hashes;
		const places = new Int32Array(this.places.length * 2);
		const mask = places.length - 1;
		for (let id = 0; id < this.names.length; id++) {
			let place = hashes[id] & mask;
			while (places[place] !== 0) place = (place + 1) & mask;
			places[place] = id + 1;
		}
		this.places = places;
	}
}

const hashOf = (source: string, start: number, end: number): number => {
	let hash = 0;
	for (let i = start; i < end; i++) hash = Math.imul(hash ^ source.charCodeAt(i), 0x01000193);
	return hash ^ (hash >>> 15);
};
