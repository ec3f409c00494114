import {
	asyncStore,
	type CacheFetch,
	type DaemonOptions,
	isLocalStore,
	type LogMessage,
	NixError,
	type OpenedStore,
} from "@tsnix/store";
import { openCommandStore } from "./cli-support/open-store";

/** What a store is opened with; everything is optional, and nothing is taken from the process. */
export interface OpenStoreOptions {
	/**
	 * The environment: `NIX_STORE_DIR`, `NIX_STATE_DIR` and their kin say where stores lie, `AWS_…` how buckets are
	 * reached, and programs such as ssh are run with all of it. Empty unless told.
	 */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** The folder that relative paths start from; `/` unless told. */
	readonly workingDirectory?: string;
	/** For caches behind HTTP and S3, which are refused without it. */
	readonly fetch?: CacheFetch;
	/** How often a download is tried; 5 unless told. */
	readonly attempts?: number;
	/** What daemons are told of how to build. */
	readonly daemonSettings?: DaemonOptions;
	/** Nothing is to be written: a local store that is not there counts as empty, and is not made. */
	readonly readOnly?: boolean;
	/** Hears what daemons tell while they work. */
	readonly onLog?: (message: LogMessage) => void;
	readonly onWarning?: (message: string) => void;
	readonly signal?: AbortSignal;
}

const noCaches: CacheFetch = async (url) => {
	throw new NixError("NO_TRANSPORT", `cannot download '${url}': no transport was given`);
};

/**
 * Opens the store that a store reference means: `local?root=/tmp/x`, `/tmp/x`, `memory:`, `dummy://`, `daemon`,
 * `unix:///run/socket`, `ssh-ng://host`, `ssh://host`, `file:///cache`, `https://cache.example.org`, `s3://bucket`, with
 * the parameters of the manual's "Store types". Connections are made when they are needed. Rejects with a `NixError` for
 * references that mean no store (`USAGE`, `NO_SUCH_STORE`) and for stores that cannot be opened.
 *
 * @example
 *     const cache = await openStore("https://cache.example.org?priority=10", { fetch });
 *     (await cache.queryPathInfo(parseStorePath("/nix/store/…-hello")))?.narSize
 *     await cache.close();
 */
export const openStore = async (reference: string, options: OpenStoreOptions = {}): Promise<OpenedStore> => {
	const { env = {}, attempts = 5, daemonSettings, onWarning, signal } = options;
	const environment = Object.fromEntries(
		Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
	);
	const waitsOnly = (): never => {
		throw new NixError("NEEDS_WAITING", `store '${reference}' cannot answer at once`);
	};
	const opened = openCommandStore(reference, {
		env: (name) => environment[name],
		workingDirectory: options.workingDirectory ?? "/",
		readOnly: options.readOnly ?? false,
		...(onWarning === undefined ? {} : { warn: onWarning }),
		remote: {
			connectBlocking: waitsOnly,
			environment,
			verbosity: 0,
			requireFeature: () => {},
			ownProgram: [],
			ownSettings: () => ({}),
			...(daemonSettings === undefined ? {} : { settings: () => daemonSettings }),
			log: options.onLog ?? (() => {}),
		},
		caches: {
			fetch: options.fetch ?? noCaches,
			env: (name) => environment[name],
			attempts,
			...(onWarning === undefined ? {} : { onWarning }),
			...(signal === undefined ? {} : { signal }),
		},
	});
	if (opened.openAsync !== undefined) return opened.openAsync();
	if (opened.openWaiting !== undefined) return Object.assign(await opened.openWaiting(), { close: async () => {} });
	const store = opened.open();
	return {
		...asyncStore(store),
		uri: store.uri,
		close: async () => {
			if (isLocalStore(store)) store.close();
		},
	};
};
