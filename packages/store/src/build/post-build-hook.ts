import { type ByteString, bytesToString } from "../byte-string";
import type { StorePath } from "../formats/store-path";
import { quotePath } from "./builder";
import type { ProcessHost } from "./builders/process-host";
import { sortPaths } from "./closure";
import { describeExit, HookFailedError } from "./errors";

/** A program that is run after every build (the setting `post-build-hook`), and how. */
export interface PostBuildHook {
	readonly program: string;
	/** Beside `DRV_PATH` and `OUT_PATHS`. */
	readonly env: Readonly<Record<string, string>>;
	readonly cwd: string;
	readonly host: ProcessHost;
}

/**
 * Tells a hook what was built: `DRV_PATH`, and `OUT_PATHS` with blanks between. `onLine` hears its output.
 *
 * @throws HookFailedError where the hook ends without success, which ends the realisation
 */
export const runPostBuildHook = async (
	hook: PostBuildHook,
	drvPath: StorePath,
	outputs: Iterable<StorePath>,
	storeDir: string,
	onLine: (line: ByteString) => void,
	signal: AbortSignal,
): Promise<void> => {
	let line = "";
	const env = {
		...hook.env,
		DRV_PATH: drvPath.toString(storeDir),
		OUT_PATHS: sortPaths([...outputs])
			.map((path) => path.toString(storeDir))
			.join(" "),
	};
	const exit = await hook.host.run(
		{ program: hook.program, args: [], env, cwd: hook.cwd },
		(chunk) => {
			const lines = (line + bytesToString(chunk)).split("\n");
			line = lines.pop() as string;
			for (const whole of lines) onLine(whole);
		},
		signal,
	);
	if (line !== "") onLine(line);
	if (exit.code !== 0 && !signal.aborted)
		throw new HookFailedError(`program ${quotePath(hook.program)} ${describeExit(exit)}`);
};
