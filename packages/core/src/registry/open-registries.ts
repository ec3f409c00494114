import { type Download, downloadFile, type Fetching, type FetchWorld, runSync, WouldBlock } from "@tsnix/fetchers";
import { bytesToString, hashBytes, hostPath, makeFixedOutputPath } from "@tsnix/store";
import { absolutePath } from "../flake/find-flake";
import { parseFlakeRef } from "../flake/ref";
import { addEntry, emptyRegistry, type Registries, type Registry, type RegistryType } from "./registry";
import { readRegistry } from "./registry-file";

/** Where flake registries are. */
export interface RegistryPlaces {
	/** `--override-flake`: references, and what stands for them. */
	readonly overrides: readonly (readonly [from: string, to: string])[];
	/** Files; absolute. One that is not there is an empty registry. */
	readonly user?: string;
	readonly system?: string;
	/** `flake-registry`: a URL, or an absolute path; empty for none. */
	readonly global: string;
	/** Where overrides that are relative paths start from. */
	readonly workingDirectory: string;
}

/** The global registry that everybody has who sets no other. */
export const defaultFlakeRegistry = "https://channels.nixos.org/flake-registry.json";

/** Where registries are, by the variables of an environment and the setting `flake-registry`. */
export const registryPlaces = (options: {
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** The user's folder; `HOME` unless told. */
	readonly home?: string;
	readonly flakeRegistry?: string;
}): Pick<RegistryPlaces, "user" | "system" | "global"> => {
	const { env = {}, home = env.HOME, flakeRegistry = defaultFlakeRegistry } = options;
	const config = env.XDG_CONFIG_HOME ?? (home === undefined ? undefined : `${home}/.config`);
	const user = env.NIX_CONFIG_HOME ?? (config === undefined ? undefined : `${config}/nix`);
	return {
		...(user === undefined ? {} : { user: `${user}/registry.json` }),
		system: `${env.NIX_CONF_DIR || "/etc/nix"}/registry.json`,
		global: flakeRegistry,
	};
};

/**
 * The registries, in the order they are looked through: of flags, the user's, the system's, the global one, which is
 * downloaded through the world's cache where it is a URL. Files that cannot be understood are warned of, and empty.
 *
 * @throws what the download fails with
 */
export function* openingRegistries(places: RegistryPlaces, world: FetchWorld): Fetching<Registries> {
	const options = { settings: world.settings, warn: world.warn };
	const read = (path: string | undefined, type: RegistryType): Registry =>
		path === undefined
			? emptyRegistry(type)
			: readRegistry(fileText(path, world), type, { ...options, name: path });
	let flags = emptyRegistry("flag");
	for (const [from, to] of places.overrides) {
		const where = world.fs === undefined ? {} : { fs: world.fs, baseDir: places.workingDirectory };
		const ref = (text: string) => parseFlakeRef(text, { ...options, ...where });
		const target = ref(to);
		flags = addEntry(flags, ref(from).input, target.input, target.subdir === "" ? {} : { dir: target.subdir });
	}
	const user = read(places.user, "user");
	const system = read(places.system, "system");
	const { global } = places;
	if (global === "" || global.startsWith("/"))
		return [flags, user, system, read(global === "" ? undefined : absolutePath(global, "/"), "global")];
	const file = yield* downloadFile(global, {}, world);
	const text = bytesToString(file.contents);
	return [flags, user, system, readRegistry(text, "global", { ...options, name: placeOf(file, world) })];
}

/** The same at once, for worlds that need not wait. */
export const openRegistries = (places: RegistryPlaces, world: FetchWorld): Registries =>
	runSync(openingRegistries(places, world), world, (effect) => new WouldBlock(effect, async () => {}));

const fileText = (path: string, { fs }: FetchWorld): string | undefined => {
	try {
		return fs === undefined ? undefined : bytesToString(fs.readFileSync(hostPath(fs, path)));
	} catch {
		return undefined;
	}
};

/** Where the reference puts a downloaded registry: messages name it so. */
const placeOf = ({ contents }: Download, { storeDir }: FetchWorld): string => {
	const content = { method: "flat", hash: hashBytes("sha256", contents) } as const;
	return `${makeFixedOutputPath("flake-registry.json", content, storeDir).toString(storeDir)}/`;
};
