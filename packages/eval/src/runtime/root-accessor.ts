import { FileAccessError, type FileKind, type SourceAccessor, type SourceStat, type StorePath } from "@tsnix/store";
import { RestrictedPathError } from "../errors/errors";
import type { Evaluator } from "./evaluator";

/**
 * The host's files as an evaluation sees them: with the trees that it has fetched in their places in the store, and in
 * pure or restricted evaluation only those that it has been given access to.
 */
export class RootAccessor implements SourceAccessor {
	private readonly inner: SourceAccessor;
	private readonly mounts = new Map<string, SourceAccessor>();
	private readonly storePrefix: string;
	/** Prefixes that are allowed, and the folders above them; undefined where all is. */
	private readonly allowed: Set<string> | undefined;
	private readonly aboveAllowed = new Set<string>();
	/** A folder that access was found to, with a slash: what is asked for next mostly lies there, too. */
	private lastAllowed = noFolder;
	/** Existing files, by path: they are assumed not to change while an evaluation runs. */
	private readonly stats = new Map<string, SourceStat>();

	constructor(private readonly st: Evaluator) {
		this.inner = st.host.root;
		this.storePrefix = `${st.host.store.storeDir}/`;
		const { pureEval, restrictEval } = st.settings;
		this.allowed = pureEval || restrictEval ? new Set() : undefined;
	}

	/** Gives access to a file or folder, and all below it. */
	allow(path: string): void {
		if (this.allowed === undefined) return;
		this.allowed.add(path);
		for (let at = path.lastIndexOf("/"); at >= 0; at = path.lastIndexOf("/", at - 1)) {
			this.aboveAllowed.add(at === 0 ? "/" : path.slice(0, at));
			if (at === 0) break;
		}
	}

	/** Files may have changed since: they are looked at anew. */
	forget(): void {
		this.stats.clear();
	}

	get restricted(): boolean {
		return this.allowed !== undefined;
	}

	isAllowed(path: string): boolean {
		const { allowed } = this;
		if (allowed === undefined || path.startsWith(this.lastAllowed)) return true;
		if (allowed.has(path) || this.aboveAllowed.has(path)) return true;
		for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
			if (allowed.has(path.slice(0, at))) {
				this.lastAllowed = path.slice(0, at + 1);
				return true;
			}
		return allowed.has("/");
	}

	/** Throws a {@link RestrictedPathError} where there is no access. */
	checkAccess(path: string): void {
		if (this.isAllowed(path)) return;
		const mode = this.st.settings.pureEval
			? "in pure evaluation mode (use '--impure' to override)"
			: "in restricted mode";
		throw this.st.fail(
			new RestrictedPathError("NIX_RESTRICTED", `access to absolute path '${path}' is forbidden ${mode}`),
			0,
		);
	}

	/** Puts a tree in its place in the store, for this evaluation. */
	mount(path: StorePath, tree: SourceAccessor): void {
		this.mounts.set(path.baseName, tree);
	}

	/** Where a path's file is: the host's files, or one of the trees in their places. */
	private find(path: string): readonly [SourceAccessor, string] {
		if (this.mounts.size > 0 && path.startsWith(this.storePrefix)) {
			const end = path.indexOf("/", this.storePrefix.length);
			const tree = this.mounts.get(path.slice(this.storePrefix.length, end < 0 ? undefined : end));
			if (tree !== undefined) return [tree, end < 0 ? "/" : path.slice(end)];
		}
		return [this.inner, path];
	}

	/** The same; what a tree does not have is told of by its path here, but in pure evaluation by the tree itself. */
	private existing(path: string): readonly [SourceAccessor, string] {
		const found = this.find(path);
		const [tree, at] = found;
		if (tree !== this.inner && !this.st.settings.pureEval && tree.lstat(at) === undefined)
			throw new FileAccessError("FILE_NOT_FOUND", `path '${path}' does not exist`, path);
		return found;
	}

	lstat(path: string): SourceStat | undefined {
		const known = this.stats.get(path);
		if (known !== undefined) return known;
		if (!this.isAllowed(path)) return undefined;
		const [tree, at] = this.find(path);
		const stat = tree.lstat(at);
		if (stat !== undefined) this.stats.set(path, stat);
		return stat;
	}

	readFile(path: string): Uint8Array {
		this.checkAccess(path);
		const [tree, at] = this.existing(path);
		return tree.readFile(at);
	}

	*readFileChunks(path: string): Iterable<Uint8Array> {
		this.checkAccess(path);
		const [tree, at] = this.find(path);
		if (tree.readFileChunks === undefined) yield tree.readFile(at);
		else yield* tree.readFileChunks(at);
	}

	readDirectory(path: string): Iterable<readonly [string, FileKind | undefined]> {
		this.checkAccess(path);
		const [tree, at] = this.existing(path);
		const entries = tree.readDirectory(at);
		if (!this.restricted) return entries;
		const prefix = path === "/" ? "/" : `${path}/`;
		return [...entries].filter(([name]) => this.isAllowed(prefix + name));
	}

	readLink(path: string): string {
		this.checkAccess(path);
		const [tree, at] = this.find(path);
		return tree.readLink(at);
	}

	physicalPath(path: string): string | undefined {
		const [tree, at] = this.find(path);
		return tree.physicalPath?.(at);
	}

	explainMissing(path: string): Error | undefined {
		if (!this.st.settings.pureEval) return undefined;
		const [tree, at] = this.find(path);
		return tree.explainMissing?.(at);
	}

	/** In pure evaluation what lies in a tree is shown as the tree shows it: where it came from. */
	showPath(path: string): string {
		if (!this.st.settings.pureEval) return path;
		const [tree, at] = this.find(path);
		return tree.showPath?.(at) ?? path;
	}
}

/** No path begins with it. */
const noFolder = "\0";
