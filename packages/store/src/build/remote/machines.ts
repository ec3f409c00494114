import { FormatError, NixError } from "../../errors";

/** A machine that builds for this one: an entry of the setting `builders`. */
export interface Machine {
	/** A store reference. */
	readonly storeUri: string;
	readonly systems: ReadonlySet<string>;
	readonly sshKey: string;
	readonly maxJobs: number;
	/** How much faster it is than others. */
	readonly speedFactor: number;
	readonly supportedFeatures: ReadonlySet<string>;
	/** Only derivations that ask for all of these are built there. */
	readonly mandatoryFeatures: ReadonlySet<string>;
	/** In base-64. */
	readonly sshPublicHostKey: string;
}

const blank = /[ \t\n\r]+/;
const trimmed = (text: string): string => text.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, "");

/** The entries of the setting, those of files (`@/etc/nix/machines`) among them. */
const entriesOf = (text: string, readFile: (path: string) => string | undefined): string[] =>
	text
		.split("\n")
		.map((line) => line.replace(/#.*/s, ""))
		.flatMap((line) => line.split(";"))
		.map(trimmed)
		.filter((entry) => entry !== "")
		.flatMap((entry) => {
			if (!entry.startsWith("@")) return [entry];
			const file = readFile(trimmed(entry.slice(1)));
			return file === undefined ? [] : entriesOf(file, readFile);
		});

/** A name alone is that of a machine with SSH. */
const referenceOf = (uri: string): string =>
	/:\/\/|\//.test(uri) || /^(?:auto|daemon|local)(?:\?|$)|^\?/.test(uri) ? uri : `ssh://${uri}`;

const parseMachine = (line: string, defaultSystems: ReadonlySet<string>): Machine => {
	const columns = line.split(blank).filter((word) => word !== "");
	const column = (i: number): string | undefined => {
		const text = columns[i];
		return text === undefined || text === "-" ? undefined : text;
	};
	const number = (i: number, pattern: RegExp, type: string): number => {
		const text = column(i);
		if (text === undefined) return 1;
		if (pattern.test(text)) return Number(text);
		throw new FormatError(
			"BAD_MACHINE",
			`bad machine specification: failed to convert column #${i} in a row: '${line}' to '${type}'`,
		);
	};
	const set = (i: number): Set<string> => new Set((column(i) ?? "").split(",").filter((word) => word !== ""));
	const uri = column(0);
	if (uri === undefined)
		throw new FormatError(
			"BAD_MACHINE",
			`bad machine specification: store URL was not found at the first column of a row: '${line}'`,
		);
	const speedFactor = number(4, /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i, "float");
	if (speedFactor < 0) throw new NixError("BAD_MACHINE", "speed factor must be >= 0");
	return {
		storeUri: referenceOf(uri),
		systems: column(1) === undefined ? defaultSystems : set(1),
		sshKey: column(2) ?? "",
		maxJobs: number(3, /^\d+$/, "unsigned int"),
		speedFactor: speedFactor === 0 ? 1 : speedFactor,
		supportedFeatures: set(5),
		mandatoryFeatures: set(6),
		sshPublicHostKey: column(7) ?? "",
	};
};

/**
 * The machines of the setting `builders`. See "Remote builds" in the manual.
 *
 *     parseMachines("ssh-ng://build x86_64-linux - 4 2 kvm; @/etc/nix/machines", { systems: ["x86_64-linux"], readFile })
 *
 * Throws for entries that are none.
 */
export const parseMachines = (
	text: string,
	options: {
		/** Of machines that name none. */
		readonly systems: readonly string[];
		/** A file's text; undefined where there is none. */
		readonly readFile: (path: string) => string | undefined;
	},
): Machine[] => {
	const systems = new Set(options.systems);
	return entriesOf(text, options.readFile).map((line) => parseMachine(line, systems));
};

/** What is asked of a machine. */
export interface MachineRequest {
	readonly system: string;
	readonly features: ReadonlySet<string>;
}

/** Whether a machine can build such a derivation. */
export const suits = (machine: Machine, { system, features }: MachineRequest): boolean =>
	(system === "builtin" || machine.systems.has(system)) &&
	[...features].every((name) => machine.supportedFeatures.has(name) || machine.mandatoryFeatures.has(name)) &&
	[...machine.mandatoryFeatures].every((name) => features.has(name));
