import { type JsonValue, NixError, printJson, type StorePath, toBytes } from "@tsnix/store";
import { level } from "../../output/log";
import { UsageError } from "../../usage-error";
import { compareVersions, eachFlag, type EnvContext, type Operation, type Package } from "./context";
import { availablePackages, installedPackages, selectPackages } from "./packages";
import { XmlWriter } from "./xml-writer";

/** What is told of each package. */
interface Columns {
	status: boolean;
	name: boolean;
	attrPath: boolean;
	system: boolean;
	drvPath: boolean;
	outPath: boolean;
	description: boolean;
	meta: boolean;
	compareVersions: boolean;
}

/** What of a package's path is known: whether it is part of the profile, in the store, or can be had. */
interface Availability {
	readonly installed: ReadonlySet<string>;
	readonly valid: ReadonlySet<string>;
	readonly substitutable: ReadonlySet<string>;
}

/** Whether evaluation stopped at an `assert` or a `throw`: such packages are passed over. */
const isAssertion = (error: unknown): boolean =>
	error instanceof NixError && (error.code === "NIX_ASSERTION" || error.code === "NIX_THROWN");

/** `-q`: tells of packages that are installed, or available. */
export const query: Operation = async (context) => {
	const { session, args } = context;
	const columns: Columns = {
		status: false,
		name: true,
		attrPath: false,
		system: false,
		drvPath: false,
		outPath: false,
		description: false,
		meta: false,
		compareVersions: false,
	};
	const asked = { xml: false, json: false };
	let available = false;
	let attrPath = "";
	const switches: Readonly<Record<string, () => void>> = {
		"--status": () => (columns.status = true),
		"-s": () => (columns.status = true),
		"--no-name": () => (columns.name = false),
		"--system": () => (columns.system = true),
		"--description": () => (columns.description = true),
		"--compare-versions": () => (columns.compareVersions = true),
		"-c": () => (columns.compareVersions = true),
		"--drv-path": () => (columns.drvPath = true),
		"--out-path": () => (columns.outPath = true),
		"--meta": () => (columns.meta = true),
		"--installed": () => (available = false),
		"--available": () => (available = true),
		"-a": () => (available = true),
		"--xml": () => (asked.xml = true),
		"--json": () => (asked.json = true),
		"--attr-path": () => (columns.attrPath = true),
		"-P": () => (columns.attrPath = true),
	};
	eachFlag(context, (flag, next) => {
		if (flag === "--attr" || flag === "-A") attrPath = next();
		else if (Object.hasOwn(switches, flag)) switches[flag]();
		else return false;
		return true;
	});
	if (columns.attrPath && !available) throw new UsageError("--attr-path(-P) only works with --available");

	const installed =
		!available || columns.compareVersions || columns.status ? await installedPackages(context, context.profile) : [];
	const found = available || columns.compareVersions ? await availablePackages(context, attrPath) : [];
	const selected = await selectPackages(session, available ? found : installed, args, false);
	const others = available ? installed : found;
	const packages = selected
		.map((one) => ({ one, key: one.name.toUpperCase() }))
		.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
		.map(({ one }) => one);

	const skip = (one: Package): void =>
		session.log.line(level.talkative, `skipping derivation named '${one.name}' which gives an assertion failure`);
	const failed = new Set<Package>();
	const state = await availability(context, columns, packages, installed, (one) => {
		failed.add(one);
		skip(one);
	});
	const shown = packages.filter((one) => !failed.has(one));
	const each = async (tell: (one: Package) => Promise<void>): Promise<void> => {
		for (const one of shown) {
			one.doing = `while querying the derivation named '${one.name}'`;
			try {
				await tell(one);
			} catch (error) {
				if (!isAssertion(error)) throw error;
				skip(one);
			}
		}
	};
	if (asked.json) {
		const out: Record<string, JsonValue> = {};
		await each((one) => asJson(context, one, columns, out));
		session.shell.writeOut(`${toBytes(printJson(sortedObject(out), 2))}\n`);
		return;
	}
	const isThere = async (one: Package): Promise<boolean> => {
		if (!context.prebuiltOnly) return true;
		const { baseName } = await one.outPath();
		return state.valid.has(baseName) || state.substitutable.has(baseName);
	};
	if (asked.xml) {
		const xml = new XmlWriter((text) => session.shell.writeOut(text));
		xml.open("items", {});
		await each(async (one) => {
			if (await isThere(one)) await asXml(context, one, columns, state, others, xml);
		});
		xml.close();
		return;
	}
	const rows: string[][] = [];
	await each(async (one) => {
		if (await isThere(one)) rows.push(await asRow(context, one, columns, state, others));
	});
	for (const line of tableLines(rows)) session.print(line);
};

