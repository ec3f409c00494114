import { hostPath, type NamedFs, NixError, type WritableSyncFs } from "@tsnix/store";
import {
	Attrs,
	ContextGatherer,
	coerceToPath,
	type Evaluator,
	force,
	getAttr,
	type Lazy,
	maybeLstat,
	NixPath,
	NixString,
	showNixPath,
	showType,
	TypeError,
} from "./evaluation";
import { renderMarkdown } from "../repl/markdown";

/** What came of writing a template's files. */
export interface WrittenTemplate {
	/** The files that were written, with their whole paths. */
	readonly written: readonly string[];
	/** How many were there with other contents, and were left. */
	readonly conflicts: number;
	/** Laid out for reading. */
	readonly welcomeText?: string;
}

/** What is told on the way. */
export interface TemplateReporter {
	readonly error: (text: string) => void;
	readonly notice: (text: string) => void;
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
	a.length === b.length && a.every((byte, i) => byte === b[i]);

const inside = (folder: string, name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`);

/** Copies a template's tree; what is there already is left as it is. */
class TemplateWriter {
	readonly written: string[] = [];
	conflicts = 0;

	constructor(
		private readonly st: Evaluator,
		private readonly fs: WritableSyncFs & Pick<NamedFs, "byteNames">,
		private readonly report: TemplateReporter,
	) {}

	copy(from: NixPath, to: string): void {
		const { fs } = this;
		fs.mkdirSync(hostPath(fs, to), { recursive: true });
		const tree = from.accessor.accessor;
		for (const [name] of [...tree.readDirectory(from.path)].sort(([a], [b]) => (a < b ? -1 : 1))) {
			const source = new NixPath(inside(from.path, name), from.accessor);
			const target = inside(to, name);
			const kind = maybeLstat(this.st, source)?.kind;
			if (kind === "directory") {
				this.copy(source, target);
				this.wrote(target);
				continue;
			}
			if (kind !== "regular" && kind !== "symlink")
				throw new NixError(
					"BAD_TEMPLATE",
					`path '${showNixPath(source)}' needs to be a symlink, file, or directory but instead is a ${kind ?? "unknown"}`,
				);
			const same = this.compare(source, target, kind);
			if (same === undefined) this.write(source, target, kind);
			else if (same) this.report.notice(`skipping identical file: ${showNixPath(source)}`);
			else {
				this.report.error(
					`refusing to overwrite existing file "${target}"\n please merge it manually with '${showNixPath(source)}'`,
				);
				this.conflicts++;
			}
		}
	}

	/** Whether what is at a place is what is to be written there; undefined where there is nothing. */
	private compare(source: NixPath, target: string, kind: "regular" | "symlink"): boolean | undefined {
		const { fs } = this;
		const at = hostPath(fs, target);
		try {
			fs.lstatSync(at);
		} catch {
			return undefined;
		}
		const tree = source.accessor.accessor;
		return kind === "regular"
			? sameBytes(tree.readFile(source.path), fs.readFileSync(at))
			: hostPath(fs, tree.readLink(source.path)) === fs.readlinkSync(at);
	}

	private write(source: NixPath, target: string, kind: "regular" | "symlink"): void {
		const { fs } = this;
		const tree = source.accessor.accessor;
		if (kind === "regular") fs.writeFileSync(hostPath(fs, target), tree.readFile(source.path));
		else fs.symlinkSync(hostPath(fs, tree.readLink(source.path)), hostPath(fs, target));
		this.wrote(target);
	}

	private wrote(target: string): void {
		this.written.push(target);
		this.report.notice(`wrote: "${target}"`);
	}
}

const attrOf = (st: Evaluator, set: Lazy, name: string): Lazy | undefined => {
	const value = force(set, 0);
	return value instanceof Attrs ? getAttr(value, st.symbols.create(name)) : undefined;
};

/** Writes the files of a template (`{ path, welcomeText ? }`, an output of a flake) into a folder. */
export const writeTemplate = (
	st: Evaluator,
	template: Lazy,
	attribute: string,
	folder: string,
	fs: WritableSyncFs & Pick<NamedFs, "byteNames">,
	report: TemplateReporter,
): WrittenTemplate => {
	const path = attrOf(st, template, "path");
	if (path === undefined) throw new NixError("NO_SUCH_ATTRIBUTE", `attribute '${attribute}.path' does not exist`);
	const writer = new TemplateWriter(st, fs, report);
	writer.copy(coerceToPath(st, path, new ContextGatherer(), "", 0), folder);
	const welcome = attrOf(st, template, "welcomeText");
	const { written, conflicts } = writer;
	if (welcome === undefined) return { written, conflicts };
	const text = force(welcome, 0);
	if (typeof text !== "string" && !(text instanceof NixString))
		throw st.fail(new TypeError("NIX_TYPE", `'${attribute}.welcomeText' is not a string but ${showType(text)}`), 0);
	const markdown = typeof text === "string" ? text : text.s;
	const raw = st.host.getEnv?.("_NIX_TEST_RAW_MARKDOWN") === "1";
	return { written, conflicts, welcomeText: raw ? markdown : renderMarkdown(markdown) };
};
