/** What the command line uses of `@tsnix/core` beside its public API. */
export * from "@tsnix/core/cli-support";
