/** How a setting's text is read, and how `extra-` adds to it. */
export type SettingType =
	| "boolean"
	/** May end in a unit, `K`, `M`, `G` or `T`. */
	| "integer"
	| "string"
	/** Empty for none. */
	| "optional"
	| "strings"
	/** Sorted, each once. */
	| "set"
	/** `name=value` words. */
	| "map"
	/** Places and where they lie, each its own where nothing else is said: `/bin=/usr/bin /lib /dev/kvm?`. */
	| "paths"
	| "features"
	| "sandbox"
	/** A number, or `auto`. */
	| "jobs"
	| "lint"
	/** `disabled` or `flamegraph`. */
	| "profiler";

/** What numbers a setting takes, before a unit is counted in. */
export type IntegerRange = "unsigned int" | "uint64_t" | "int64_t";

export type SettingValue =
	| boolean
	| number
	| bigint
	| string
	| null
	| readonly string[]
	| Readonly<Record<string, string>>;

export interface SettingInfo {
	readonly type: SettingType;
	/** The value until something is said. */
	readonly initial: SettingValue;
	/** Of integers; `uint64_t` unless told. */
	readonly range?: IntegerRange;
	/** The lint that it is the older form of. */
	readonly lint?: string;
	/** Whether documentation can tell the initial value, which depends on the system else; true unless told. */
	readonly documentDefault?: boolean;
	/** False for lists without an `extra-` form. */
	readonly appendable?: boolean;
	/** False where the option of its name is there without the experimental feature. */
	readonly flagNeedsFeature?: boolean;
	/** Older names. */
	readonly aliases?: readonly string[];
	/** The experimental feature that it belongs to. */
	readonly feature?: string;
}

/**
 * The settings of nix.conf, by name. `experimental-features` begins with what the commands here need to be of use;
 * the reference begins with none.
 */
