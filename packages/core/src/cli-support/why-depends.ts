import {
	type ByteString,
	bytesToString,
	childPath,
	closureIn,
	type PathInfo,
	type SourceAccessor,
	type Store,
	type StorePath,
	toBytes,
} from "@tsnix/store";

const middle = toBytes("├───");
const last = toBytes("└───");
const line = toBytes("│   ");
const blank = "    ";
const arrow = toBytes("→ ");
const dots = toBytes("…");
const normal = "\x1b[0m";
const green = "\x1b[32;1m";
const blue = "\x1b[34;1m";
const grey = "\x1b[38;5;244m";

export interface WhyDependsOptions {
	/** All ways that lead there, not only the shortest. */
	readonly all: boolean;
	/** Also which files hold the references. */
	readonly precise: boolean;
}

interface Node {
	readonly info: PathInfo;
	readonly referrers: Node[];
	/** Steps to the dependency. */
	distance: number;
	visited: boolean;
}

/**
 * Why a path has another in its closure: lines of a tree of the references that lead there. Undefined where it has not.
 * Implements `nix why-depends`.
 */
export const whyDepends = async (
	store: Store,
	from: StorePath,
	to: StorePath,
	options: WhyDependsOptions,
): Promise<ByteString[] | undefined> => {
	const closure = await closureIn(store, [from]);
	if (!closure.has(to.baseName)) return undefined;
	const graph = new Map<string, Node>();
	for (const [name, info] of closure)
		graph.set(name, {
			info,
			referrers: [],
			distance: name === to.baseName ? 0 : Number.POSITIVE_INFINITY,
			visited: false,
		});
	for (const node of graph.values())
		for (const reference of node.info.references) graph.get(reference.baseName)?.referrers.push(node);
	let front = [graph.get(to.baseName) as Node];
	while (front.length > 0) {
		const next: Node[] = [];
		for (const node of front)
			for (const referrer of node.referrers)
				if (node.distance + 1 < referrer.distance) {
					referrer.distance = node.distance + 1;
					next.push(referrer);
				}
		front = next;
	}
	return new Explanation(store, graph, from, to, options).lines();
};

class Explanation {
	private readonly out: ByteString[] = [];

	constructor(
		private readonly store: Store,
		private readonly graph: ReadonlyMap<string, Node>,
		private readonly from: StorePath,
		private readonly to: StorePath,
		private readonly options: WhyDependsOptions,
	) {}

	async lines(): Promise<ByteString[]> {
		const node = this.graph.get(this.from.baseName) as Node;
		if (!this.options.precise) this.out.push(this.shown(node));
		await this.explain(node, "", "");
		return this.out;
	}

	private shown(node: Node): string {
		return node.info.path.toString(this.store.storeDir);
	}

	/** True once the dependency is reached and nothing more is to be shown. */
	private async explain(node: Node, first: ByteString, rest: ByteString): Promise<boolean> {
		const { all, precise } = this.options;
		const itself = this.from.equals(this.to);
		if (precise)
			this.out.push(`${first}${node.visited ? grey : ""}${first === "" ? "" : arrow}${this.shown(node)}${normal}`);
		if (node.info.path.equals(this.to) && !all && !itself) return true;
		if (node.visited) return false;
		if (precise) node.visited = true;
		const references = node.info.references
			.filter((path) => itself || !path.equals(node.info.path))
			.map((path) => this.graph.get(path.baseName) as Node)
			.filter(({ distance }) => distance !== Number.POSITIVE_INFINITY)
			.sort((a, b) => a.distance - b.distance);
		const hits = precise ? await this.hits(node, references) : new Map<string, ByteString[]>();
		for (const [i, reference] of references.entries()) {
			const isLast = !all || i + 1 === references.length;
			const found = hits.get(reference.info.path.hashPart) ?? [];
			for (const hit of all ? found : found.slice(0, 1)) {
				const isFirst = hit === found[0];
				this.out.push(rest + (isFirst ? (isLast ? last : middle) : isLast ? blank : line) + hit);
			}
			if (!precise) {
				const edge = isLast ? last : middle;
				this.out.push(`${first}${reference.visited ? grey : ""}${edge}${this.shown(reference)}${normal}`);
				node.visited = true;
			}
			const inner = rest + (isLast ? blank : line);
			if (await this.explain(reference, inner, inner)) return true;
		}
		return false;
	}

	/** The files and links that hold references, by the hash part that they hold. */
	private async hits(node: Node, references: readonly Node[]): Promise<Map<string, ByteString[]>> {
		const hits = new Map<string, ByteString[]>();
		const accessor = await this.store.accessor(node.info.path);
		const add = (part: string, hit: ByteString): void => {
			const known = hits.get(part);
			if (known === undefined) hits.set(part, [hit]);
			else known.push(hit);
		};
		const look = (path: string): void => {
			const kind = accessor.lstat(path)?.kind;
			if (kind === "directory") {
				const names = [...accessor.readDirectory(path)].map(([name]) => name).sort();
				for (const name of names) look(childPath(path, name));
				return;
			}
			const text = textOf(accessor, path, kind);
			if (text === undefined) return;
			const shown = path === "/" ? path : path.slice(1);
			for (const { info } of references) {
				const part = info.path.hashPart;
				const at = text.indexOf(part);
				if (at < 0) continue;
				const colour = part === this.to.hashPart ? green : blue;
				if (kind === "symlink") {
					add(part, `${shown} -> ${highlight(text, at, colour)}`);
					continue;
				}
				const start = Math.max(0, at - 32);
				const piece = text.slice(start, at + part.length + 32).replace(/[^\x20-\x7e]/g, ".");
				add(part, `${shown}: ${dots}${highlight(piece, at - start, colour)}${dots}`);
			}
		};
		look("/");
		return hits;
	}
}

const textOf = (accessor: SourceAccessor, path: string, kind: string | undefined): ByteString | undefined =>
	kind === "regular"
		? bytesToString(accessor.readFile(path))
		: kind === "symlink"
			? accessor.readLink(path)
			: undefined;

/** A hash part in colour. */
const highlight = (text: ByteString, at: number, colour: string): ByteString =>
	`${text.slice(0, at)}${colour}${text.slice(at, at + 32)}${normal}${text.slice(at + 32)}`;
