import { readStorePath, readStorePaths, writeStorePath } from "../../protocol/common-messages";
import { workerOperations as op, readCollectAction } from "../../protocol/worker-messages";
import { unsupported } from "../host";
import { type Handler, type Operation, refuse } from "./handler";

const addTempRoot: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	await s.work(() => s.host.addTempRoot?.(path));
	s.to.number(1);
};

const addIndirectRoot: Handler = async (s) => {
	const link = await s.read(s.from.string());
	await s.work(() => {
		if (s.host.addIndirectRoot === undefined) throw unsupported("Indirect GC roots registration", s.host.store);
		return s.host.addIndirectRoot(link);
	});
	s.to.number(1);
};

const addPermanentRoot: Handler = async (s) => {
	if (!s.host.trusted)
		throw refuse(
			"you are not privileged to create perm roots\n\nhint: you can just do this client-side without special privileges, and probably want to do that instead.",
		);
	const path = await s.read(readStorePath(s.incoming));
	const link = await s.read(s.from.string());
	const made = await s.work(() => {
		if (s.host.addPermanentRoot === undefined) throw unsupported("Local Filesystem Store", s.host.store);
		return s.host.addPermanentRoot(path, link);
	});
	s.to.string(made);
};

const syncWithGC: Handler = async (s) => {
	await s.work(() => undefined);
	s.to.number(1);
};

const findRoots: Handler = async (s) => {
	const roots = await s.work(() => {
		if (s.host.findRoots === undefined) throw unsupported("Garbage collection", s.host.store);
		return s.host.findRoots(!s.host.trusted);
	});
	s.to.number(roots.length);
	for (const [link, target] of roots) {
		s.to.string(link);
		writeStorePath(s.outgoing, target);
	}
};

const collectGarbage: Handler = async (s) => {
	const action = await s.read(readCollectAction(s.incoming));
	const paths = await s.read(readStorePaths(s.incoming));
	const ignoreLiveness = await s.read(s.from.boolean());
	const maxFreed = await s.read(s.from.big());
	for (let i = 0; i < 3; i++) await s.read(s.from.integer());
	const result = await s.work(() => {
		if (ignoreLiveness) throw refuse("you are not allowed to ignore liveness");
		if (s.host.collectGarbage === undefined) throw unsupported("Garbage collection", s.host.store);
		const limit = maxFreed > BigInt(Number.MAX_SAFE_INTEGER) ? {} : { maxFreed: Number(maxFreed) };
		return s.host.collectGarbage({ action, paths, ...limit }, s.tell);
	});
	s.to.strings(result.paths).number(result.bytesFreed).number(0);
};

/** Roots, and collecting what nothing reaches from them. */
export const roots: readonly Operation[] = [
	[op.AddTempRoot, addTempRoot],
	[op.AddIndirectRoot, addIndirectRoot],
	[op.AddPermRoot, addPermanentRoot],
	[op.SyncWithGC, syncWithGC],
	[op.FindRoots, findRoots],
	[op.CollectGarbage, collectGarbage],
];
