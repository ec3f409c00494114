/** Warnings of work that runs in no particular order, told in the order in which they would come one after another. */
export class Warnings {
	private readonly items: (string | Warnings)[] = [];

	/** `now` is told at once of what comes before all parts: fetching may warn of something, too, and that comes later. */
	constructor(private readonly now?: (message: string) => void) {}

	add(message: string): void {
		if (this.now !== undefined && this.items.length === 0) this.now(message);
		else this.items.push(message);
	}

	/** A place for the warnings of a part of the work. */
	part(): Warnings {
		const part = new Warnings();
		this.items.push(part);
		return part;
	}

	/** Forget the parts after one: work that would not have been done. */
	dropAfter(part: Warnings): void {
		const at = this.items.indexOf(part);
		if (at >= 0) this.items.length = at + 1;
	}

	/** Tell all of them. */
	tell(warn: (message: string) => void): void {
		for (const item of this.items)
			if (typeof item === "string") warn(item);
			else item.tell(warn);
	}
}
