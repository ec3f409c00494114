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
