import type { CallWatch } from "./call-watch";

/**
 * A line for the beginning and the end of every call, with the time in nanoseconds since 1970
 * (`trace-function-calls`; manual: "Common Options", `--trace-function-calls`).
 */
export const functionTrace = (now: () => bigint, say: (line: string) => void): CallWatch => ({
	enter: (st, _fun, _args, pos) => say(`function-trace entered ${st.showPosition(pos)} at ${now()}`),
	leave: (st, pos) => say(`function-trace exited ${st.showPosition(pos)} at ${now()}`),
});
