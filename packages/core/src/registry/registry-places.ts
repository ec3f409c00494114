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
