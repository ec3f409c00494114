import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { bytesToString, type ByteString, stringToBytes } from "../byte-string";
import { NixError } from "../errors";
import { maybeParseBaseName } from "../formats/store-path";
import { nodeRuntimeRoots } from "./node-gc";
import type { RuntimeRootsSource } from "./roots";

/** Where a store's daemon of roots listens: in the folder of what is known of the store. */
export const rootsDaemonSocket = (stateDir: string): string => `${stateDir}/gc-roots-socket/socket`;

/** The store paths that are in use, each once. */
const pathsInUse = (source: RuntimeRootsSource, storeDir: string): Set<ByteString> => {
	const found = new Set<ByteString>();
	for (const [target] of source.find(storeDir)) {
		if (!target.startsWith(`${storeDir}/`)) continue;
		const [baseName] = target.slice(storeDir.length + 1).split("/", 1);
		if (maybeParseBaseName(baseName) !== undefined) found.add(`${storeDir}/${baseName}`);
	}
	return found;
};

/**
 * Tells everybody who connects to a socket which store paths processes use: each, ended by a zero byte (manual: "nix
 * store roots-daemon"). Goes on until `signal` is aborted.
 */
export const serveRoots = (
	socketPath: string,
	storeDir: string,
	signal: AbortSignal,
	source: RuntimeRootsSource = nodeRuntimeRoots,
): Promise<void> =>
	new Promise((resolve, reject) => {
		const server = createServer((client) => {
			client.on("error", () => {});
			client.end(stringToBytes([...pathsInUse(source, storeDir)].map((path) => `${path}\0`).join("")));
		});
		server.on("error", (error) =>
			reject(new NixError("CANNOT_LISTEN", `cannot bind to socket "${socketPath}": ${error.message}`)),
		);
		const stop = (): void => void server.close(() => resolve());
		if (signal.aborted) return resolve();
		signal.addEventListener("abort", stop, { once: true });
		mkdirSync(socketPath.slice(0, socketPath.lastIndexOf("/")), { recursive: true });
		rmSync(socketPath, { force: true });
		server.listen(socketPath, () => chmodSync(socketPath, 0o666));
	});

/** What {@link serveRoots} tells of the processes that its machine, or its user, has. */
export const askForRoots = (socketPath: string): Promise<RuntimeRootsSource> =>
	new Promise((resolve, reject) => {
		const client = connect(socketPath);
		const pieces: Uint8Array[] = [];
		client.on("data", (piece) => void pieces.push(piece as Uint8Array));
		client.on("error", (error) => {
			const missing = (error as { code?: string }).code === "ENOENT";
			const why = missing ? "No such file or directory" : "Connection refused";
			reject(new NixError("CANNOT_CONNECT", `cannot connect to socket at '${socketPath}': ${why}`, { cause: error }));
		});
		client.on("end", () => {
			const paths = bytesToString(Buffer.concat(pieces)).split("\0").slice(0, -1);
			resolve({ find: () => paths.map((path) => [path, "{censored}"] as const) });
		});
	});
