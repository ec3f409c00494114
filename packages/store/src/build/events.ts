import type { ByteString } from "../byte-string";
import type { NixError } from "../errors";
import type { StorePath } from "../formats/store-path";
import type { ActivityMessage } from "./activities";
import type { BuilderMessage } from "./builder-message";

/** What happens while derivations are realised, as it happens. */
export type RealiseEvent =
	/** The first event: something was asked for. */
	| { readonly type: "started" }
	/** What is missing is being found out, or has been. */
	| { readonly type: "planning"; readonly running: boolean }
	| {
			readonly type: "buildStarted";
			readonly drvPath: StorePath;
			readonly mode: "normal" | "check" | "repair";
			/** The machine that it is built on, where that is another. */
			readonly machine?: string;
	  }
	/** A line of a builder's output, without its end. */
	| { readonly type: "logLine"; readonly drvPath: StorePath; readonly line: ByteString }
	/** What a machine elsewhere tells of a build there. */
	| { readonly type: "remoteMessage"; readonly drvPath: StorePath; readonly message: ActivityMessage }
	/** What a builder says by a line `@nix {…}`, which is no part of its log. */
	| { readonly type: "builderMessage"; readonly drvPath: StorePath; readonly message: BuilderMessage }
	| { readonly type: "postBuildHookStarted"; readonly drvPath: StorePath; readonly program: string }
	/** A line of its output. */
	| { readonly type: "postBuildHookLine"; readonly drvPath: StorePath; readonly line: ByteString }
	| { readonly type: "postBuildHookFinished"; readonly drvPath: StorePath }
	| {
			readonly type: "buildFinished";
			readonly drvPath: StorePath;
			readonly outputs: ReadonlyMap<string, StorePath>;
	  }
	| { readonly type: "buildFailed"; readonly drvPath: StorePath; readonly error: NixError }
	/** A build waits for something that others hold; `waited` follows. */
	| { readonly type: "waiting"; readonly drvPath: StorePath; readonly text: ByteString }
	| { readonly type: "waited"; readonly drvPath: StorePath }
	/** A derivation was resolved: the other one is built in its place. */
	| { readonly type: "resolved"; readonly drvPath: StorePath; readonly resolvedPath: StorePath }
	| { readonly type: "resolvedFinished"; readonly drvPath: StorePath }
	| {
			readonly type: "substitutionStarted";
			readonly path: StorePath;
			readonly substituter: string;
			/** The store that it is copied to. */
			readonly store?: string;
	  }
	/** Bytes of its NAR that have come, and how many there are. */
	| {
			readonly type: "substitutionProgress";
			readonly path: StorePath;
			readonly done: number;
			readonly expected: number;
	  }
	/** It is over, whether or not it succeeded. */
	| { readonly type: "substitutionFinished"; readonly path: StorePath; readonly substituter: string }
	/** A failure that is not the one that is thrown in the end. */
	| { readonly type: "error"; readonly error: NixError }
	| { readonly type: "warning"; readonly message: ByteString }
	/** Something is wrong that does not end the build. */
	| { readonly type: "complaint"; readonly message: ByteString }
	/** Something for those who want to know more; 4 to 7: ever less important. */
	| { readonly type: "detail"; readonly level: number; readonly message: ByteString }
	| { readonly type: "progress"; readonly builds: Progress; readonly substitutions: Progress };

/** How far the work of one kind has come. `expected` counts what is done, too. */
export interface Progress {
	readonly done: number;
	readonly expected: number;
	readonly running: number;
	readonly failed: number;
	/** Bytes to be fetched, and of the NARs that they hold, of what is substituted; what is done counted, too. */
	readonly downloadSize?: number;
	readonly narSize?: number;
}
