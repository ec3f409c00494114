import { UsageError } from "../usage-error";
import {
	experimentalFeatures,
	type IntegerRange,
	type SettingInfo,
	type SettingType,
	type SettingValue,
	settingTable,
} from "./table";

/** Values of all settings, as the configuration files, the environment and the command line leave them. */
export class Settings {
	private readonly values = new Map<string, SettingValue>();
	private readonly overridden = new Set<string>();
	private readonly unknown = new Set<string>();

	constructor(
		/** Told of what is wrong but does not end the command. */
		private readonly warn: (message: string) => void,
	) {}

	/** Settings of their own with the same values; `warn` is told of what is wrong with what they are set to. */
	copy(warn: (message: string) => void): Settings {
		const copy = new Settings(warn);
		for (const [name, value] of this.values) copy.values.set(name, value);
		for (const name of this.overridden) copy.overridden.add(name);
		return copy;
	}

	/** The setting that a name, or an older name, stands for. */
	private static find(name: string): string | undefined {
		return Object.hasOwn(settingTable, name) ? name : aliases.get(name);
	}

	/**
	 * Sets a setting from its text; `extra-NAME` adds to a list. Names that are not known are remembered, and told of by
	 * {@link warnUnknown}. Throws UsageError for values that are none.
	 */
	set(name: string, text: string): void {
		let found = Settings.find(name);
		let append = false;
		if (found === undefined && name.startsWith("extra-")) {
			found = Settings.find(name.slice(6));
			append = true;
			if (found !== undefined && !isAppendable(settingTable[found])) found = undefined;
		}
		if (found === undefined) return void this.unknown.add(name);
		this.assign(found, text, append);
	}

	/** As {@link set} for a name of the table. Told of, but not done, where the experimental feature is not enabled. */
	assign(name: string, text: string, append = false): void {
		this.overridden.add(name);
		const { feature } = settingTable[name];
		if (feature !== undefined && !this.enabled(feature))
			return this.warn(`Ignoring setting '${name}' because experimental feature '${feature}' is not enabled`);
		const value = this.parse(name, text);
		if (typeof value === "boolean") this.setLint(name, value);
		this.values.set(name, append ? joined(settingTable[name].type, this.get(name), value) : value);
	}

	/** Sets a value as it is. */
	override(name: string, value: SettingValue): void {
		if (typeof value === "boolean") this.setLint(name, value);
		this.values.set(name, value);
		this.overridden.add(name);
	}

	/** Sets the lint that a setting is the older form of, if it is one. */
	private setLint(name: string, warns: boolean): void {
		const { lint } = settingTable[name];
		if (lint === undefined) return;
		const value = warns ? "warn" : "ignore";
		this.warn(`'${name}' is deprecated, use '${lint} = ${value}' instead`);
		this.setDefault(lint, value);
	}

	/** Sets a value that something else may still take the place of. */
	setDefault(name: string, value: SettingValue): void {
		if (!this.overridden.has(name)) this.values.set(name, value);
	}

	isOverridden(name: string): boolean {
		return this.overridden.has(name);
	}

	/** What files of the whole system say is not counted as said by the user. */
	forgetOverrides(): void {
		this.overridden.clear();
	}

	get(name: string): SettingValue {
		const value = this.values.get(name);
		return value === undefined ? settingTable[name].initial : value;
	}

	boolean(name: string): boolean {
		return this.get(name) === true;
	}

	number(name: string): number {
		return Number(this.get(name));
	}

	text(name: string): string {
		const value = this.get(name);
		return typeof value === "string" ? value : "";
	}

	strings(name: string): readonly string[] {
		const value = this.get(name);
		return Array.isArray(value) ? (value as readonly string[]) : [];
	}

	/** Whether an experimental feature is enabled. */
	enabled(feature: string): boolean {
		return this.strings("experimental-features").includes(feature);
	}

	/** Says which names were set that are none. */
	warnUnknown(): void {
		for (const name of [...this.unknown].sort()) this.warn(`unknown setting '${name}'`);
		this.unknown.clear();
	}

