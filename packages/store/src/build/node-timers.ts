import type { Timers } from "./realise-options";

/** Timers of the host's event loop. */
export const nodeTimers: Timers = {
	after(seconds, callback) {
		const timer = setTimeout(callback, seconds * 1000);
		return () => clearTimeout(timer);
	},
};
