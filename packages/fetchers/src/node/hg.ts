import { spawnSync } from "node:child_process";
import { FetchError } from "../errors";
import type { MercurialTransport } from "../mercurial/transport";

export interface NodeMercurialOptions {
	/** The program; `hg` on the search path unless told. */
	readonly program?: string;
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Starts programs; Node's own unless told. */
	readonly spawnSync?: typeof spawnSync;
}

/** A byte string as Node's processes want an argument: UTF-8 as the text that it is. */
const argument = (text: string): string => Buffer.from(text, "latin1").toString("utf8");

/** The program `hg`, run and waited for. */
export const nodeMercurial = (options: NodeMercurialOptions = {}): MercurialTransport => {
	const start = options.spawnSync ?? spawnSync;
	return {
		synchronous: true,
		run(args) {
			const { status, stdout, error } = start(options.program ?? "hg", args.map(argument), {
				maxBuffer: 2 ** 32,
				env: { ...(options.env ?? process.env), HGPLAIN: "" } as NodeJS.ProcessEnv,
				stdio: ["ignore", "pipe", "inherit"],
			});
			if (error !== undefined)
				throw new FetchError("NO_MERCURIAL", `executing 'hg': ${error.message}`, { cause: error });
			return { status: status ?? 255, stdout: new Uint8Array(stdout) };
		},
	};
};
