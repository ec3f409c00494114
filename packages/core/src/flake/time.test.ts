import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDay, formatTime } from "./time";

test("dates are the calendar's", () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 253402300799 }), (seconds) => {
			const [day, time] = new Date(seconds * 1000).toISOString().split(/[T.]/);
			expect(formatDay(seconds)).toBe(day);
			expect(formatTime(seconds)).toBe(`${day} ${time}`);
		}),
	);
});

test("years beyond those of Date, and time zones", () => {
	expect(formatDay(Number.MAX_SAFE_INTEGER)).toBe("285428751-11-12");
	expect(formatTime(0, 3600)).toBe("1970-01-01 01:00:00");
});
