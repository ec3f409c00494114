import { describe, expect, test } from "vitest";
import { syscallFilter } from "./syscall-filter";

/** What the kernel would make of a call: runs the filter's program. */
const verdict = (program: Uint8Array, architecture: number, number: number, args: readonly number[] = []): string => {
	const call = new DataView(new ArrayBuffer(64));
	call.setUint32(0, number, true);
	call.setUint32(4, architecture, true);
	for (const [i, arg] of args.entries()) call.setBigUint64(16 + 8 * i, BigInt(arg), true);
	const view = new DataView(program.buffer);
	let accumulator = 0;
	for (let at = 0; ; at++) {
		const [code, yes, no] = [view.getUint16(8 * at, true), view.getUint8(8 * at + 2), view.getUint8(8 * at + 3)];
		const operand = view.getUint32(8 * at + 4, true);
		if (code === 0x20) accumulator = call.getUint32(operand, true);
		else if (code === 0x15) at += accumulator === operand ? yes : no;
		else if (code === 0x45) at += (accumulator & operand) !== 0 ? yes : no;
		else if (operand === 0x7fff0000) return "allow";
		else return operand === 0 ? "kill" : `error ${operand & 0xffff}`;
	}
};

describe("the filter of system calls on x86_64", () => {
	const program = syscallFilter("x64") as Uint8Array;
	const [x64, i386] = [0xc000003e, 0x40000003];

	test("refuses modes that have programs run as others", () => {
		expect(verdict(program, x64, 90, [0, 0o4755])).toBe("error 1"); // chmod
		expect(verdict(program, x64, 90, [0, 0o2755])).toBe("error 1");
		expect(verdict(program, x64, 90, [0, 0o1755])).toBe("allow");
		expect(verdict(program, x64, 91, [3, 0o6000])).toBe("error 1"); // fchmod
		expect(verdict(program, x64, 268, [3, 0, 0o4755])).toBe("error 1"); // fchmodat
		expect(verdict(program, x64, 268, [3, 0o4755, 0o755])).toBe("allow");
		expect(verdict(program, x64, 452, [3, 0, 0o4755])).toBe("error 1"); // fchmodat2
		expect(verdict(program, i386, 15, [0, 0o4755])).toBe("error 1");
		expect(verdict(program, x64, 0x40000000 + 90, [0, 0o4755])).toBe("error 1"); // x32
	});

	test("has no extended attributes, allows the rest, and knows no other machines", () => {
		expect([188, 191, 193].map((number) => verdict(program, x64, number))).toEqual(Array(3).fill("error 95"));
		expect(verdict(program, i386, 226)).toBe("error 95");
		expect([0, 59, 231].map((number) => verdict(program, x64, number))).toEqual(Array(3).fill("allow"));
		expect(verdict(program, 0xc00000b7, 0)).toBe("kill");
	});

	test("there is one for ARM, and none for what is not known", () => {
		expect(verdict(syscallFilter("arm64") as Uint8Array, 0xc00000b7, 53, [3, 0, 0o4755])).toBe("error 1");
		expect(syscallFilter("mips")).toBeUndefined();
	});
});
