import type { SourceAccessor } from "@tsnix/store";
import { GitError } from "../errors";
import type { GitAttributes } from "./attributes";
import { FilteringAccessor } from "./filtering-accessor";

/** A tree without what `.gitattributes` say is not to be exported (`export-ignore`). */
export class ExportIgnoreAccessor extends FilteringAccessor {
	private readonly known = new Map<string, boolean>();

	constructor(
		inner: SourceAccessor,
		private readonly attributes: GitAttributes,
	) {
		super(inner);
	}

	protected isAllowed(path: string): boolean {
		if (path === "/") return true;
		let exported = this.known.get(path);
		if (exported === undefined) {
			exported = this.attributes.get(path.slice(1), "export-ignore") !== true;
			this.known.set(path, exported);
		}
		return exported;
	}

	protected notAllowed(path: string): GitError {
		return new GitError("FILE_NOT_FOUND", `'${path}' does not exist because it was fetched with exportIgnore enabled`);
	}
}
