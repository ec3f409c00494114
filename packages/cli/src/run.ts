import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { NixError } from "@tsnix/store";
import type { LegacyOptions } from "./args/common";
import { Log, level } from "./output/log";
import { programs } from "./programs";
import { Session } from "./session";
import { type ConfigurationSource, loadConfiguration } from "./settings/load";
import { Settings } from "./settings/settings";
import { type ProgramToRun, ReplaceProcess } from "./execute/program-to-run";
import { Exit, type Shell } from "./shell";
import { isUsageError } from "./usage-error";

const fileText = (path: string): string | undefined => {
	try {
		return readFileSync(path, "latin1");
	} catch {
		return undefined;
	}
};

/**
 * Runs the program that a shell names, with its arguments: `nix`, `nix-build`, …, or `tsnix`, which is `nix`, and any
 * of the others when that is its first argument. Gives the exit status; throws nothing.
 */
export const run = async (shell: Shell): Promise<number> => {
	const { name, args } = programOf(shell);
	const options: LegacyOptions = { verbosity: level.info, gcWarning: true, readOnly: false, repair: false };
	const log = new Log(shell, options);
	// What goes on is seen on the terminal as long as it lasts.
	if (name === "nix" && log.color) options.verbosity = level.notice;
	const settings = new Settings((message) => log.warn(message));
	const session = new Session(shell, settings, log);
	const isUsable = (path: string): boolean => {
		try {
			accessSync(path, constants.R_OK | constants.W_OK);
			return true;
		} catch {
			return false;
		}
	};
	const source: ConfigurationSource = { env: session.env, readFile: fileText, exists: existsSync, isUsable };
	const failed = (error: unknown): number => {
		if (error instanceof Exit) return error.status;
		// Ended from within the debugger.
		if (error instanceof NixError && error.code === "DEBUGGER_QUIT") return 0;
		if (shell.signal.aborted) {
			log.line(level.error, "error: interrupted by the user");
			return 130;
		}
		log.error(error, settings.boolean("show-trace"));
		if (!(error instanceof NixError)) {
			if (session.env("TSNIX_DEBUG") !== undefined) log.line(level.error, String((error as Error).stack));
			return 1;
		}
		if (isUsageError(error)) {
			log.line(level.error, `Try '${name} --help' for more information.`);
			return 1;
		}
		return error.exitStatus;
	};
	let next: ProgramToRun;
	try {
		loadConfiguration(settings, source);
		const program = await programs[name]();
		await program({ session, options, name, args });
		return 0;
	} catch (error) {
		if (!(error instanceof ReplaceProcess)) return failed(error);
		next = error.run;
	} finally {
		await session.close();
	}
	try {
		return await shell.execute(next);
	} catch (error) {
		return failed(error);
	}
};

/** Which program is meant, and its arguments. */
const programOf = ({ programName, args }: Shell): { readonly name: string; readonly args: readonly string[] } => {
	const name = programName.replace(/\.[^.]*$/, "");
	if (Object.hasOwn(programs, name)) return { name, args };
	if (args.length > 0 && Object.hasOwn(programs, args[0])) return { name: args[0], args: args.slice(1) };
	return { name: "nix", args };
};
