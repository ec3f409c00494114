class Node<T> {
	left: Node<T> | undefined;
	right: Node<T> | undefined;
	red = true;
	constructor(
		readonly value: T,
		public parent: Node<T> | undefined,
	) {}
}

/**
 * A red-black tree without duplicates. Made and searched as C++'s ordered containers are, so that the same values are
 * compared, in the same order: `less` may fail.
 */
export class OrderedTree<T> {
	private root: Node<T> | undefined;

	constructor(private readonly less: (a: T, b: T) => boolean) {}

	/** Adds a value; false if an equal one is there. */
	insert(value: T): boolean {
		const { less } = this;
		let parent: Node<T> | undefined;
		let goLeft = true;
		/** The largest value that is not larger, in the end. */
		let before: Node<T> | undefined;
		for (let at = this.root; at !== undefined; ) {
			parent = at;
			goLeft = less(value, at.value);
			if (!goLeft) before = at;
			at = goLeft ? at.left : at.right;
		}
		if (before !== undefined && !less(before.value, value)) return false;
		const node = new Node(value, parent);
		if (parent === undefined) this.root = node;
		else if (goLeft) parent.left = node;
		else parent.right = node;
		this.rebalance(node);
		return true;
	}

	/** The values, in order. */
	*[Symbol.iterator](): Generator<T, void, undefined> {
		const open: Node<T>[] = [];
		for (let at = this.root; at !== undefined || open.length > 0; ) {
			for (; at !== undefined; at = at.left) open.push(at);
			const node = open.pop() as Node<T>;
			yield node.value;
			at = node.right;
		}
	}

	private rebalance(inserted: Node<T>): void {
		let node = inserted;
		while (node.parent?.red) {
			const parent: Node<T> = node.parent;
			const grandparent = parent.parent as Node<T>;
			const parentIsLeft = parent === grandparent.left;
			const uncle = parentIsLeft ? grandparent.right : grandparent.left;
			if (uncle?.red) {
				parent.red = false;
				uncle.red = false;
				grandparent.red = true;
				node = grandparent;
				continue;
			}
			let top = parent;
			if (node === (parentIsLeft ? parent.right : parent.left)) {
				this.rotate(parent, parentIsLeft);
				top = node;
				node = parent;
			}
			top.red = false;
			grandparent.red = true;
			this.rotate(grandparent, !parentIsLeft);
		}
		(this.root as Node<T>).red = false;
	}

	/** Puts a node's right child (left where not `toLeft`) in its place. */
	private rotate(node: Node<T>, toLeft: boolean): void {
		const up = (toLeft ? node.right : node.left) as Node<T>;
		const moved = toLeft ? up.left : up.right;
		if (toLeft) {
			node.right = moved;
			up.left = node;
		} else {
			node.left = moved;
			up.right = node;
		}
		if (moved !== undefined) moved.parent = node;
		up.parent = node.parent;
		if (node.parent === undefined) this.root = up;
		else if (node.parent.left === node) node.parent.left = up;
		else node.parent.right = up;
		node.parent = up;
	}
}
