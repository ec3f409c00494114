import { writeNar } from "@tsnix/store";
import { restoreNar } from "../core";
import type { Operation } from "../programs/nix-store";
import type { Session } from "../session";
import { UsageError } from "../usage-error";

/** Writes files as a NAR to standard output. */
export const dumpPath = (session: Session, path: string): void => {
	writeNar(session.hackedFilesAt(path), "/", (chunk) => session.shell.writeOut(chunk));
};

/** `nix-store --dump`: files as a NAR. */
export const dump: Operation = ({ session, args }) => {
	if (args.length !== 1) throw new UsageError("only one argument allowed");
	dumpPath(session, args[0]);
};

/** `nix-store --restore`: files from a NAR. */
export const restore: Operation = ({ session, args }) => {
	if (args.length !== 1) throw new UsageError("only one argument allowed");
	restoreNar(session.shell.inputPieces(), session.absolute(args[0]), {
		shown: args[0],
		caseHack: session.settings.boolean("use-case-hack"),
	});
};
