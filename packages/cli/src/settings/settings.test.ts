import { describe, expect, test } from "vitest";
import { applyConfiguration, type ConfigurationSource, loadConfiguration, parseNixPath } from "./load";
import { Settings } from "./settings";

const empty: ConfigurationSource = { env: () => undefined, readFile: () => undefined, exists: () => false };

const settingsOf = (text: string, source = empty): { settings: Settings; warnings: string[] } => {
	const warnings: string[] = [];
	const settings = new Settings((message) => warnings.push(message));
	applyConfiguration(settings, text, "/etc/nix/nix.conf", source);
	return { settings, warnings };
};

describe("settings", () => {
	test("have the reference's values until something is said", () => {
		const settings = new Settings(() => {});
		expect(settings.number("max-call-depth")).toBe(10000);
		expect(settings.boolean("pure-eval")).toBe(false);
		expect(settings.strings("nix-path")).toEqual([]);
	});

	test("are read from lines of a file", () => {
		const { settings } = settingsOf("cores = 4 # four\n\npure-eval = yes\nmax-free = 2K\nbuild-max-jobs = auto\n");
		expect(settings.number("cores")).toBe(4);
		expect(settings.boolean("pure-eval")).toBe(true);
		expect(settings.number("max-free")).toBe(2048);
		expect(settings.get("max-jobs")).toBe("auto");
	});

	test("that are lists can be added to", () => {
		const { settings } = settingsOf(
			"nix-path = a b\nextra-nix-path = c\naccess-tokens = x=1\nextra-access-tokens = y=2",
		);
		expect(settings.strings("nix-path")).toEqual(["a", "b", "c"]);
		expect(settings.get("access-tokens")).toEqual({ x: "1", y: "2" });
	});

	test("that are not known are told of afterwards", () => {
		const { settings, warnings } = settingsOf("foo = 1\nextra-cores = 2");
		settings.warnUnknown();
		expect(warnings).toEqual(["unknown setting 'extra-cores'", "unknown setting 'foo'"]);
	});

	test("of experimental features tell which are none", () => {
		const { settings, warnings } = settingsOf("experimental-features = flakes bogus");
		expect(settings.strings("experimental-features")).toEqual(["fetch-tree", "flakes"]);
		expect(warnings).toEqual(["unknown experimental feature 'bogus'"]);
	});

	test("with wrong values are errors", () => {
		expect(() => settingsOf("pure-eval = maybe")).toThrow("Boolean setting 'pure-eval' has invalid value 'maybe'");
		expect(() => settingsOf("cores = x")).toThrow("setting 'cores' has invalid value 'x'");
		expect(() => settingsOf("cores")).toThrow(`syntax error in configuration line 'cores' in "/etc/nix/nix.conf"`);
	});

	test("that are numbers have their ranges, before units are counted in", () => {
		const { settings } = settingsOf("cores = 4294967295\nmax-free = 1T\nmax-silent-time = -1");
		expect(settings.get("cores")).toBe(4294967295);
		expect(settings.get("max-free")).toBe(2 ** 40);
		expect(settings.get("max-silent-time")).toBe(-1);
		expect(new Settings(() => {}).get("max-free")).toBe(9223372036854775807n);
		expect(() => settingsOf("cores = -1")).toThrow("setting 'cores' has invalid value '-1'");
		expect(() => settingsOf("cores = 4294967296")).toThrow("setting 'cores' has invalid value '4294967296'");
		expect(() => settingsOf("max-jobs = x")).toThrow("configuration setting 'max-jobs' should be 'auto' or an integer");
	});

	test("that are older forms of lints set these, unless they are set", () => {
		const { settings, warnings } = settingsOf("warn-short-path-literals = true");
		expect(settings.get("lint-short-path-literals")).toBe("warn");
		expect(warnings).toEqual([
			"'warn-short-path-literals' is deprecated, use 'lint-short-path-literals = warn' instead",
		]);
		const set = settingsOf("lint-short-path-literals = fatal\nwarn-short-path-literals = true");
		expect(set.settings.get("lint-short-path-literals")).toBe("fatal");
	});

	test("come from the system's file, the user's files, and NIX_CONFIG, the last most important", () => {
		const files: Record<string, string> = {
			"/conf/nix.conf": "cores = 1\ninclude more.conf\n!include none.conf\nmax-silent-time = 1",
			"/conf/more.conf": "max-jobs = 7",
			"/user/nix.conf": "cores = 2\nmax-silent-time = 2",
		};
		const env: Record<string, string> = {
			NIX_CONF_DIR: "/conf",
			NIX_USER_CONF_FILES: "/user/nix.conf",
			NIX_CONFIG: "cores = 3",
			NIX_PATH: "a=/b:https://example.org/x:/c",
		};
		const settings = new Settings(() => {});
		loadConfiguration(settings, {
			env: (name) => env[name],
			readFile: (path) => files[path],
			exists: (path) => path in files,
		});
		expect(settings.number("cores")).toBe(3);
		expect(settings.number("max-silent-time")).toBe(2);
		expect(settings.number("max-jobs")).toBe(7);
		expect(settings.isOverridden("max-jobs")).toBe(false);
		expect(settings.strings("nix-path")).toEqual(["a=/b", "https://example.org/x", "/c"]);
	});

	test("an included file has to be there", () => {
		expect(() => settingsOf("include x.conf")).toThrow(
			`file "/etc/nix/x.conf" included from "/etc/nix/nix.conf" not found`,
		);
	});
});

test("NIX_PATH is separated by colons that are no part of URLs", () => {
	expect(parseNixPath("nixpkgs=https://x.org/a.tar.gz:foo=/bar:channel:y")).toEqual([
		"nixpkgs=https://x.org/a.tar.gz",
		"foo=/bar",
		"channel:y",
	]);
});

test("machines that cannot be run virtually do not have the feature kvm", () => {
	const featuresOf = (isUsable: boolean): readonly string[] => {
		const settings = new Settings(() => {});
		loadConfiguration(settings, { ...empty, isUsable: () => isUsable });
		return settings.strings("system-features");
	};
	expect(featuresOf(true)).toContain("kvm");
	expect(featuresOf(false)).toEqual(["benchmark", "big-parallel", "nixos-test", "uid-range"]);
});
