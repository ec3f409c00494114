import { realpathSync } from "node:fs";

/** How this very program is run again, whatever it was called now: its own arguments follow `before`. */
export const ownProgram = (): { readonly command: string; readonly before: readonly string[] } => ({
	command: process.execPath,
	before: [...process.execArgv, realpathSync(process.argv[1])],
});