	private parse(name: string, text: string): SettingValue {
		const { type } = settingTable[name];
		switch (type) {
			case "boolean":
				return booleanOf(name, text);
			case "integer":
				return integerOf(name, text, settingTable[name].range);
			case "jobs":
				return text === "auto" ? "auto" : jobsOf(text);
			case "string":
				return text;
			case "optional":
				return text === "" ? null : text;
			case "strings":
				return words(text);
			case "set":
				return [...new Set(words(text))].sort();
			case "map":
				return Object.fromEntries(
					words(text)
						.filter((word) => word.includes("="))
						.map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]),
				);
			case "paths":
				return Object.fromEntries(
					words(text).map((word) => {
						const equals = word.indexOf("=");
						return equals < 0 ? [word.replace(/\?$/, ""), word] : [word.slice(0, equals), word.slice(equals + 1)];
					}),
				);
			case "features":
				return this.features(text);
			case "sandbox":
				if (text === "relaxed") return text;
				if (yes.includes(text)) return true;
				if (no.includes(text)) return false;
				throw new UsageError(`option '${name}' has invalid value '${text}'`);
			case "profiler":
				if (["disabled", "flamegraph"].includes(text)) return text;
				throw new UsageError(`option '${name}' has invalid value '${text}'`);
			case "lint":
				if (["ignore", "warn", "fatal"].includes(text)) return text;
				throw new UsageError(`option '${name}' has invalid value '${text}' (expected 'ignore', 'warn', or 'fatal')`);
		}
	}

	private features(text: string): readonly string[] {
		const found = new Set<string>();
		for (const word of [...new Set(words(text))].sort()) {
			if (experimentalFeatures.includes(word)) {
				found.add(word);
				if (word === "flakes") found.add("fetch-tree");
			} else if (word === "no-url-literals")
				this.warn(
					`experimental feature '${word}' has been stabilized and renamed; use 'lint-url-literals = fatal' setting instead`,
				);
			else this.warn(`unknown experimental feature '${word}'`);
		}
		return [...found].sort();
	}
}

const aliases = new Map(
	Object.entries(settingTable).flatMap(([name, info]) => (info.aliases ?? []).map((alias) => [alias, name] as const)),
);

/** Whether there is an `extra-` form of a setting. */
export const isAppendable = ({ type, appendable = true }: SettingInfo): boolean =>
	appendable && ["strings", "set", "map", "paths", "features"].includes(type);

const joined = (type: SettingType, old: SettingValue, more: SettingValue): SettingValue => {
	if (type === "map" || type === "paths")
		return { ...(old as Record<string, string>), ...(more as Record<string, string>) };
	const all = [...(old as readonly string[]), ...(more as readonly string[])];
	return type === "strings" ? all : [...new Set(all)].sort();
};

/** A text's words. */
export const words = (text: string): string[] => text.split(/[ \t\n\r]+/).filter((word) => word !== "");

const yes = ["true", "yes", "1"];
const no = ["false", "no", "0"];

const booleanOf = (name: string, text: string): boolean => {
	if (yes.includes(text)) return true;
	if (no.includes(text)) return false;
	throw new UsageError(`Boolean setting '${name}' has invalid value '${text}'`);
};

const jobsOf = (text: string): number => {
	const value = readInteger(text, "unsigned int");
	if (value === undefined) throw new UsageError("configuration setting 'max-jobs' should be 'auto' or an integer");
	return Number(value);
};

const integerOf = (name: string, text: string, range: IntegerRange = "uint64_t"): number | bigint => {
	const value = readInteger(text, range);
	if (value === undefined) throw new UsageError(`setting '${name}' has invalid value '${text}'`);
	return value;
};

const units: Readonly<Record<string, bigint>> = { k: 1n << 10n, m: 1n << 20n, g: 1n << 30n, t: 1n << 40n };
const greatest: Readonly<Record<IntegerRange, bigint>> = {
	"unsigned int": (1n << 32n) - 1n,
	uint64_t: (1n << 64n) - 1n,
	int64_t: (1n << 63n) - 1n,
};

/** A whole number in a range, which may end in a unit; undefined if the text is none. A bigint where it is large. */
const readInteger = (text: string, range: IntegerRange): number | bigint | undefined => {
	const match = /^(-?[0-9]+)([kmgtKMGT]?)$/.exec(text);
	if (match === null) return undefined;
	const count = BigInt(match[1]);
	if (count > greatest[range] || count < (range === "int64_t" ? -(1n << 63n) : 0n)) return undefined;
	const value = BigInt.asUintN(64, count * (units[match[2].toLowerCase()] ?? 1n));
	const fitted =
		range === "int64_t" ? BigInt.asIntN(64, value) : range === "uint64_t" ? value : BigInt.asUintN(32, value);
	return Number.isSafeInteger(Number(fitted)) ? Number(fitted) : fitted;
};

/** A whole number that may end in a unit; undefined if the text is none. */
export const parseInteger = (text: string): number | undefined => {
	const value = readInteger(text, "int64_t");
	return value === undefined ? undefined : Number(value);
};

/** A setting's value as nix.conf would have it. */
export const settingText = (value: SettingValue): string => {
	if (value === null) return "";
	if (Array.isArray(value)) return value.join(" ");
	if (typeof value === "object")
		return Object.entries(value)
			.map(([name, text]) => ` ${name}=${text}`)
			.join("");
	return String(value);
};
