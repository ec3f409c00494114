import { fromBytes, type JsonValue } from "@tsnix/store";
import { type AttrCursor, showAttrs } from "./attr-cursor";
import { EvalError, IFDError, printIdentifier } from "./evaluation";
import { treeLines } from "./metadata";

/** What of a flake's outputs is shown (`nix flake show`). */
export interface ShowOptions {
	/** The system whose outputs are looked at; those of others are only named. */
	readonly system: string;
	/** `--legacy`: `legacyPackages` too. */
	readonly legacy?: boolean;
	/** `--all-systems` */
	readonly allSystems?: boolean;
	readonly warn?: (message: string) => void;
	/** Told the attribute path of each output before it is looked at. */
	readonly onVisit?: (path: string) => void;
}

export interface ShowTextOptions extends ShowOptions {
	/** The first line: the flake's reference. */
	readonly title: string;
	/** With escape sequences for a terminal. */
	readonly color?: boolean;
	/** Told each line, a byte string, as soon as it is known. */
	readonly print: (line: string) => void;
}

const bySystem = new Set(["apps", "checks", "devShells", "legacyPackages", "packages"]);
const flat = new Set(["formatter", "nixosConfigurations", "nixosModules", "overlays"]);

/** Whether there is anything to show; what cannot be evaluated counts as something. */
const hasContent = (cursor: AttrCursor): boolean => {
	const { path } = cursor;
	const recurses =
		path.length === 1 ? bySystem.has(path[0]) || flat.has(path[0]) : path.length === 2 && bySystem.has(path[0]);
	if (!recurses) return true;
	try {
		return cursor.names().some((name) => hasContent(cursor.get(name)));
	} catch (error) {
		if (error instanceof EvalError) return true;
		throw error;
	}
};

/** How something is shown: as text, or as JSON. */
interface Shown {
	/** What follows the name in the text; absent for sets, whose attributes follow. */
	readonly text: (style: Style) => string;
	readonly json: Readonly<Record<string, string>>;
}

interface Style {
	readonly bold: (text: string) => string;
	readonly warning: (text: string) => string;
}

const omitted = (cursor: AttrCursor, why: string): Shown & { readonly warning: string } => ({
	text: ({ warning }) => ` ${warning("omitted")} (${why})`,
	json: {},
	warning: `${showAttrs(cursor.path)} omitted (${why})`,
});

const omittedForIFD = (cursor: AttrCursor): Shown & { readonly warning: string } => ({
	text: ({ warning }) => ` ${warning("omitted due to use of import from derivation")}`,
	json: {},
	warning: `${showAttrs(cursor.path)} omitted due to use of import from derivation`,
});

const descriptionOf = (cursor: AttrCursor): string | undefined => cursor.find("meta")?.find("description")?.string();

/** What a cursor is: something shown, a set to go into, or nothing. */
type Verdict = (Shown & { readonly warning?: string }) | "set" | { readonly nothing: string | undefined };

class Shower {
	constructor(
		private readonly options: ShowOptions,
		private readonly json: boolean,
	) {}

	/** What is at a cursor. */
	judge(cursor: AttrCursor): Verdict {
		const { path } = cursor;
		const [kind, system] = path;
		const depth = path.length;
		if (depth === 0) return "set";
		if (depth === 1 && topLevelSets.has(kind)) return "set";
		if (depth <= 2 && systemSets.has(kind)) return "set";
		if ((depth === 2 && systemValues.has(kind)) || (depth === 3 && derivationSets.has(kind)))
			return this.isForeign(system)
				? omitted(cursor, "use '--all-systems' to show")
				: this.barringIFD(cursor, () =>
						cursor.isDerivation()
							? this.derivation(cursor)
							: { nothing: `${showAttrs([...path, "name"])} is not a derivation` },
					);
		if (kind === "hydraJobs")
			return this.barringIFD(cursor, () => (cursor.isDerivation() ? this.derivation(cursor) : "set"));
		if (kind === "legacyPackages") return this.legacyPackage(cursor);
		if ((depth === 2 && kind === "defaultApp") || (depth === 3 && kind === "apps")) return app(cursor);
		if ((depth === 1 && kind === "defaultTemplate") || (depth === 2 && kind === "templates")) {
			const description = cursor.get("description").string();
			return { text: ({ bold }) => `: template: ${bold(description)}`, json: { type: "template", description } };
		}
		return other(path);
	}

	private isForeign(system: string): boolean {
		return this.options.allSystems !== true && system !== this.options.system;
	}

	private barringIFD(cursor: AttrCursor, run: () => Verdict): Verdict {
		try {
			return run();
		} catch (error) {
			if (error instanceof IFDError) return omittedForIFD(cursor);
			throw error;
		}
	}

	private legacyPackage(cursor: AttrCursor): Verdict {
		const { path } = cursor;
		if (path.length === 1) return "set";
		if (this.options.legacy !== true) return omitted(cursor, "use '--legacy' to show");
		if (this.isForeign(path[1])) return omitted(cursor, "use '--all-systems' to show");
		return this.barringIFD(cursor, () => {
			if (cursor.isDerivation()) return this.derivation(cursor);
			return path.length <= 2 ? "set" : { nothing: undefined };
		});
	}

