import { hostPath, type NamedFs } from "@tsnix/store";

/**
 * The newest modification time (seconds since 1970) of everything at and below a path, folders and links included;
 * links are not followed. This is what `path` inputs call `lastModified`.
 */
export const newestModification = (fs: NamedFs, path: string): number => {
	let newest = 0;
	const visit = (at: string) => {
		const stat = fs.lstatSync(at);
		newest = Math.max(newest, Math.floor(Number(stat.mtimeMs) / 1000));
		if (stat.isDirectory()) for (const name of fs.readdirSync(at)) visit(at === "/" ? `/${name}` : `${at}/${name}`);
	};
	visit(hostPath(fs, path));
	return newest;
};
