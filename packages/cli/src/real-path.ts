import { fsAccessor, type SourceAccessor } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";

/** A path whose folder has no links in it; the last step is left as it is. */
export const realpathOfParent = (path: string): string => {
	const trimmed = path.replace(/\/+(\.\/*)*$/, "") || "/";
	const slash = trimmed.lastIndexOf("/");
	const name = trimmed.slice(slash + 1);
	if (name === "" || name === "." || name === "..") return nodeFs.realpathSync(trimmed);
	const folder = slash <= 0 ? "/" : nodeFs.realpathSync(trimmed.slice(0, slash));
	return folder === "/" ? `/${name}` : `${folder}/${name}`;
};

/** The files at a place of the host, shown in messages as the reference shows them. */
export const filesAt = (place: string): SourceAccessor => {
	const real = realpathOfParent(place);
	return fsAccessor(nodeFs, real, `/${real}`);
};
