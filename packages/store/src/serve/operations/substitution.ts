import { StorePath } from "../../formats/store-path";
import {
	readOptionalContentAddress,
	readStorePath,
	readStorePaths,
	writeOptionalStorePath,
	writeStorePath,
	writeStorePaths,
} from "../../protocol/common-messages";
import { version } from "../../protocol/context";
import { workerOperations as op, readDerivedPaths } from "../../protocol/worker-messages";
import type { PathInfo } from "../../stores/store";
import type { DaemonSession } from "../daemon-session";
import type { Handler, Operation } from "./handler";

const querySubstitutablePaths: Handler = async (s) => {
	const paths = await s.read(readStorePaths(s.incoming));
	const found = await s.work(async () => (await s.host.querySubstitutable?.(paths)) ?? []);
	writeStorePaths(
		s.outgoing,
		found.map((info) => info.path),
	);
};

const writeSubstitutable = (s: DaemonSession, info: PathInfo & { readonly downloadSize?: number }): void => {
	writeOptionalStorePath(s.outgoing, info.deriver);
	writeStorePaths(s.outgoing, info.references);
	s.to.number(info.downloadSize ?? 0).number(info.narSize);
};

const querySubstitutablePathInfo: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const found = await s.work(async () => ((await s.host.querySubstitutable?.([path])) ?? [])[0]);
	s.to.boolean(found !== undefined);
	if (found !== undefined) writeSubstitutable(s, found);
};

const querySubstitutablePathInfos: Handler = async (s) => {
	const paths =
		s.version < version(1, 22)
			? await s.read(readStorePaths(s.incoming))
			: await s.read(
					s.from.list(function* () {
						const path = yield* readStorePath(s.incoming);
						yield* readOptionalContentAddress(s.incoming);
						return path;
					}),
				);
	const found = await s.work(async () => (await s.host.querySubstitutable?.(paths)) ?? []);
	s.to.number(found.length);
	for (const info of [...found].sort((a, b) => StorePath.compare(a.path, b.path))) {
		writeStorePath(s.outgoing, info.path);
		writeSubstitutable(s, info);
	}
};

const queryMissing: Handler = async (s) => {
	const targets = await s.read(readDerivedPaths(s.incoming));
	const missing = await s.work(() => s.host.queryMissing(targets, s.request()));
	writeStorePaths(s.outgoing, missing.willBuild);
	writeStorePaths(s.outgoing, missing.willSubstitute);
	writeStorePaths(s.outgoing, missing.unknown);
	s.to.number(missing.downloadSize).number(missing.narSize);
};

/** What could be substituted, and what is missing. */
export const substitution: readonly Operation[] = [
	[op.QuerySubstitutablePaths, querySubstitutablePaths],
	[op.QuerySubstitutablePathInfo, querySubstitutablePathInfo],
	[op.QuerySubstitutablePathInfos, querySubstitutablePathInfos],
	[op.QueryMissing, queryMissing],
];
