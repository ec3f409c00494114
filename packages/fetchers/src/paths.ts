/** An absolute path without `.`, `..`, doubled or trailing slashes; links are not looked at. */
export const canonicalPath = (path: string): string => {
	const out: string[] = [];
	for (const part of path.split("/"))
		if (part === "..") out.pop();
		else if (part !== "" && part !== ".") out.push(part);
	return `/${out.join("/")}`;
};

/** The parts of a canonical path. */
export const pathParts = (path: string): string[] => (path === "/" ? [] : path.slice(1).split("/"));

/** A child of a canonical path. */
export const joinPath = (parent: string, name: string): string => (parent === "/" ? `/${name}` : `${parent}/${name}`);
