import { outputPaths } from "../../formats/derivation/derivation";
import { isDerivationPath, type StorePath } from "../../formats/store-path";
import { readStorePath, readStorePaths, writeOptionalStorePath, writeStorePaths } from "../../protocol/common-messages";
import { version } from "../../protocol/context";
import { workerOperations as op, writePathInfo } from "../../protocol/worker-messages";
import type { DaemonSession } from "../daemon-session";
import { type Maybe, validOf } from "../served-store";
import { type Handler, type Operation, requireInfo } from "./handler";

const isValidPath: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const valid = await s.work(() => s.host.store.isValidPath(path));
	s.to.boolean(valid);
};

const queryValidPaths: Handler = async (s) => {
	const paths = await s.read(readStorePaths(s.incoming));
	const substitute = s.version >= version(1, 27) && (await s.read(s.from.integer())) !== 0;
	const valid = await s.work(async () => {
		const { store } = s.host;
		const valid = await validOf(store, paths);
		const missing = paths.filter((path) => !valid.includes(path));
		if (!substitute || missing.length === 0) return valid;
		await s.host.substitute?.(missing, s.request());
		return validOf(store, paths);
	});
	writeStorePaths(s.outgoing, valid);
};

const onPaths =
	(query: (s: DaemonSession, path: StorePath) => Maybe<readonly StorePath[]>): Handler =>
	async (s) => {
		const path = await s.read(readStorePath(s.incoming));
		writeStorePaths(s.outgoing, await s.work(() => query(s, path)));
	};

const outputMap = async (
	{ host }: DaemonSession,
	path: StorePath,
): Promise<ReadonlyMap<string, StorePath | undefined>> =>
	host.queryDerivationOutputs?.(path) ?? outputPaths(await host.store.readDerivation(path), host.store.storeDir);

const queryReferrers = onPaths(({ host }, path) => host.store.queryReferrers(path));

const queryValidDerivers = onPaths(async ({ host }, path) => {
	const derivers: StorePath[] = [];
	for (const drvPath of await host.store.queryAllValidPaths()) {
		if (!isDerivationPath(drvPath)) continue;
		const outputs = outputPaths(await host.store.readDerivation(drvPath), host.store.storeDir);
		if ([...outputs.values()].some((output) => output?.equals(path) === true)) derivers.push(drvPath);
	}
	return derivers;
});

const queryDerivationOutputs = onPaths(async (s, path) => {
	const outputs = [...(await outputMap(s, path)).values()];
	return outputs.filter((output): output is StorePath => output !== undefined);
});

const queryDerivationOutputNames: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const names = await s.work(async () => [...(await s.host.store.readDerivation(path)).outputs.keys()].sort());
	s.to.strings(names);
};

const queryDerivationOutputMap: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const outputs = await s.work(async () => [...(await outputMap(s, path))].sort(([a], [b]) => (a < b ? -1 : 1)));
	s.to.number(outputs.length);
	for (const [name, output] of outputs) {
		s.to.string(name);
		writeOptionalStorePath(s.outgoing, output);
	}
};

const queryDeriver: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const { deriver } = await s.work(() => requireInfo(s, path));
	writeOptionalStorePath(s.outgoing, deriver);
};

const queryPathFromHashPart: Handler = async (s) => {
	const hashPart = await s.read(s.from.string());
	const path = await s.work(() => s.host.store.queryPathFromHashPart(hashPart));
	writeOptionalStorePath(s.outgoing, path);
};

const queryAllValidPaths: Handler = async (s) => {
	writeStorePaths(s.outgoing, await s.work(() => s.host.store.queryAllValidPaths()));
};

const queryPathInfo: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const info = await s.work(() => s.host.store.queryPathInfo(path));
	s.to.boolean(info !== undefined);
	if (info !== undefined) writePathInfo(s.outgoing, info);
};

const narFromPath: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	s.log.start();
	s.log.stop();
	await s.sendNar(path);
};

/** What is known of paths and derivations. */
export const queries: readonly Operation[] = [
	[op.IsValidPath, isValidPath],
	[op.QueryValidPaths, queryValidPaths],
	[op.QueryReferrers, queryReferrers],
	[op.QueryValidDerivers, queryValidDerivers],
	[op.QueryDerivationOutputs, queryDerivationOutputs],
	[op.QueryDerivationOutputNames, queryDerivationOutputNames],
	[op.QueryDerivationOutputMap, queryDerivationOutputMap],
	[op.QueryDeriver, queryDeriver],
	[op.QueryPathFromHashPart, queryPathFromHashPart],
	[op.QueryAllValidPaths, queryAllValidPaths],
	[op.QueryPathInfo, queryPathInfo],
	[op.NarFromPath, narFromPath],
];
