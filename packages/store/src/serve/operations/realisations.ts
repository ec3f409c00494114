import { parseOutputId, renderOutputId } from "../../formats/realisation";
import { parseBaseName } from "../../formats/store-path";
import { readOutputId, readRealisation, writeRealisation, writeStorePaths } from "../../protocol/common-messages";
import { version } from "../../protocol/context";
import { workerOperations as op } from "../../protocol/worker-messages";
import type { DaemonSession } from "../daemon-session";
import type { Handler, Operation } from "./handler";

const registerDrvOutput: Handler = async (s) => {
	s.log.start();
	let realisation: Parameters<NonNullable<DaemonSession["host"]["registerRealisation"]>>[0];
	if (s.version < version(1, 31)) {
		const id = await s.read(readOutputId(s.incoming));
		realisation = { id, outPath: parseBaseName(await s.read(s.from.string())), signatures: [] };
	} else realisation = await s.read(readRealisation(s.incoming));
	if (s.host.registerRealisation === undefined)
		await s.host.store.registerRealisation(renderOutputId(realisation.id), realisation.outPath, realisation.signatures);
	else await s.host.registerRealisation(realisation, !s.host.trusted);
	s.log.stop();
};

const queryRealisation: Handler = async (s) => {
	s.log.start();
	const id = renderOutputId(await s.read(readOutputId(s.incoming)));
	let found = await s.host.queryRealisation?.(id);
	if (s.host.queryRealisation === undefined) {
		const outPath = await s.host.store.queryRealisation(id);
		if (outPath !== undefined) found = { id: parseOutputId(id), outPath, signatures: [] };
	}
	s.log.stop();
	if (s.version < version(1, 31)) return writeStorePaths(s.outgoing, found === undefined ? [] : [found.outPath]);
	s.to.number(found === undefined ? 0 : 1);
	if (found !== undefined) writeRealisation(s.outgoing, found);
};

/** What outputs of content-addressed derivations were realised to. */
export const realisations: readonly Operation[] = [
	[op.RegisterDrvOutput, registerDrvOutput],
	[op.QueryRealisation, queryRealisation],
];
