import type { SymbolTable } from "./symbols";

/** What a lint does when it finds something. */
export type LintLevel = "ignore" | "warn" | "fatal";

/** The settings `lint-url-literals`, `lint-short-path-literals` and `lint-absolute-path-literals`. */
export interface Lints {
	readonly url?: LintLevel;
	readonly shortPath?: LintLevel;
	readonly absolutePath?: LintLevel;
}

export interface ParseOptions {
	/** Where names are interned, in the reference's order. */
	readonly symbols: SymbolTable;
	/** The absolute folder that relative path literals start from. */
	readonly basePath: string;
	readonly features?: { readonly pipeOperators?: boolean };
	/** All "ignore" unless told. */
	readonly lints?: Lints;
	/** Whether `~/…` is an error. */
	readonly pureEval?: boolean;
}
