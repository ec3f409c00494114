import { type DaemonFlags, runDaemon } from "../daemon/run-daemon";
import type { Program } from "../programs";
import { Exit } from "../shell";
import { printHelp } from "./help";
import { parseLegacy } from "./legacy";
import { printVersion } from "./version";

/** `nix-daemon`: serves a store to others. */
export const nixDaemon: Program = async (context) => {
	const { session } = context;
	const flags: DaemonFlags = { stdio: false, trust: undefined };
	let show: "help" | "version" | undefined;
	const override = (trust: boolean | undefined): void => {
		session.requireFeature("daemon-trust-override");
		flags.trust = trust;
	};
	await parseLegacy(context, false, (arg) => {
		if (arg === "--daemon") return true; // of the past
		if (arg === "--help") show = "help";
		else if (arg === "--version") show = "version";
		else if (arg === "--stdio") flags.stdio = true;
		else if (arg === "--force-trusted") override(true);
		else if (arg === "--force-untrusted") override(false);
		else if (arg === "--default-trust") override(undefined);
		else if (arg === "--process-ops") session.requireFeature("mounted-ssh-store");
		else return false;
		return true;
	});
	if (show === "version") return printVersion(session, "nix-daemon", context.options.verbosity > 3);
	if (show === "help") {
		printHelp(session, "nix-daemon", ["nix-daemon [--stdio]"], "Serves a store to clients on a socket.");
		throw new Exit(0);
	}
	await runDaemon(session, flags);
};
