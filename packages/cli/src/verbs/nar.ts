import { readFileSync } from "node:fs";
import { memoryAccessor, NixError, narToMemory, parseNarListing, type SourceAccessor, toBytes } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { canonical } from "../core";
import type { Session } from "../session";
import { dumpPath } from "../store-operations/archives";
import { UsageError } from "../usage-error";
import { FileLister } from "./list-files";

const readNarFile = (session: Session, file: string): Uint8Array => {
	try {
		return readFileSync(Buffer.from(session.absolute(file), "latin1"));
	} catch (error) {
		if ((error as { code?: unknown }).code !== "ENOENT") throw error;
		throw new NixError("FILE_NOT_FOUND", `opening NAR file "${file}": No such file or directory`);
	}
};

const readNar = (session: Session, file: string): { readonly bytes: Uint8Array; readonly accessor: SourceAccessor } => {
	const bytes = readNarFile(session, file);
	return { bytes, accessor: memoryAccessor(narToMemory(bytes), toBytes("«unknown»")) };
};

/** Does not write archives to people. */
export const refuseTerminal = (session: Session): void => {
	if (session.shell.isTerminal.output) throw new UsageError("refusing to write NAR to a terminal");
};

/** `nix nar ls`: the files of a NAR. */
export const narLs: MakeCommand = ({ session }) => {
	const lister = new FileLister(session);
	let nar = "";
	let path = "";
	return {
		flags: lister.flags(),
		expected: [
			{ arity: 1, handle: ([text]) => void (nar = text) },
			{ arity: 1, handle: ([text]) => void (path = text) },
		],
		run: () => {
			const { bytes, accessor } = readNar(session, nar);
			lister.list(accessor, canonical(path), () => parseNarListing(bytes));
		},
	};
};

/** `nix nar cat`: the contents of a file of a NAR. */
export const narCat: MakeCommand = ({ session }) => {
	let nar = "";
	let path = "";
	return {
		expected: [
			{ arity: 1, handle: ([text]) => void (nar = text) },
			{ arity: 1, handle: ([text]) => void (path = text) },
		],
		run: () => {
			const { accessor } = readNar(session, nar);
			const at = canonical(path);
			if (accessor.lstat(at)?.kind !== "regular")
				throw new NixError("NOT_A_FILE", `NAR does not contain regular file '${path}'`);
			session.shell.writeOut(accessor.readFile(at));
		},
	};
};

/** `nix nar pack`: files as a NAR. */
export const narPack: MakeCommand = ({ session }) => {
	let path = "";
	return {
		expected: [{ arity: 1, handle: ([text]) => void (path = text) }],
		run: () => {
			refuseTerminal(session);
			dumpPath(session, path);
		},
	};
};

/** `nix nar dump-path`: the older name of `nix nar pack`. */
export const narDumpPath: MakeCommand = (context) => {
	const command = narPack(context);
	return {
		...command,
		run: () => {
			context.session.log.warn("'nix nar dump-path' is a deprecated alias for 'nix nar pack'");
			return command.run();
		},
	};
};