export const settingTable: Readonly<Record<string, SettingInfo>> = {
	"abort-on-warn": { type: "boolean", initial: false },
	"accept-flake-config": { type: "boolean", initial: false, feature: "flakes" },
	"access-tokens": { type: "map", initial: {} },
	"allow-dirty": { type: "boolean", initial: true },
	"allow-dirty-locks": { type: "boolean", initial: false, feature: "flakes" },
	"allow-import-from-derivation": { type: "boolean", initial: true },
	"allow-new-privileges": { type: "boolean", initial: false },
	"allow-symlinked-store": { type: "boolean", initial: false },
	"allow-unsafe-native-code-during-evaluation": { type: "boolean", initial: false },
	"allowed-impure-host-deps": { type: "set", initial: [], appendable: false },
	"allowed-uris": { type: "strings", initial: [] },
	"allowed-users": { type: "strings", initial: ["*"] },
	"always-allow-substitutes": { type: "boolean", initial: false },
	"auto-allocate-uids": { type: "boolean", initial: false, feature: "auto-allocate-uids" },
	"auto-optimise-store": { type: "boolean", initial: false },
	"bash-prompt": { type: "string", initial: "" },
	"bash-prompt-prefix": { type: "string", initial: "" },
	"bash-prompt-suffix": { type: "string", initial: "" },
	"build-dir": { type: "optional", initial: null },
	"build-hook": { type: "strings", initial: [] },
	"build-poll-interval": { type: "integer", range: "unsigned int", initial: 5 },
	"build-users-group": {
		type: "string",
		documentDefault: false,
		initial: process.getuid?.() === 0 ? "nixbld" : "",
	},
	builders: { type: "string", documentDefault: false, initial: "@/etc/nix/machines" },
	"builders-use-substitutes": { type: "boolean", initial: false },
	"commit-lock-file-summary": { type: "string", initial: "", aliases: ["commit-lockfile-summary"], feature: "flakes" },
	"compress-build-log": { type: "boolean", initial: true, aliases: ["build-compress-log"] },
	"connect-timeout": { type: "integer", initial: 15 },
	cores: { type: "integer", range: "unsigned int", initial: 0, aliases: ["build-cores"] },
	"debugger-on-trace": { type: "boolean", initial: false },
	"debugger-on-warn": { type: "boolean", initial: false },
	"diff-hook": { type: "optional", initial: null },
	"download-attempts": { type: "integer", range: "unsigned int", initial: 5 },
	"download-buffer-size": { type: "integer", initial: 1048576 },
	"download-speed": { type: "integer", range: "unsigned int", initial: 0 },
	"eval-attrset-update-layer-rhs-threshold": { type: "integer", initial: 16 },
	"eval-cache": { type: "boolean", initial: true },
	"eval-profile-file": { type: "string", initial: "nix.profile" },
	"eval-profiler": { type: "profiler", initial: "disabled" },
	"eval-profiler-frequency": { type: "integer", range: "unsigned int", initial: 99 },
	"eval-system": { type: "string", initial: "" },
	"experimental-features": { type: "features", initial: ["fetch-tree", "flakes", "nix-command"] },
	"external-builders": { type: "string", initial: "[]", feature: "external-builders", flagNeedsFeature: false },
	"extra-platforms": {
		type: "set",
		documentDefault: false,
		initial: ["i686-linux", "x86_64-v1-linux", "x86_64-v2-linux", "x86_64-v3-linux"],
	},
	fallback: { type: "boolean", initial: false, aliases: ["build-fallback"] },
	"filter-syscalls": { type: "boolean", initial: true },
	"flake-registry": { type: "string", initial: "https://channels.nixos.org/flake-registry.json", feature: "flakes" },
	"fsync-metadata": { type: "boolean", initial: true },
	"fsync-store-paths": { type: "boolean", initial: false },
	"gc-reserved-space": { type: "integer", range: "int64_t", initial: 8388608 },
	"hashed-mirrors": { type: "strings", initial: [] },
	"http-connections": { type: "integer", initial: 25, aliases: ["binary-caches-parallel-connections"] },
	http2: { type: "boolean", initial: true },
	"id-count": { type: "integer", range: "unsigned int", initial: 8388608 },
	"ignore-try": { type: "boolean", initial: false },
	"ignored-acls": { type: "set", initial: ["security.csm", "security.selinux", "system.nfs4_acl"] },
	"impersonate-linux-26": { type: "boolean", initial: false, aliases: ["build-impersonate-linux-26"] },
	"impure-env": { type: "map", initial: {}, feature: "configurable-impure-env" },
	"json-log-path": { type: "optional", initial: null },
	"keep-build-log": { type: "boolean", initial: true, aliases: ["build-keep-log"] },
	"keep-derivations": { type: "boolean", initial: true, aliases: ["gc-keep-derivations"] },
	"keep-env-derivations": { type: "boolean", initial: false, aliases: ["env-keep-derivations"] },
	"keep-failed": { type: "boolean", initial: false },
	"keep-going": { type: "boolean", initial: false },
	"keep-outputs": { type: "boolean", initial: false, aliases: ["gc-keep-outputs"] },
	"lint-absolute-path-literals": { type: "lint", initial: "ignore" },
	"lint-short-path-literals": { type: "lint", initial: "ignore" },
	"lint-url-literals": { type: "lint", initial: "ignore" },
	"log-lines": { type: "integer", initial: 25 },
	"max-build-log-size": { type: "integer", initial: 0, aliases: ["build-max-log-size"] },
	"max-call-depth": { type: "integer", range: "unsigned int", initial: 10000 },
	"max-free": { type: "integer", initial: 9223372036854775807n },
	"max-jobs": { type: "jobs", initial: 1, aliases: ["build-max-jobs"] },
	"max-silent-time": { type: "integer", range: "int64_t", initial: 0, aliases: ["build-max-silent-time"] },
	"max-substitution-jobs": { type: "integer", range: "unsigned int", initial: 16, aliases: ["substitution-max-jobs"] },
	"min-free": { type: "integer", initial: 0 },
	"min-free-check-interval": { type: "integer", initial: 5 },
	"nar-buffer-size": { type: "integer", initial: 33554432 },
	"narinfo-cache-meta-ttl": { type: "integer", range: "unsigned int", initial: 604800 },
	"narinfo-cache-negative-ttl": { type: "integer", range: "unsigned int", initial: 3600 },
	"narinfo-cache-positive-ttl": { type: "integer", range: "unsigned int", initial: 2592000 },
	"netrc-file": { type: "string", initial: "/etc/nix/netrc" },
	"nix-path": { type: "strings", documentDefault: false, initial: [] },
	"nix-shell-always-looks-for-shell-nix": { type: "boolean", initial: true },
	"nix-shell-shebang-arguments-relative-to-script": { type: "boolean", initial: true },
	"plugin-files": { type: "strings", initial: [], appendable: false },
	"post-build-hook": { type: "string", initial: "" },
	"pre-build-hook": { type: "string", initial: "" },
	"preallocate-contents": { type: "boolean", initial: false },
	"print-missing": { type: "boolean", initial: true },
	"pure-eval": { type: "boolean", initial: false },
	"require-drop-supplementary-groups": { type: "boolean", initial: true },
	"require-sigs": { type: "boolean", initial: true },
	"restrict-eval": { type: "boolean", initial: false },
	"run-diff-hook": { type: "boolean", initial: false },
	sandbox: { type: "sandbox", initial: true, aliases: ["build-use-chroot", "build-use-sandbox"] },
	"sandbox-build-dir": { type: "string", initial: "/build" },
	"sandbox-dev-shm-size": { type: "string", initial: "50%" },
	"sandbox-fallback": { type: "boolean", initial: true },
	"sandbox-paths": { type: "paths", initial: {}, aliases: ["build-chroot-dirs", "build-sandbox-paths"] },
	"secret-key-files": { type: "strings", initial: [] },
	"show-trace": { type: "boolean", initial: false },
	"ssl-cert-file": { type: "optional", documentDefault: false, initial: "/etc/ssl/certs/ca-certificates.crt" },
	"stalled-download-timeout": { type: "integer", initial: 300 },
	"start-id": { type: "integer", range: "unsigned int", initial: 872415232 },
	store: { type: "string", initial: "auto" },
	substitute: { type: "boolean", initial: true, aliases: ["build-use-substitutes"] },
	substituters: { type: "strings", initial: ["https://cache.nixos.org/"], aliases: ["binary-caches"] },
	"sync-before-registering": { type: "boolean", initial: false },
	system: { type: "string", initial: "x86_64-linux" },
	"system-features": {
		type: "set",
		documentDefault: false,
		initial: ["benchmark", "big-parallel", "kvm", "nixos-test", "uid-range"],
	},
	"tarball-ttl": { type: "integer", range: "unsigned int", initial: 3600 },
	timeout: { type: "integer", range: "int64_t", initial: 0, aliases: ["build-timeout"] },
	"trace-function-calls": { type: "boolean", initial: false },
	"trace-import-from-derivation": { type: "boolean", initial: false },
	"trace-verbose": { type: "boolean", initial: false },
	"trust-tarballs-from-git-forges": { type: "boolean", initial: true },
	"trusted-public-keys": {
		type: "strings",
		initial: ["cache.nixos.org-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY="],
		aliases: ["binary-cache-public-keys"],
	},
	"trusted-substituters": { type: "strings", initial: [], aliases: ["trusted-binary-caches"] },
	"trusted-users": { type: "strings", initial: ["root"] },
	"upgrade-nix-store-path-url": {
		type: "string",
		initial: "https://github.com/NixOS/nixpkgs/raw/master/nixos/modules/installer/tools/nix-fallback-paths.nix",
	},
	"use-case-hack": { type: "boolean", initial: false },
	"use-cgroups": { type: "boolean", initial: false },
	"use-registries": { type: "boolean", initial: true, feature: "flakes" },
	"use-sqlite-wal": { type: "boolean", initial: true },
	"use-xdg-base-directories": { type: "boolean", initial: false },
	"user-agent-suffix": { type: "string", initial: "" },
	"warn-dirty": { type: "boolean", initial: true },
	"warn-large-path-threshold": { type: "integer", initial: 0 },
	"warn-short-path-literals": { type: "boolean", initial: false, lint: "lint-short-path-literals" },
};

/** The names that `experimental-features` may have. */
export const experimentalFeatures: readonly string[] = [
	"ca-derivations",
	"impure-derivations",
	"flakes",
	"fetch-tree",
	"nix-command",
	"git-hashing",
	"recursive-nix",
	"fetch-closure",
	"auto-allocate-uids",
	"cgroups",
	"daemon-trust-override",
	"dynamic-derivations",
	"parse-toml-timestamps",
	"read-only-local-store",
	"local-overlay-store",
	"configurable-impure-env",
	"mounted-ssh-store",
	"verified-fetches",
	"pipe-operators",
	"external-builders",
	"blake3-hashes",
];
