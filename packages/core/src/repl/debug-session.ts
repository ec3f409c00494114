import type { ByteString } from "@tsnix/store";
import type { Lazy } from "./evaluation";

/** What a REPL within a halted evaluation knows of it. */
export interface DebugSession {
	/** How many evaluations the one that halted lies in. */
	readonly size: number;
	/** One of them, the innermost first: what it does, and where, for people. */
	show(index: number): ByteString;
	/** The variables around it, for people. */
	showVariables(index: number): ByteString;
	/** The same, to be taken into scope. */
	variables(index: number): readonly (readonly [name: number, value: Lazy])[];
	/** Whether to halt again at the next step. */
	stop: boolean;
}
