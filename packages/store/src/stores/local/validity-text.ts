import { FormatError } from "../../errors";
import { Hash, parseHash } from "../../formats/hash";
import { parseStorePath, StorePath } from "../../formats/store-path";
import type { PathInfo } from "../store";

/** A path in the text form of `nix-store --dump-db`: path, hash, size, deriver, number of references, references. */
export const writeValidity = (info: PathInfo, storeDir: string): string => {
	const lines = [
		info.path.toString(storeDir),
		info.narHash.base16(),
		String(info.narSize),
		info.deriver?.toString(storeDir) ?? "",
		String(info.references.length),
		...info.references.map((reference) => reference.toString(storeDir)),
	];
	return `${lines.join("\n")}\n`;
};

/** What {@link writeValidity} wrote, or, without hashes, what builders write (`exportReferencesGraph`). */
export interface Validity extends Omit<PathInfo, "registrationTime" | "ultimate" | "signatures"> {
	/** Whether hash and size were in the text; else they are nothing. */
	readonly hashed: boolean;
}

const unknownHash = new Hash("sha256", new Uint8Array(32));

/** Read that text. Throws a {@link FormatError} where it ends too early. */
export const parseValidity = (text: string, storeDir: string, hashGiven: boolean): Validity[] => {
	const lines = text.split("\n");
	const out: Validity[] = [];
	let at = 0;
	/** The next line; an empty one after the end, which is found out once all of an item is read. */
	const next = (): string => lines[at++] ?? "";
	const number = (): number => {
		const line = next();
		if (!/^[0-9]+$/.test(line)) throw new FormatError("NUMBER_EXPECTED", "number expected");
		return Number(line);
	};
	while (at < lines.length - 1) {
		const line = next();
		const narHash = hashGiven ? parseHash(next(), "sha256") : unknownHash;
		const narSize = hashGiven ? number() : 0;
		const path = parseStorePath(line, storeDir);
		const deriverLine = next();
		const deriver = deriverLine === "" ? undefined : parseStorePath(deriverLine, storeDir);
		const references: StorePath[] = [];
		for (let left = number(); left > 0; left--) references.push(parseStorePath(next(), storeDir));
		// The last line has its end, too.
		if (at >= lines.length) throw new FormatError("MISSING_INPUT", "missing input");
		out.push({
			path,
			narHash,
			narSize,
			...(deriver === undefined ? {} : { deriver }),
			references: references.sort(StorePath.compare),
			hashed: hashGiven,
		});
	}
	return out;
};
