import type { MakeCommand } from "../commands";
import { type DaemonFlags, runDaemon } from "../daemon/run-daemon";

/** `nix daemon`: serves a store to others. */
export const daemon: MakeCommand = ({ session }) => {
	const flags: DaemonFlags = { stdio: false, trust: undefined };
	const feature = "daemon-trust-override";
	return {
		flags: [
			{ long: "stdio", handle: () => void (flags.stdio = true) },
			{ long: "force-trusted", feature, handle: () => void (flags.trust = true) },
			{ long: "force-untrusted", feature, handle: () => void (flags.trust = false) },
			{ long: "default-trust", feature, handle: () => void (flags.trust = undefined) },
			{ long: "process-ops", feature: "mounted-ssh-store", handle: () => {} },
		],
		run: () => runDaemon(session, flags),
	};
};
