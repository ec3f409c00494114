import type { Session } from "../session";
import { configurationDir, userConfigurationFiles } from "../settings/load";

/** The version of the reference that the programs agree with. */
export const nixVersion = "2.34.8";

/** `nix-build (Nix) 2.34.8`, and with `-v` where everything is. */
export const printVersion = (session: Session, name: string, verbose = false): void => {
	session.print(`${name} (Nix) ${nixVersion}`);
	if (!verbose) return;
	const { env, settings, commandStore } = session;
	const source = { env, readFile: () => undefined, exists: () => false };
	session.print(`System type: ${session.system}`);
	session.print(`Additional system types: ${settings.strings("extra-platforms").join(", ")}`);
	session.print("Features: gc, signed-caches");
	session.print(`System configuration file: "${configurationDir(source)}/nix.conf"`);
	session.print(`User configuration files: ${userConfigurationFiles(source).join(":")}`);
	session.print(`Store directory: ${commandStore.storeDir}`);
	session.print(`State directory: "${env("NIX_STATE_DIR") || "/nix/var/nix"}"`);
};
