import type { Complete } from "./args/completions";
import type { Flag } from "./args/flags";
import type { Session } from "./session";

/** What a command of `nix` is made with. */
export interface CommandContext {
	readonly session: Session;
	/** `--repair` and the like that all commands share. */
	readonly name: string;
}

/** Arguments that are no options. */
export interface Expected {
	readonly optional?: boolean;
	/** How many, or as many as there are. */
	readonly arity: number | "any";
	readonly handle: (args: readonly string[]) => void;
	/** What they may go on with. */
	readonly complete?: Complete;
}

/** A command whose options are being read. */
export interface Command {
	readonly flags?: readonly Flag[];
	readonly expected?: readonly Expected[];
	/** The experimental feature it needs; `nix-command` unless told, empty for none. */
	readonly feature?: string;
	/** Whether its evaluation is impure unless told otherwise. */
	readonly impure?: boolean;
	readonly run: () => Promise<void> | void;
}

export type MakeCommand = (context: CommandContext) => Command;

/** A command, loaded when it is run, or commands of a command. */
export type CommandEntry = (() => Promise<MakeCommand>) | { readonly commands: Commands };

export type Commands = { readonly [name: string]: CommandEntry };

/** The commands of `nix`. */
export const commands: Commands = {
	build: async () => (await import("./verbs/build")).build,
	bundle: async () => (await import("./verbs/bundle")).bundle,
	config: {
		commands: {
			check: async () => (await import("./verbs/config-check")).configCheck,
			show: async () => (await import("./verbs/config-show")).configShow,
		},
	},
	copy: async () => (await import("./verbs/copy")).copy,
	daemon: async () => (await import("./verbs/daemon")).daemon,
	derivation: {
		commands: {
			add: async () => (await import("./verbs/derivation-add")).derivationAdd,
			show: async () => (await import("./verbs/derivation-show")).derivationShow,
		},
	},
	develop: async () => (await import("./verbs/develop")).develop,
	edit: async () => (await import("./verbs/edit")).edit,
	env: { commands: { shell: async () => (await import("./verbs/shell")).shell } },
	eval: async () => (await import("./verbs/eval")).evaluate,
	flake: {
		commands: {
			archive: async () => (await import("./verbs/flake-inputs")).flakeArchive,
			check: async () => (await import("./verbs/flake-check")).flakeCheck,
			clone: async () => (await import("./verbs/flake-clone")).flakeClone,
			info: async () => (await import("./verbs/flake")).flakeInfo,
			init: async () => (await import("./verbs/flake-init")).flakeInit,
			lock: async () => (await import("./verbs/flake")).flakeLock,
			metadata: async () => (await import("./verbs/flake")).flakeMetadata,
			new: async () => (await import("./verbs/flake-init")).flakeNew,
			prefetch: async () => (await import("./verbs/flake-prefetch")).flakePrefetch,
			"prefetch-inputs": async () => (await import("./verbs/flake-inputs")).flakePrefetchInputs,
			show: async () => (await import("./verbs/flake")).flakeShow,
			update: async () => (await import("./verbs/flake")).flakeUpdate,
		},
	},
	fmt: async () => (await import("./verbs/formatter")).formatterRun,
	formatter: {
		commands: {
			build: async () => (await import("./verbs/formatter")).formatterBuild,
			run: async () => (await import("./verbs/formatter")).formatterRun,
		},
	},
	hash: {
		commands: {
			convert: async () => (await import("./verbs/hash")).hashConvert,
			file: async () => (await import("./verbs/hash")).hashFile,
			path: async () => (await import("./verbs/hash")).hashPathCommand,
			"to-base16": async () => (await import("./verbs/hash")).hashTo("base16"),
			"to-base32": async () => (await import("./verbs/hash")).hashTo("nix32"),
			"to-base64": async () => (await import("./verbs/hash")).hashTo("base64"),
			"to-sri": async () => (await import("./verbs/hash")).hashTo("sri"),
		},
	},
	help: async () => (await import("./verbs/help")).help,
	"help-stores": async () => (await import("./verbs/help-stores")).helpStores,
	key: {
		commands: {
			"convert-secret-to-public": async () => (await import("./verbs/signatures")).keyConvertToPublic,
			"generate-secret": async () => (await import("./verbs/signatures")).keyGenerateSecret,
		},
	},
	log: async () => (await import("./verbs/log")).log,
	nar: {
		commands: {
			cat: async () => (await import("./verbs/nar")).narCat,
			"dump-path": async () => (await import("./verbs/nar")).narDumpPath,
			ls: async () => (await import("./verbs/nar")).narLs,
			pack: async () => (await import("./verbs/nar")).narPack,
		},
	},
	"path-info": async () => (await import("./verbs/path-info")).pathInfo,
	"print-dev-env": async () => (await import("./verbs/print-dev-env")).printDevEnv,
	profile: {
		commands: {
			add: async () => (await import("./verbs/profile/add")).profileAdd,
			"diff-closures": async () => (await import("./verbs/profile/versions")).profileDiffClosures,
			history: async () => (await import("./verbs/profile/versions")).profileHistory,
			list: async () => (await import("./verbs/profile/versions")).profileList,
			remove: async () => (await import("./verbs/profile/change")).profileRemove,
			rollback: async () => (await import("./verbs/profile/versions")).profileRollback,
			upgrade: async () => (await import("./verbs/profile/change")).profileUpgrade,
			"wipe-history": async () => (await import("./verbs/profile/versions")).profileWipeHistory,
		},
	},
	realisation: {
		commands: { info: async () => (await import("./verbs/realisations")).realisationInfo },
	},
	registry: {
		commands: {
			add: async () => (await import("./verbs/registry")).registryAdd,
			list: async () => (await import("./verbs/registry")).registryList,
			pin: async () => (await import("./verbs/registry")).registryPin,
			remove: async () => (await import("./verbs/registry")).registryRemove,
			resolve: async () => (await import("./verbs/registry")).registryResolve,
		},
	},
	repl: async () => (await import("./verbs/repl")).repl,
	run: async () => (await import("./verbs/run")).run,
	search: async () => (await import("./verbs/search")).search,
	store: {
		commands: {
			add: async () => (await import("./verbs/store-add")).storeAdd,
			"add-file": async () => (await import("./verbs/store-add")).storeAddFile,
			"add-path": async () => (await import("./verbs/store-add")).storeAdd,
			cat: async () => (await import("./verbs/store-ls")).storeCat,
			"copy-log": async () => (await import("./verbs/copy")).copyLog,
			"copy-sigs": async () => (await import("./verbs/signatures")).copySignatures,
			delete: async () => (await import("./verbs/store-admin")).storeDelete,
			"diff-closures": async () => (await import("./verbs/closures")).storeDiffClosures,
			"dump-path": async () => (await import("./verbs/store-dump-path")).storeDumpPath,
			gc: async () => (await import("./verbs/store-admin")).storeGc,
			info: async () => (await import("./verbs/store-admin")).storeInfo,
			ls: async () => (await import("./verbs/store-ls")).storeLs,
			"make-content-addressed": async () => (await import("./verbs/closures")).storeMakeContentAddressed,
			optimise: async () => (await import("./verbs/store-admin")).storeOptimise,
			"path-from-hash-part": async () => (await import("./verbs/store-hash-part")).pathFromHashPart,
			"prefetch-file": async () => (await import("./verbs/store-prefetch-file")).storePrefetchFile,
			repair: async () => (await import("./verbs/store-admin")).storeRepair,
			"roots-daemon": async () => (await import("./verbs/store-roots-daemon")).storeRootsDaemon,
			sign: async () => (await import("./verbs/signatures")).storeSign,
			verify: async () => (await import("./verbs/store-verify")).storeVerify,
		},
	},
	"upgrade-nix": async () => (await import("./verbs/upgrade-nix")).upgradeNix,
	"why-depends": async () => (await import("./verbs/closures")).whyDependsCommand,
};

