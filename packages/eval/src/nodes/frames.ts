import { type Env, Env1, Env2, Env3, Env4, type Slot } from "../runtime/values";

/** A frame for so many variables, none of them set. See resolve/address.ts for the forms. */
export const newFrame = (size: number, up: Env): Env => {
	switch (size) {
		case 0:
			return up;
		case 1:
			return new Env1(up, undefined) as unknown as Env;
		case 2:
			return new Env2(up, undefined, undefined) as unknown as Env;
		case 3:
			return new Env3(up, undefined, undefined, undefined) as unknown as Env;
		case 4:
			return new Env4(up, undefined, undefined, undefined, undefined) as unknown as Env;
		default: {
			const frame: unknown[] = new Array(size + 1);
			frame[0] = up;
			for (let i = 1; i <= size; i++) frame[i] = undefined;
			return frame as unknown as Env;
		}
	}
};

/** Sets a variable of a frame of so many. */
export const setSlot = (frame: Env, size: number, slot: number, value: Slot): void => {
	if (size > 4) frame[slot + 1] = value;
	else if (slot === 0) frame.a = value;
	else if (slot === 1) frame.b = value;
	else if (slot === 2) frame.c = value;
	else frame.d = value;
};
