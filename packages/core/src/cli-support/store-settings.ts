import { NixError } from "@tsnix/store";
import { parseStoreReference, renderStoreReference, type StoreReference } from "./store-reference";

const ofAll = ["path-info-cache-size", "priority", "store", "system-features", "trusted", "want-mass-query"];
const ofFiles = ["log", "real", "root", "state"];
const ofLocal = [...ofFiles, "build-dir", "ignore-gc-delete-failure", "read-only", "require-sigs", "use-roots-daemon"];
const ofRemote = ["max-connection-age", "max-connections"];
const ofSsh = ["base64-ssh-public-host-key", "compress", "remote-program", "remote-store", "ssh-key"];
const ofCaches = [
	"compression",
	"compression-level",
	"index-debug-info",
	"local-nar-cache",
	"parallel-compression",
	"secret-key",
	"secret-keys",
	"write-nar-listing",
];
const ofHttp = [
	...ofCaches,
	"log-compression",
	"ls-compression",
	"narinfo-compression",
	"tls-certificate",
	"tls-private-key",
];
const ofS3 = [
	"addressing-style",
	// The name that `multipart-chunk-size` had before.
	"buffer-size",
	"endpoint",
	"multipart-chunk-size",
	"multipart-threshold",
	"multipart-upload",
	"profile",
	"region",
	"scheme",
	"storage-class",
];

/** The settings that references of stores take, by scheme; those of all stores aside. */
const settingsOfScheme: Readonly<Record<string, readonly string[]>> = {
	local: ofLocal,
	"local-overlay": [...ofLocal, "check-mount", "lower-store", "remount-hook", "upper-layer"],
	unix: [...ofFiles, ...ofRemote],
	"ssh-ng": [...ofRemote, ...ofSsh],
	"mounted-ssh-ng": [...ofFiles, ...ofRemote, ...ofSsh],
	ssh: [...ofSsh, "log-fd", "max-connections"],
	dummy: ["read-only"],
	file: ofCaches,
	http: ofHttp,
	https: ofHttp,
	s3: [...ofHttp, ...ofS3],
};

/** How NARs of caches may be compressed. */
const compressions = "none br bzip2 compress grzip gzip lrzip lz4 lzip lzma lzop xz zstd".split(" ");

const schemeOf = (reference: StoreReference): string =>
	reference.kind === "specified" ? reference.scheme : reference.kind === "daemon" ? "unix" : "local";

/** The settings of a reference that mean something to its kind of store, sorted. */
export const knownStoreSettings = (reference: StoreReference): ReadonlyMap<string, string> => {
	const known = settingsOfScheme[schemeOf(reference)];
	const entries = [...reference.params].filter(([name]) => known === undefined || [...ofAll, ...known].includes(name));
	return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
};

/**
 * Look at the settings of a store's reference: those that its kind of store does not have are told of. Throws
 * {@link NixError} `USAGE` where a cache is to be compressed in a way that is none.
 */
export const checkStoreSettings = (
	text: string,
	workingDirectory: string,
	warn: (message: string) => void = () => {},
): void => {
	if (!text.includes("?")) return;
	const reference = parseStoreReference(text, workingDirectory);
	const known = knownStoreSettings(reference);
	const compression = known.get("compression");
	if (compression !== undefined && !compressions.includes(compression))
		throw new NixError("USAGE", `option 'compression' has invalid value '${compression}'`);
	for (const name of [...reference.params.keys()].sort()) if (!known.has(name)) warn(`unknown setting '${name}'`);
};

/**
 * What a reference is shown as, with the settings that mean something unless told otherwise. Stores on this machine are
 * `local`, wherever they lie.
 *
 *     shownStoreUrl("local?root=/tmp/x", "/")   // "local://?root=/tmp/x"
 */
export const shownStoreUrl = (text: string, workingDirectory: string, withSettings = true): string => {
	const reference = parseStoreReference(text, workingDirectory);
	const params = knownStoreSettings(reference);
	if (schemeOf(reference) !== "local") return renderStoreReference({ ...reference, params }, withSettings);
	if (params.size === 0) return "local";
	return renderStoreReference({ kind: "specified", scheme: "local", authority: "", params }, withSettings);
};
