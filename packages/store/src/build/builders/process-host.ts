import type { ByteString } from "../../byte-string";
import type { BuilderExit } from "../errors";

/** A program to be run: texts, not byte strings, as hosts take them. */
export interface Command {
	readonly program: string;
	/** What the program sees as its own name, where that is not its path. */
	readonly argv0?: string;
	readonly args: readonly string[];
	/** The whole environment; nothing is inherited. */
	readonly env: Readonly<Record<string, string>>;
	readonly cwd: string;
	/** The same as bytes, for what can run it so. */
	readonly bytes?: {
		readonly program: ByteString;
		readonly argv: readonly ByteString[];
		readonly env: readonly ByteString[];
	};
	/**
	 * The program opens its terminal itself: it has no input and no output, and finds the terminal's path in the variable
	 * `TERMINAL`. Where there are no terminals that is not there, and all is as otherwise.
	 */
	readonly opensTerminal?: boolean;
	/** Another user of the host to run as, who then owns the terminal, too. */
	readonly user?: {
		readonly userId: number;
		readonly groupId: number;
		readonly supplementaryGroups: readonly number[];
	};
	/** Where it is to run, and which users of the host it may become; settled once it is in namespaces of its own. */
	readonly confinement?: Confinement;
}

/** What of a program's namespaces has to be written from outside of them. */
export interface Confinement {
	/** Lines of `uid_map` and `gid_map`; absent where the program maps itself. */
	readonly idMaps?: { readonly users: string; readonly groups: string; readonly denySetgroups: boolean };
	/** A cgroup's folder. */
	readonly cgroup?: string;
	/** The user that owns the terminal. */
	readonly terminalOwner?: number;
}

/** Runs programs on the host: what building by processes asks of the outside beside files. */
export interface ProcessHost {
	/**
	 * Run a program to its end, with no input, and its output and errors together in one terminal or
	 * pipe, as they come. When the
	 * signal aborts, the program and its children are killed. When it ends, children that it left are killed. A program
	 * that cannot be started ends with code 1 after a line that says why.
	 */
	run(command: Command, onOutput: (chunk: Uint8Array) => void, signal: AbortSignal): Promise<BuilderExit>;
	/** Wait some seconds. */
	sleep(seconds: number): Promise<void>;
	/** A name that no one else uses at the moment, for temporary files. */
	uniqueName(): string;
}
