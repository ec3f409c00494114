import { NixError } from "@tsnix/store";
import { UsageError } from "../usage-error";
import { type Settings, words } from "./settings";

/** What configuration is read from. */
export interface ConfigurationSource {
	readonly env: (name: string) => string | undefined;
	/** A file's text; undefined if it cannot be read. */
	readonly readFile: (path: string) => string | undefined;
	readonly exists: (path: string) => boolean;
	/** Whether a file can be read and written; all can unless told. */
	readonly isUsable?: (path: string) => boolean;
}

interface Line {
	readonly name: string;
	readonly value: string;
}

const quoted = (path: string): string => `"${path}"`;

/** The lines of a configuration file, with the files that it includes in their places. */
const parseConfiguration = (text: string, path: string, source: ConfigurationSource): Line[] => {
	const out: Line[] = [];
	for (const whole of text.split("\n")) {
		const line = whole.split("#")[0];
		const tokens = words(line);
		if (tokens.length === 0) continue;
		const wrong = (): UsageError => new UsageError(`syntax error in configuration line '${line}' in ${quoted(path)}`);
		if (tokens.length < 2) throw wrong();
		if (tokens[0] === "include" || tokens[0] === "!include") {
			if (tokens.length !== 2) throw wrong();
			const folder = path.slice(0, path.lastIndexOf("/") + 1);
			const included = tokens[1].startsWith("/") ? tokens[1] : folder + tokens[1];
			if (source.exists(included)) {
				const contents = source.readFile(included);
				if (contents !== undefined) out.push(...parseConfiguration(contents, included, source));
			} else if (tokens[0] === "include")
				throw new NixError("CONFIGURATION", `file ${quoted(included)} included from ${quoted(path)} not found`);
			continue;
		}
		if (tokens[1] !== "=") throw wrong();
		out.push({ name: tokens[0], value: tokens.slice(2).join(" ") });
	}
	return out;
};

/** Applies the text of a configuration file: experimental features first, then the others in their order. */
export const applyConfiguration = (
	settings: Settings,
	text: string,
	path: string,
	source: ConfigurationSource,
): void => {
	const lines = parseConfiguration(text, path, source);
	const isFeature = ({ name }: Line): boolean =>
		name === "experimental-features" || name === "extra-experimental-features";
	for (const line of lines) if (isFeature(line)) settings.set(line.name, line.value);
	for (const line of lines) {
		if (isFeature(line)) continue;
		if (line.name.replace(/^extra-/, "") === "nix-path" && source.env("NIX_PATH") !== undefined) continue;
		settings.set(line.name, line.value);
	}
};

/** The user's configuration files, the most important first. */
export const userConfigurationFiles = ({ env }: ConfigurationSource): string[] => {
	const given = env("NIX_USER_CONF_FILES");
	if (given !== undefined) return given.split(":").filter((path) => path !== "");
	const home = env("NIX_CONFIG_HOME") ?? `${env("XDG_CONFIG_HOME") || `${env("HOME") ?? ""}/.config`}/nix`;
	const dirs = (env("XDG_CONFIG_DIRS") ?? "/etc/xdg").split(":").filter((dir) => dir !== "");
	return [home, ...dirs.map((dir) => `${dir}/nix`)].map((dir) => `${dir}/nix.conf`);
};

/** The folder of the system's configuration. */
export const configurationDir = ({ env }: ConfigurationSource): string => env("NIX_CONF_DIR") || "/etc/nix";

/** Reads nix.conf, the user's configuration and NIX_CONFIG, in this order. */
export const loadConfiguration = (settings: Settings, source: ConfigurationSource): void => {
	const apply = (path: string): void => {
		const text = source.readFile(path);
		if (text !== undefined) applyConfiguration(settings, text, path, source);
	};
	settings.setDefault("builders", `@${configurationDir(source)}/machines`);
	if (source.isUsable?.("/dev/kvm") === false) {
		const features = settings.strings("system-features");
		settings.setDefault(
			"system-features",
			features.filter((feature) => feature !== "kvm"),
		);
	}
	settings.setDefault("netrc-file", `${configurationDir(source)}/netrc`);
	apply(`${configurationDir(source)}/nix.conf`);
	settings.forgetOverrides();
	for (const path of userConfigurationFiles(source).reverse()) apply(path);
	const text = source.env("NIX_CONFIG");
	if (text !== undefined) applyConfiguration(settings, text, "NIX_CONFIG", source);
	const nixPath = source.env("NIX_PATH");
	if (nixPath !== undefined) settings.override("nix-path", parseNixPath(nixPath));
};

const schemes = new Set(["http", "https", "file", "channel", "git", "s3", "ssh"]);
const isPseudoUrl = (text: string): boolean => {
	if (text.startsWith("channel:")) return true;
	const at = text.indexOf("://");
	return at >= 0 && schemes.has(text.slice(0, at));
};

/** The entries of NIX_PATH: separated by colons, which URLs may have, too. */
export const parseNixPath = (text: string): string[] => {
	const out: string[] = [];
	let at = 0;
	while (at < text.length) {
		const start = at;
		let value = at;
		while (at < text.length && text[at] !== ":") {
			if (text[at] === "=") value = at + 1;
			at++;
		}
		if (at === text.length) {
			if (at !== start) out.push(text.slice(start));
			break;
		}
		const rest = text.slice(value);
		if (isPseudoUrl(rest) || rest.startsWith("flake:")) {
			at++;
			while (at < text.length && text[at] !== ":") at++;
		}
		out.push(text.slice(start, at));
		if (at === text.length) break;
		at++;
	}
	return out;
};
