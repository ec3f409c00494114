import type { LegacyOptions } from "./args/common";
import type { Session } from "./session";

/** What a program runs with. */
export interface ProgramContext {
	readonly session: Session;
	readonly options: LegacyOptions;
	/** What the program is called. */
	readonly name: string;
	readonly args: readonly string[];
}

export type Program = (context: ProgramContext) => Promise<void>;

/** The programs that this one can be, by the name it is called under; loaded when they are run. */
export const programs: Readonly<Record<string, () => Promise<Program>>> = {
	nix: async () => (await import("./programs/nix")).nix,
	"nix-instantiate": async () => (await import("./programs/nix-instantiate")).nixInstantiate,
	"nix-build": async () => (await import("./programs/nix-build")).nixBuild,
	"nix-store": async () => (await import("./programs/nix-store")).nixStore,
	"nix-hash": async () => (await import("./programs/nix-hash")).nixHash,
	"nix-env": async () => (await import("./programs/nix-env")).nixEnv,
	"nix-shell": async () => (await import("./programs/nix-shell/nix-shell")).nixShell,
	"nix-prefetch-url": async () => (await import("./programs/nix-prefetch-url")).nixPrefetchUrl,
	"nix-copy-closure": async () => (await import("./programs/nix-copy-closure")).nixCopyClosure,
	"nix-collect-garbage": async () => (await import("./programs/nix-collect-garbage")).nixCollectGarbage,
	"nix-channel": async () => (await import("./programs/nix-channel/nix-channel")).nixChannel,
	"nix-daemon": async () => (await import("./programs/nix-daemon")).nixDaemon,
};
