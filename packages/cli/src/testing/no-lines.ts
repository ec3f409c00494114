import type { Lines } from "../terminal/lines";

/** The lines of an input that has none. */
export const noLines: Lines = {
	next: () => Promise.resolve(null),
	pause: () => {},
	resume: () => {},
	close: () => {},
};
