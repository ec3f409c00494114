/** What a Git revision looks like: 40 hexadecimal digits. */
export const revPattern = /^[0-9a-fA-F]{40}$/;

/** A branch or tag name as Mercurial inputs take it. */
export const simpleRefPattern = /^[a-zA-Z0-9@][a-zA-Z0-9_./@+-]*$/;

const isValidSegment = (segment: string): boolean =>
	segment !== "" &&
	!segment.startsWith(".") &&
	!segment.endsWith(".lock") &&
	!segment.includes("..") &&
	!segment.includes("@{") &&
	!/[\x00-\x20~^:\\?[*]/.test(segment);

const isValidReference = (name: string): boolean => {
	const segments = name.split("/");
	if (!segments.every(isValidSegment) || name.endsWith(".")) return false;
	const capitals = /^[A-Z_]+$/.test(segments[0] as string);
	const bounded = !/^_|_$/.test(segments[0] as string);
	return segments.length === 1 ? capitals && bounded : !(capitals && bounded);
};

/**
 * Whether Git takes a name for a reference, a branch or a tag (`git check-ref-format`, as libgit2 applies it).
 *
 *     isLegalRefName("feature/x")  // true
 *     isLegalRefName("a..b")       // false
 */
export const isLegalRefName = (name: string): boolean => {
	if (name === "@" || name.includes("\x7f")) return false;
	if (isValidReference(name)) return true;
	return !name.startsWith("-") && name !== "HEAD" && isValidReference(`refs/heads/${name}`);
};
