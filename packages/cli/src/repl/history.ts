import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ByteString } from "@tsnix/store";
import type { Session } from "../session";

const place = ({ env }: Session): string => {
	const data = env("NIX_DATA_HOME") ?? `${env("XDG_DATA_HOME") || `${env("HOME") ?? ""}/.local/share`}/nix`;
	return `${data}/repl-history`;
};

/** The lines that were typed in earlier REPLs, the oldest first. */
export const readHistory = (session: Session): ByteString[] => {
	try {
		return readFileSync(Buffer.from(place(session), "latin1"), "latin1")
			.split("\n")
			.filter((line) => line !== "");
	} catch {
		return [];
	}
};

/** Remembers lines for later REPLs. Where they cannot be written, they are forgotten. */
export const writeHistory = (session: Session, lines: readonly ByteString[]): void => {
	const path = place(session);
	try {
		mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
		writeFileSync(Buffer.from(path, "latin1"), lines.map((line) => `${line}\n`).join(""), {
			encoding: "latin1",
			mode: 0o600,
		});
	} catch {}
};
