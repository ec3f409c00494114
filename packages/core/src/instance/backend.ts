import { Suspension } from "@tsnix/eval";
import type { Engine } from "../engine/engine";

/** Where an instance's engine is: in a worker, or here. Calls it by the name of its method. */
export interface Backend {
	call(method: EngineMethod, ...args: readonly unknown[]): Promise<unknown>;
	close(): Promise<void>;
}

export type EngineMethod =
	| "evaluate"
	| "instantiate"
	| "render"
	| "open"
	| "release"
	| "inspect"
	| "select"
	| "call"
	| "toPlain"
	| "position";

/**
 * An engine in this thread. Where it has to wait it is suspended, and starts again when what it waited for is there:
 * evaluation is pure, so that only costs time.
 */
export const inThread = (engine: Engine): Backend => ({
	call: async (method, ...args) => {
		for (;;) {
			try {
				return (engine[method] as (...args: unknown[]) => unknown).apply(engine, [...args]);
			} catch (error) {
				if (!(error instanceof Suspension)) throw error;
				await error.promise;
			}
		}
	},
	close: async () => {},
});
