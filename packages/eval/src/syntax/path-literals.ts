const dot = 46;
const slash = 47;

/** Whether a path has segments that are empty, `.` or `..`, but for `./` in front. */
const irregular = /\/(?:\.{0,2}(?:\/|$))|^\.\.?(?:$|\.\/)/;

/** An absolute path without empty, `.` and `..` segments, and without a trailing slash. */
const canonical = (path: string): string => {
	const out: string[] = [];
	for (const segment of path.split("/")) {
		if (segment === "" || segment === ".") continue;
		if (segment === "..") out.pop();
		else out.push(segment);
	}
	return `/${out.join("/")}`;
};

/**
 * The absolute path that a path literal stands for, relative ones against `basePath`. A trailing slash, which an
 * interpolation follows, is kept. `resolveLiteral("../x/", "/a/b")` is `"/a/x/"`.
 */
export const resolveLiteral = (literal: string, basePath: string): string => {
	// Nearly all are `./x` or `./x/y`, in a folder whose path is canonical.
	if (literal.charCodeAt(0) === dot && literal.charCodeAt(1) === slash && !irregular.test(literal))
		return basePath === "/" ? literal.slice(1) : basePath + literal.slice(1);
	const path = canonical(literal.startsWith("/") ? literal : `${basePath}/${literal}`);
	return literal.length > 1 && literal.endsWith("/") ? `${path}/` : path;
};
