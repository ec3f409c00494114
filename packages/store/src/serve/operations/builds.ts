import { derivationType } from "../../formats/derivation/derivation";
import { derivationNameOf } from "../../formats/store-path";
import { readBasicDerivation } from "../../protocol/basic-derivation";
import { workerBuildResult, writeBuildResult } from "../../protocol/build-result";
import { readStorePath } from "../../protocol/common-messages";
import {
	workerOperations as op,
	readBuildMode,
	readDerivedPaths,
	writeKeyedBuildResult,
} from "../../protocol/worker-messages";
import type { DaemonSession } from "../daemon-session";
import { type Handler, type Operation, refuse } from "./handler";

/** Reads what is to be built, and how. */
const buildRequest = async (s: DaemonSession) => {
	const targets = await s.read(readDerivedPaths(s.incoming));
	const mode = await s.read(readBuildMode(s.incoming));
	if (mode === "repair" && !s.host.trusted)
		throw refuse("repairing is not allowed because you are not in 'trusted-users'");
	return { targets, mode };
};

const buildPaths: Handler = async (s) => {
	const { targets, mode } = await buildRequest(s);
	await s.work(() => s.buildAll(targets, mode));
	s.to.number(1);
};

const buildPathsWithResults: Handler = async (s) => {
	const { targets, mode } = await buildRequest(s);
	const results = await s.work(() => s.host.build(targets, mode, s.request()));
	s.to.number(results.length);
	for (const result of results) writeKeyedBuildResult(s.outgoing, result);
};

const buildDerivation: Handler = async (s) => {
	const drvPath = await s.read(readStorePath(s.incoming));
	const drv = await s.read(readBasicDerivation(s.incoming, derivationNameOf(drvPath)));
	const mode = await s.read(readBuildMode(s.incoming));
	const result = await s.work(async () => {
		const type = derivationType(drv);
		const contentAddressed = type === "fixed" || type === "floating" || type === "impure";
		if (!contentAddressed && !s.host.trusted)
			throw refuse("you are not privileged to build input-addressed derivations");
		const path = s.host.trusted ? drvPath : await s.host.store.addDerivation({ ...drv, inputDrvs: new Map() });
		return s.host.buildDerivation(path, drv, mode, s.request());
	});
	writeBuildResult(s.outgoing, result, workerBuildResult(s.version));
};

const ensurePath: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	await s.work(async () => {
		if (!(await s.host.store.isValidPath(path))) await s.buildAll([{ kind: "opaque", path }], "normal");
	});
	s.to.number(1);
};

/** Making outputs exist. */
export const builds: readonly Operation[] = [
	[op.BuildPaths, buildPaths],
	[op.BuildPathsWithResults, buildPathsWithResults],
	[op.BuildDerivation, buildDerivation],
	[op.EnsurePath, ensurePath],
];
