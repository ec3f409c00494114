import {
	formatDate,
	type Input,
	inputLastModified,
	inputNarHash,
	inputRev,
	inputRevCount,
	inputType,
	maybeGetBoolAttr,
	maybeGetStrAttr,
} from "@tsnix/fetchers";
import type { StorePath } from "@tsnix/store";
import { AttrsBuilder, type AttrsValue, Context, type Evaluator, type Lazy, NixString } from "./evaluation";

/** A store path as a string that refers to it. */
export const storePathString = (st: Evaluator, path: StorePath): NixString =>
	new NixString(path.toString(st.host.store.storeDir), Context.of([path.baseName]) as Context);

/**
 * What a flake knows of the tree it comes from (`sourceInfo`): what `builtins.fetchTree` gives for it. `forceDirty`
 * leaves its revision out.
 */
export const treeValue = (st: Evaluator, path: StorePath, input: Input, forceDirty: boolean): AttrsValue => {
	const builder = new AttrsBuilder();
	const add = (name: string, value: Lazy | undefined): void => {
		if (value !== undefined) builder.add(st.symbols.create(name), value);
	};
	add("outPath", storePathString(st, path));
	add("narHash", inputNarHash(input)?.sri());
	if (inputType(input) === "git") add("submodules", maybeGetBoolAttr(input.attrs, "submodules") ?? false);
	if (!forceDirty) {
		const rev = inputRev(input)?.base16();
		add("rev", rev);
		add("shortRev", rev?.slice(0, 7));
		add("revCount", inputRevCount(input));
	}
	const dirtyRev = maybeGetStrAttr(input.attrs, "dirtyRev");
	if (dirtyRev !== undefined) {
		add("dirtyRev", dirtyRev);
		add("dirtyShortRev", maybeGetStrAttr(input.attrs, "dirtyShortRev"));
	}
	const lastModified = inputLastModified(input);
	if (lastModified !== undefined) {
		add("lastModified", lastModified);
		add("lastModifiedDate", formatDate(lastModified));
	}
	return builder.finish();
};
