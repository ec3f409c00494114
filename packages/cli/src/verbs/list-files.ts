import { childPath, type NarListing, NixError, type SourceAccessor, type SourceStat } from "@tsnix/store";
import type { Flag } from "../args/flags";
import type { Session } from "../session";
import { UsageError } from "../usage-error";
import { listingJson } from "./listing-json";
import { JsonOptions } from "./json-flags";

const permissions = ({ kind, executable }: SourceStat): string =>
	kind === "regular"
		? executable === true
			? "-r-xr-xr-x"
			: "-r--r--r--"
		: kind === "symlink"
			? "lrwxrwxrwx"
			: "dr-xr-xr-x";

/** `nix store ls` and `nix nar ls`: the options, and the listing. */
export class FileLister {
	private readonly json: JsonOptions;
	private recursive = false;
	private long = false;
	private directory = false;

	constructor(private readonly session: Session) {
		this.json = new JsonOptions(session);
	}

	flags(): Flag[] {
		return [
			...this.json.flags(),
			{ long: "recursive", short: "R", handle: () => void (this.recursive = true) },
			{ long: "long", short: "l", handle: () => void (this.long = true) },
			{ long: "directory", short: "d", handle: () => void (this.directory = true) },
		];
	}

	list(accessor: SourceAccessor, path: string, listing?: () => NarListing | undefined): void {
		if (this.json.json) {
			if (this.directory) throw new UsageError("'--directory' is useless with '--json'");
			this.session.print(listingJson(accessor, path, this.recursive, listing?.()));
			return;
		}
		const stat = this.stat(accessor, path);
		const relative = stat.kind === "directory" ? "." : path.slice(path.lastIndexOf("/") + 1);
		this.show(accessor, stat, path, relative, this.directory);
	}

	private stat(accessor: SourceAccessor, path: string): SourceStat {
		const stat = accessor.lstat(path);
		if (stat === undefined)
			throw new NixError(
				"FILE_NOT_FOUND",
				`path '${accessor.physicalPath?.(path) ?? accessor.showPath?.(path) ?? path}' does not exist`,
			);
		return stat;
	}

	private show(accessor: SourceAccessor, stat: SourceStat, path: string, relative: string, itself: boolean): void {
		if (stat.kind !== "directory" || itself) return this.showFile(accessor, path, relative);
		const names = [...accessor.readDirectory(path)].map(([name]) => name).sort();
		for (const name of names) this.showFile(accessor, childPath(path, name), `${relative}/${name}`);
	}

	private showFile(accessor: SourceAccessor, path: string, relative: string): void {
		const stat = this.stat(accessor, path);
		let line = relative;
		if (this.long) {
			line = `${permissions(stat)} ${String(stat.size ?? 0).padStart(20)} ${relative}`;
			if (stat.kind === "symlink") line += ` -> ${accessor.readLink(path)}`;
		}
		this.session.print(line);
		if (this.recursive && stat.kind === "directory") this.show(accessor, stat, path, relative, false);
	}
}

/** A regular file's contents to standard output. */
export const catFile = (session: Session, accessor: SourceAccessor, path: string): void => {
	const stat = accessor.lstat(path);
	if (stat === undefined)
		throw new NixError(
			"FILE_NOT_FOUND",
			`path '${accessor.physicalPath?.(path) ?? accessor.showPath?.(path) ?? path}' does not exist`,
		);
	if (stat.kind !== "regular") throw new NixError("NOT_A_FILE", `path '${path}' is not a regular file`);
	session.shell.writeOut(accessor.readFile(path));
};