/** Commands that have another name now: whether that is told, and what stands for them. */
export const aliases: Readonly<
	Record<string, { readonly deprecated: boolean; readonly replacement: readonly string[] }>
> = {
	"add-to-store": { deprecated: true, replacement: ["store", "add-path"] },
	"cat-nar": { deprecated: true, replacement: ["nar", "cat"] },
	"cat-store": { deprecated: true, replacement: ["store", "cat"] },
	"copy-sigs": { deprecated: true, replacement: ["store", "copy-sigs"] },
	"dev-shell": { deprecated: true, replacement: ["develop"] },
	"diff-closures": { deprecated: true, replacement: ["store", "diff-closures"] },
	"dump-path": { deprecated: true, replacement: ["store", "dump-path"] },
	"hash-file": { deprecated: true, replacement: ["hash", "file"] },
	"hash-path": { deprecated: true, replacement: ["hash", "path"] },
	"ls-nar": { deprecated: true, replacement: ["nar", "ls"] },
	"ls-store": { deprecated: true, replacement: ["store", "ls"] },
	"make-content-addressable": { deprecated: true, replacement: ["store", "make-content-addressed"] },
	"optimise-store": { deprecated: true, replacement: ["store", "optimise"] },
	"ping-store": { deprecated: true, replacement: ["store", "info"] },
	"sign-paths": { deprecated: true, replacement: ["store", "sign"] },
	shell: { deprecated: false, replacement: ["env", "shell"] },
	"show-derivation": { deprecated: true, replacement: ["derivation", "show"] },
	"show-config": { deprecated: true, replacement: ["config", "show"] },
	"to-base16": { deprecated: true, replacement: ["hash", "to-base16"] },
	"to-base32": { deprecated: true, replacement: ["hash", "to-base32"] },
	"to-base64": { deprecated: true, replacement: ["hash", "to-base64"] },
	verify: { deprecated: true, replacement: ["store", "verify"] },
	doctor: { deprecated: true, replacement: ["config", "check"] },
};

/** The same within commands of commands. */
export const nestedAliases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	profile: { install: "add" },
	store: { ping: "info" },
};
