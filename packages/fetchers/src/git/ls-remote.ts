/** One line of `git ls-remote --symref`, or of the files a Git server serves plainly. */
export interface LsRemoteLine {
	/** `ref: …` lines name another reference, the others an object. */
	readonly kind: "symbolic" | "object";
	readonly target: string;
	/** The reference that the line is about. */
	readonly reference?: string;
}

/** Take such a line apart; undefined where it is none. */
export const parseLsRemoteLine = (line: string): LsRemoteLine | undefined => {
	const match = /^(ref: *)?(\S+)(?:\t+(.*))?$/.exec(line);
	if (match === null) return undefined;
	const reference = match[3];
	return {
		kind: match[1] === undefined ? "object" : "symbolic",
		target: match[2] as string,
		...(reference === undefined || reference === "" ? {} : { reference }),
	};
};
