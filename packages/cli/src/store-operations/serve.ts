import { serveStoreClient } from "@tsnix/store";
import { nodeDuplex } from "@tsnix/store/node";
import { anyHostOf, standardStreams } from "../daemon/run-daemon";
import type { Operation } from "../programs/nix-store";
import { UsageError } from "../usage-error";

/** `nix-store --serve`: answers a client on standard input and output; with `--write` it may add and build. */
export const serve: Operation = async ({ session, flags, args }) => {
	for (const flag of flags) if (flag !== "--write") throw new UsageError(`unknown flag '${flag}'`);
	if (args.length > 0) throw new UsageError("no arguments expected");
	const { input, output } = standardStreams();
	await serveStoreClient(await anyHostOf(session, true, false), nodeDuplex(input, output), flags.length > 0);
};
