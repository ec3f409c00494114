import { NixError } from "@tsnix/store";
import type { Program } from "../programs";
import { printVersion } from "./version";

/** A program of the reference that is not here yet. */
export const missingProgram: Program = async ({ session, name, args }) => {
	if (args.includes("--version")) return printVersion(session, name);
	throw new NixError("NOT_IMPLEMENTED", `'${name}' is not implemented yet`);
};
