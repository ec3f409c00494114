import { StoreError } from "../../errors";
import type { StorePath } from "../../formats/store-path";
import type { PathInfo } from "../../stores/store";
import { InvalidPathError } from "../../stores/store-errors";
import type { DaemonSession } from "../daemon-session";

/** Answers one operation of a client. */
export type Handler = (session: DaemonSession) => Promise<void>;

/** What a client may not do. */
export const refuse = (message: string): StoreError => new StoreError("NOT_ALLOWED", message);

/** The information on a path, or an error. */
export const requireInfo = async ({ host }: DaemonSession, path: StorePath): Promise<PathInfo> => {
	const info = await host.store.queryPathInfo(path);
	if (info === undefined) throw new InvalidPathError(path, host.store.storeDir);
	return info;
};

/** An operation: its number, and what answers it. */
export type Operation = readonly [number: number, handler: Handler];
