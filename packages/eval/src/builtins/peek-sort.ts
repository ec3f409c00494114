/**
 * Sorts an array in place, stably: Munro and Wild's "peeksort", a merge sort that makes use of runs already there, with
 * insertion sort for 16 elements and fewer. Which two elements are compared, and in which order, is the reference's:
 * comparisons are calls of the user's function, whose errors, and answers that make no order, can be seen.
 */
export const peekSort = <T>(items: T[], less: (a: T, b: T) => boolean): void => {
	const n = items.length;
	if (n < 2) return;
	if (n === 2) {
		if (less(items[1], items[0])) swap(items, 0, 1);
		return;
	}
	new PeekSort(items, less).sort(0, n, 0, n);
};

const insertionLimit = 16;

const swap = <T>(items: T[], i: number, j: number): void => {
	const t = items[i];
	items[i] = items[j];
	items[j] = t;
};

/** Ranges are from a first index to one past the last. */
class PeekSort<T> {
	private readonly buffer: T[] = [];

	constructor(
		private readonly items: T[],
		private readonly less: (a: T, b: T) => boolean,
	) {}

	/** Sorts a range of which `[begin, leftEnd)` and `[rightBegin, end)` are sorted. */
	sort(begin: number, end: number, leftEnd: number, rightBegin: number): void {
		if (leftEnd === end || rightBegin === begin) return;
		const length = end - begin;
		if (length <= insertionLimit) {
			this.insertionSort(begin, end);
			return;
		}
		const middle = begin + (length >> 1);
		if (middle <= leftEnd) {
			this.sort(leftEnd, end, leftEnd + 1, rightBegin);
			this.merge(begin, leftEnd, end);
			return;
		}
		if (middle >= rightBegin) {
			this.sort(begin, rightBegin, leftEnd, rightBegin - 1);
			this.merge(begin, rightBegin, end);
			return;
		}
		const { items } = this;
		// The run that the two middle elements lie in, which may be a falling one.
		const falling = this.less(items[middle], items[middle - 1]);
		const runBegin = this.runBegin(leftEnd, middle, falling);
		const runEnd = this.runEnd(middle - 1, rightBegin, falling);
		if (falling) for (let i = runBegin, j = runEnd - 1; i < j; i++, j--) swap(items, i, j);
		if (runBegin === begin && runEnd === end) return;
		if (middle - runBegin < runEnd - middle) {
			this.sort(begin, runBegin, leftEnd, runBegin - 1);
			this.sort(runBegin, end, runEnd, rightBegin);
			this.merge(begin, runBegin, end);
		} else {
			this.sort(begin, runEnd, leftEnd, runBegin);
			this.sort(runEnd, end, runEnd + 1, rightBegin);
			this.merge(begin, runEnd, end);
		}
	}

	/** Where the run that ends at `end` begins, at `begin` or later. */
	private runBegin(begin: number, end: number, falling: boolean): number {
		if (begin === end) return end;
		const { items } = this;
		let at = end - 1;
		while (at > begin && this.less(items[at], items[at - 1]) === falling) at--;
		return at;
	}

	/** Where the run that begins at `begin` ends, at `end` or before. */
	private runEnd(begin: number, end: number, falling: boolean): number {
		if (begin === end) return begin;
		const { items } = this;
		let at = begin + 1;
		while (at < end && this.less(items[at], items[at - 1]) === falling) at++;
		return at;
	}

	private insertionSort(begin: number, end: number): void {
		const { items } = this;
		for (let i = begin + 1; i < end; i++)
			for (let j = i; j > begin && this.less(items[j], items[j - 1]); j--) swap(items, j, j - 1);
	}

	private merge(begin: number, middle: number, end: number): void {
		const { items, buffer } = this;
		const n = end - begin;
		const m = middle - begin;
		for (let i = 0; i < n; i++) buffer[i] = items[begin + i];
		let left = 0;
		let right = m;
		let out = begin;
		while (left < m && right < n)
			items[out++] = this.less(buffer[right], buffer[left]) ? buffer[right++] : buffer[left++];
		while (left < m) items[out++] = buffer[left++];
		while (right < n) items[out++] = buffer[right++];
	}
}