	private derivation(cursor: AttrCursor): Shown {
		const name = cursor.get("name").string();
		const [kind] = cursor.path;
		const depth = cursor.path.length;
		const what =
			(depth === 2 && kind === "devShell") || (depth >= 2 && kind === "devShells")
				? "development environment"
				: (depth === 3 && kind === "checks") || kind === "hydraJobs"
					? "derivation"
					: "package";
		const description = this.json ? (descriptionOf(cursor) ?? "") : "";
		return { text: () => `: ${what} '${name}'`, json: { type: "derivation", name, description } };
	}
}

const topLevelSets = new Set([
	"defaultPackage",
	"devShell",
	"formatter",
	"nixosConfigurations",
	"nixosModules",
	"defaultApp",
	"templates",
	"overlays",
]);
const systemSets = new Set(["checks", "packages", "devShells", "apps"]);
const systemValues = new Set(["defaultPackage", "devShell", "formatter"]);
const derivationSets = new Set(["checks", "packages", "devShells"]);

const app = (cursor: AttrCursor): Shown => {
	const type = cursor.find("type");
	const description = descriptionOf(cursor);
	if (type?.string() !== "app") throw new EvalError("NOT_AN_APP", "not an app definition");
	return {
		text: ({ bold }) => `: app: ${bold(description ?? "no description")}`,
		json: description === undefined ? { type: "app" } : { type: "app", description },
	};
};

const other = (path: readonly string[]): Shown => {
	const [kind] = path;
	const depth = path.length;
	const [type, text] =
		(depth === 1 && kind === "overlay") || (depth === 2 && kind === "overlays")
			? ["nixpkgs-overlay", "Nixpkgs overlay"]
			: depth === 2 && kind === "nixosConfigurations"
				? ["nixos-configuration", "NixOS configuration"]
				: (depth === 1 && kind === "nixosModule") || (depth === 2 && kind === "nixosModules")
					? ["nixos-module", "NixOS module"]
					: ["unknown", "unknown"];
	return { text: ({ warning }) => `: ${warning(text)}`, json: { type } };
};

/** An error in `legacyPackages` hides what is there; any other ends the walk. */
const mayFail = (cursor: AttrCursor, error: unknown): boolean =>
	error instanceof EvalError && cursor.path[0] === "legacyPackages";

/** What `nix flake show --json` prints, for `printJson`. */
export const showJson = (outputs: AttrCursor, options: ShowOptions): JsonValue => {
	const shower = new Shower(options, true);
	const visit = (cursor: AttrCursor): JsonValue => {
		const shown: [string, JsonValue][] = [];
		options.onVisit?.(showAttrs(cursor.path));
		try {
			const verdict = shower.judge(cursor);
			if (verdict === "set") {
				for (const name of cursor.names().filter((inner) => hasContent(cursor.get(inner))))
					shown.push([fromBytes(name), visit(cursor.get(name))]);
			} else if ("nothing" in verdict) {
				if (verdict.nothing !== undefined) options.warn?.(verdict.nothing);
			} else {
				if (verdict.warning !== undefined) options.warn?.(verdict.warning);
				for (const [name, value] of Object.entries(verdict.json)) shown.push([name, fromBytes(value)]);
			}
		} catch (error) {
			if (!mayFail(cursor, error)) throw error;
		}
		return Object.fromEntries(shown);
	};
	return visit(outputs);
};

/** What `nix flake show` prints, a line at a time, so that what comes before an error is seen. */
export const showText = (outputs: AttrCursor, options: ShowTextOptions): void => {
	const paint = (escape: string) => (text: string) => (options.color === true ? `${escape}${text}\x1b[0m` : text);
	const bold = paint("\x1b[1m");
	const green = paint("\x1b[32;1m");
	const style: Style = { bold, warning: paint("\x1b[35;1m") };
	const shower = new Shower(options, false);
	const visit = (cursor: AttrCursor, header: string, prefix: string): void => {
		options.onVisit?.(showAttrs(cursor.path));
		try {
			const verdict = shower.judge(cursor);
			if (verdict === "set") {
				options.print(header);
				const names = cursor.names().filter((name) => hasContent(cursor.get(name)));
				names.forEach((name, i) => {
					const last = i + 1 === names.length;
					const branch = green(prefix + (last ? treeLines.last : treeLines.middle));
					visit(
						cursor.get(name),
						branch + bold(printIdentifier(name)),
						prefix + (last ? treeLines.none : treeLines.through),
					);
				});
			} else if ("nothing" in verdict) {
				if (verdict.nothing !== undefined) options.warn?.(verdict.nothing);
			} else options.print(header + verdict.text(style));
		} catch (error) {
			if (!mayFail(cursor, error)) throw error;
		}
	};
	visit(outputs, bold(options.title), "");
};
