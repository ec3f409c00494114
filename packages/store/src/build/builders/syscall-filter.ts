/**
 * A filter of system calls, as a program for the kernel (seccomp): builders cannot set the bits that have a program run
 * as another user or group (EPERM), and files have no extended attributes (ENOTSUP). Numbers are Linux's.
 */

interface Architecture {
	/** `AUDIT_ARCH_…`. */
	readonly id: number;
	/** Calls by what they take: the mode of a file as their second or third argument, or an extended attribute. */
	readonly mode1: readonly number[];
	readonly mode2: readonly number[];
	readonly attributes: readonly number[];
}

const x32 = 0x40000000;
const x86_64 = { mode1: [90, 91], mode2: [268, 452], attributes: [188, 189, 190, 191, 192, 193] };
const both = (numbers: readonly number[]): number[] => [...numbers, ...numbers.map((number) => number + x32)];

/** By Node's name of the processor: the architectures whose programs it runs. */
const architectures: Readonly<Record<string, readonly Architecture[]>> = {
	x64: [
		{
			id: 0xc000003e,
			mode1: both(x86_64.mode1),
			mode2: both(x86_64.mode2),
			attributes: both(x86_64.attributes),
		},
		{ id: 0x40000003, mode1: [15, 94], mode2: [306, 452], attributes: [226, 227, 228, 229, 230, 231] },
	],
	arm64: [
		{ id: 0xc00000b7, mode1: [52], mode2: [53, 452], attributes: [5, 6, 7, 8, 9, 10] },
		{ id: 0x40000028, mode1: [15, 94], mode2: [333, 452], attributes: [226, 227, 228, 229, 230, 231] },
	],
};

const [load, jumpIfEqual, jumpIfAny, give] = [0x20, 0x15, 0x45, 0x06];
const [allow, error, kill] = [0x7fff0000, 0x00050000, 0];
const [notPermitted, notSupported] = [1, 95];
const setUserOrGroup = 0o6000;
const [offsetOfNumber, offsetOfArchitecture, offsetOfArguments] = [0, 4, 16];

/** Code, jumps if so and if not, and operand. */
type Instruction = readonly [number, number, number, number];

const section = ({ mode1, mode2, attributes }: Architecture): Instruction[] => {
	const ofMode =
		(argument: number) =>
		(number: number): Instruction[] => [
			[jumpIfEqual, 0, 4, number],
			[load, 0, 0, offsetOfArguments + 8 * argument],
			[jumpIfAny, 0, 1, setUserOrGroup],
			[give, 0, 0, error | notPermitted],
			[give, 0, 0, allow],
		];
	return [
		[load, 0, 0, offsetOfNumber],
		...mode1.flatMap(ofMode(1)),
		...mode2.flatMap(ofMode(2)),
		...attributes.flatMap((number): Instruction[] => [
			[jumpIfEqual, 0, 1, number],
			[give, 0, 0, error | notSupported],
		]),
		[give, 0, 0, allow],
	];
};

/** The filter's program (`struct sock_filter` after another, for little-endian machines); undefined for others. */
export const syscallFilter = (processor: string): Uint8Array | undefined => {
	const known = architectures[processor];
	if (known === undefined) return undefined;
	const program: Instruction[] = [[load, 0, 0, offsetOfArchitecture]];
	for (const architecture of known) {
		const own = section(architecture);
		program.push([jumpIfEqual, 0, own.length, architecture.id], ...own);
	}
	program.push([give, 0, 0, kill]);
	const bytes = new Uint8Array(8 * program.length);
	const view = new DataView(bytes.buffer);
	for (const [i, [code, yes, no, operand]] of program.entries()) {
		view.setUint16(8 * i, code, true);
		view.setUint8(8 * i + 2, yes);
		view.setUint8(8 * i + 3, no);
		view.setUint32(8 * i + 4, operand, true);
	}
	return bytes;
};
