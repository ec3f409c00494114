/**
 * How code gets at a variable from the frame it runs in: how many frames out, which of the frames on the way are
 * arrays (the others have fields), and the slot in the last. Packed into one small integer where that fits.
 *
 *     bits 0-13 slot   14-17 hops   18-29 path: bit i tells whether the i-th frame (0: the innermost) is an array
 */
export interface Route {
	readonly hops: number;
	/** One entry a frame on the way, the first and the last included. */
	readonly arrays: readonly boolean[];
	readonly slot: number;
}

/** A packed address, or a route too long for one. */
export type Address = number | Route;

export const maxPackedHops = 11;
const maxPackedSlot = 1 << 14;

export const packRoute = (route: Route): number | undefined => {
	if (route.hops > maxPackedHops || route.slot >= maxPackedSlot) return undefined;
	let path = 0;
	for (let i = 0; i <= route.hops; i++) if (route.arrays[i]) path |= 1 << i;
	return route.slot | (route.hops << 14) | (path << 18);
};

export const slotOf = (address: number): number => address & 0x3fff;
export const hopsOf = (address: number): number => (address >> 14) & 15;
export const pathOf = (address: number): number => address >> 18;

/** Frames of up to this many variables keep them in fields. */
export const maxFieldFrame = 4;
