import { limitError, Suspension } from "@tsnix/eval";
import type { EngineOperations } from "../engine/operations";

/** Where an instance's engine is: in a worker, or here. Calls its operations by name. */
export interface Backend {
	call<M extends keyof EngineOperations>(
		method: M,
		...args: Parameters<EngineOperations[M]>
	): Promise<ReturnType<EngineOperations[M]>>;
	close(): Promise<void>;
}

/**
 * An engine in this thread. Where it has to wait it is suspended, and starts again when what it waited for is there:
 * evaluation is pure, so that only costs time.
 */
export const inThread = (operations: EngineOperations): Backend => ({
	call: async (method, ...args) => {
		const operation = operations[method] as (...args: readonly unknown[]) => never;
		for (;;) {
			try {
				return operation(...args);
			} catch (error) {
				if (!(error instanceof Suspension)) throw limitError(error);
				await error.promise;
			}
		}
	},
	close: async () => {},
});
