import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { FetchSettings } from "@tsnix/fetchers";
import { NixError } from "@tsnix/store";
import { type AppliedConfig, type FlakeConfig, parseJsonTree } from "../core";
import type { Session } from "../session";
import { fetchSettings } from "./evaluation";

/** Settings that any flake may have. */
const harmless = new Set([
	"bash-prompt",
	"bash-prompt-prefix",
	"bash-prompt-suffix",
	"flake-registry",
	"commit-lock-file-summary",
	"commit-lockfile-summary",
]);

type TrustedList = Record<string, Record<string, boolean>>;

/** The file in which users' decisions about settings of flakes are remembered. */
const trustedListPath = ({ env }: Session): string => {
	const data = env("NIX_DATA_HOME") ?? `${env("XDG_DATA_HOME") || `${env("HOME") ?? ""}/.local/share`}/nix`;
	return `${data}/trusted-settings.json`;
};

const readTrustedList = (path: string): TrustedList => {
	if (!existsSync(path)) return {};
	const json = parseJsonTree(readFileSync(path, "latin1"));
	const isList = (value: unknown): value is object =>
		typeof value === "object" && value !== null && !Array.isArray(value);
	if (!isList(json) || !Object.values(json).every((values) => isList(values)))
		throw new NixError("BAD_TRUSTED_LIST", `'${path}' is not a list of trusted settings`);
	return json as unknown as TrustedList;
};

const writeTrustedList = (path: string, list: TrustedList): void => {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, JSON.stringify(list), "latin1");
};

/**
 * Applies what a flake's `nixConfig` says of settings, as far as it is harmless, or trusted: by
 * `--accept-flake-config`, or by what the user has decided earlier.
 */
export const applyFlakeConfig = (session: Session, config: FlakeConfig): AppliedConfig => {
	const { settings } = session;
	const messages: { kind: "warning" | "info"; text: string }[] = [];
	for (const [name, value] of config) {
		if (!harmless.has(name.replace(/^extra-/, "")) && !settings.boolean("accept-flake-config")) {
			const path = trustedListPath(session);
			const list = readTrustedList(path);
			const saved: boolean | undefined = Object.hasOwn(list, name) ? list[name][value] : undefined;
			if (saved !== undefined)
				messages.push({
					kind: "info",
					text: `Using saved setting for '${name} = ${value}' from ~/.local/share/nix/trusted-settings.json.`,
				});
			const trusted = saved ?? askForTrust(session, path, list, name, value);
			if (!trusted) {
				messages.push({
					kind: "warning",
					text: `ignoring untrusted flake configuration setting '${name}'.\nPass '--accept-flake-config' to trust it`,
				});
				continue;
			}
		}
		settings.set(name, value);
	}
	return {
		messages,
		fetchSettings: fetchSettings(settings) as Partial<FetchSettings>,
		flakeRegistry: settings.text("flake-registry"),
		commitSummary: settings.text("commit-lock-file-summary"),
	};
};

const red = "\x1b[31;1m";
const normal = "\x1b[0m";

/** Asks the user at a terminal; elsewhere the answer is no. */
const askForTrust = (session: Session, path: string, list: TrustedList, name: string, value: string): boolean => {
	const trusted = session.ask(
		`do you want to allow configuration setting '${name}' to be set to '${red}${value}${normal}' (y/N)?`,
	);
	if (session.ask(`do you want to permanently mark this value as ${trusted ? "trusted" : "untrusted"} (y/N)?`)) {
		list[name] = { ...(Object.hasOwn(list, name) ? list[name] : {}), [value]: trusted };
		writeTrustedList(path, list);
	}
	return trusted;
};