const sortedObject = (out: Record<string, JsonValue>): JsonValue =>
	Object.fromEntries(Object.entries(out).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

const availability = async (
	context: EnvContext,
	columns: Columns,
	packages: readonly Package[],
	installed: readonly Package[],
	fail: (one: Package) => void,
): Promise<Availability> => {
	const own = new Set<string>();
	const valid = new Set<string>();
	const substitutable = new Set<string>();
	if (columns.status) for (const one of installed) own.add((await one.outPath()).baseName);
	if (columns.status || context.prebuiltOnly) {
		const { session } = context;
		const paths = new Map<string, StorePath>();
		for (const one of packages)
			try {
				const path = await one.outPath();
				paths.set(path.baseName, path);
			} catch (error) {
				if (!isAssertion(error)) throw error;
				fail(one);
			}
		const opened = await session.substitution.substituters();
		const substituters = opened.filter(({ wantMassQuery }) => wantMassQuery === true);
		for (const path of paths.values()) {
			if (session.store.isValidPath(path)) valid.add(path.baseName);
			for (const substituter of substituters)
				if ((await substituter.queryPathInfo(path)) !== undefined) {
					substitutable.add(path.baseName);
					break;
				}
		}
	}
	return { installed: own, valid, substitutable };
};

/** How a version compares with the others of the same name, and with which of them. */
const versionAgainst = (
	one: Package,
	others: readonly Package[],
): { readonly sign: "<" | "=" | ">" | "-"; readonly version: string } => {
	let sign: "<" | "=" | ">" | "-" = "-";
	let version = "?";
	for (const { drvName } of others) {
		if (drvName.name !== one.drvName.name) continue;
		const difference = compareVersions(one.drvName.version, drvName.version);
		if (difference < 0) {
			sign = "<";
			version = drvName.version;
		} else if (sign !== "<" && difference === 0) {
			sign = "=";
			version = drvName.version;
		} else if (sign !== "<" && sign !== "=" && difference > 0) {
			sign = ">";
			if (version === "" || compareVersions(version, drvName.version) < 0) version = drvName.version;
		}
	}
	return { sign, version };
};

const shownPath = ({ session }: EnvContext, path: StorePath): string => path.toString(session.commandStore.storeDir);

const asRow = async (
	context: EnvContext,
	one: Package,
	columns: Columns,
	state: Availability,
	others: readonly Package[],
): Promise<string[]> => {
	const row: string[] = [];
	if (columns.status) {
		const { baseName } = await one.outPath();
		const flag = (set: ReadonlySet<string>, letter: string): string => (set.has(baseName) ? letter : "-");
		row.push(flag(state.installed, "I") + flag(state.valid, "P") + flag(state.substitutable, "S"));
	}
	if (columns.attrPath) row.push(one.attrPath);
	if (columns.name) row.push(one.name);
	if (columns.compareVersions) {
		const { sign, version } = versionAgainst(one, others);
		const text = `${sign} ${version}`;
		row.push(sign === "<" && context.session.shell.isTerminal.output ? `\x1b[31;1m${text}\x1b[0m` : text);
	}
	if (columns.system) row.push(await one.system());
	if (columns.drvPath) {
		const path = await one.drvPath();
		row.push(path === undefined ? "-" : shownPath(context, path));
	}
	if (columns.outPath) {
		const outputs = await one.outputs(true);
		row.push(outputs.map(([name, path]) => (name === "out" ? "" : `${name}=`) + (path ?? "")).join(";"));
	}
	if (columns.description) row.push(await one.description());
	return row;
};

/** Rows with their columns below each other. */
export const tableLines = (rows: readonly (readonly string[])[]): string[] => {
	const widths: number[] = [];
	for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
	return rows.map((row) =>
		row
			.map((cell, i) => {
				const text = cell.replace(/\n/g, " ");
				return i < row.length - 1 ? text.padEnd(widths[i] + 2) : text;
			})
			.join(""),
	);
};

const asJson = async (
	context: EnvContext,
	one: Package,
	columns: Columns,
	out: Record<string, JsonValue>,
): Promise<void> => {
	const { whole, name, version } = one.drvName;
	const set: Record<string, JsonValue> = {};
	out[one.attrPath] = set;
	set.name = whole;
	set.pname = name;
	set.version = version;
	set.system = await one.system();
	set.outputName = await one.outputName();
	set.outputs = Object.fromEntries(await one.outputs(columns.outPath));
	if (columns.drvPath) {
		const path = await one.drvPath();
		if (path !== undefined) set.drvPath = shownPath(context, path);
	}
	if (columns.meta) {
		const meta: Record<string, JsonValue> = {};
		set.meta = meta;
		for (const key of await one.metaNames()) {
			const value = await one.metaJson(key);
			if (value === undefined) complain(context, one, key);
			meta[key] = value ?? null;
		}
	}
	out[one.attrPath] = sortedObject(set);
};

const complain = ({ session }: EnvContext, one: Package, key: string): void =>
	session.log.line(level.error, `derivation '${one.name}' has invalid meta attribute '${key}'`);

const asXml = async (
	context: EnvContext,
	one: Package,
	columns: Columns,
	state: Availability,
	others: readonly Package[],
	xml: XmlWriter,
): Promise<void> => {
	const attrs: Record<string, string> = {};
	if (columns.status) {
		const { baseName } = await one.outPath();
		const flag = (set: ReadonlySet<string>): string => (set.has(baseName) ? "1" : "0");
		attrs.installed = flag(state.installed);
		attrs.valid = flag(state.valid);
		attrs.substitutable = flag(state.substitutable);
	}
	attrs.attrPath = one.attrPath;
	attrs.name = one.drvName.whole;
	attrs.pname = one.drvName.name;
	attrs.version = one.drvName.version;
	if (columns.compareVersions) {
		const { sign, version } = versionAgainst(one, others);
		if (sign !== "-") {
			attrs.versionDiff = sign;
			attrs.maxComparedVersion = version;
		}
	}
	const system = await one.system();
	if (system !== "") attrs.system = system;
	if (columns.drvPath) {
		const path = await one.drvPath();
		if (path !== undefined) attrs.drvPath = shownPath(context, path);
	}
	attrs.outputName = await one.outputName();
	if (columns.description) {
		const text = await one.description();
		if (text !== "") attrs.description = text;
	}
	xml.open("item", attrs);
	try {
		for (const [name, path] of await one.outputs(columns.outPath))
			xml.empty("output", { name, ...(path === null ? {} : { path }) });
		if (columns.meta)
			for (const name of await one.metaNames()) {
				const value = await one.meta(name);
				if (value === undefined) complain(context, one, name);
				else if (value.type !== "strings") xml.empty("meta", { name, type: value.type, value: value.value });
				else {
					xml.open("meta", { name, type: "strings" });
					for (const { name: type, value: text } of value.strings)
						xml.empty("string", type === undefined ? { value: text } : { type, value: text });
					xml.close();
				}
			}
	} finally {
		xml.close();
	}
};
