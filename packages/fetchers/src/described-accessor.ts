import type { SourceAccessor } from "@tsnix/store";

/** What can be said of a whole tree. */
export interface TreeDescription {
	readonly fingerprint?: string;
	readonly lastModified?: number;
	/** Put before paths in messages: `«github:NixOS/nixpkgs/…»`. */
	readonly displayPrefix?: string;
}

/** The same tree, with a description of its own. */
export const describedAccessor = (accessor: SourceAccessor, description: TreeDescription): SourceAccessor => {
	const { displayPrefix } = description;
	const described: SourceAccessor = Object.create(accessor, {});
	const define = (name: string, value: unknown) => {
		Object.defineProperty(described, name, { value, enumerable: true });
	};
	if (description.fingerprint !== undefined) define("fingerprint", description.fingerprint);
	if (description.lastModified !== undefined) define("lastModified", description.lastModified);
	if (displayPrefix !== undefined) define("showPath", (path: string) => displayPrefix + path);
	return described;
};
