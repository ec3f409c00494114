import { expect, test } from "vitest";
import { JobSlots } from "./schedule";

test("the first slots go by turns, those that become free later by names", async () => {
	const slots = new JobSlots(1);
	const order: string[] = [];
	const job = async (key: string, turn: number): Promise<void> => {
		const release = await slots.acquire(key, turn);
		order.push(key);
		release();
	};
	await Promise.all([job("b", 2), job("a", 2), job("d", 1), job("c", 3)]);
	expect(order).toEqual(["d", "a", "b", "c"]);
});
