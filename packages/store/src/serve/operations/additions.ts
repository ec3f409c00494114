import { bytesToString, stringToBytes } from "../../byte-string";
import { parseMethodWithAlgorithm } from "../../formats/content-address";
import { parseHashAlgorithm } from "../../formats/hash";
import { parseBaseName } from "../../formats/store-path";
import { readSignatures, readStorePath, readStorePaths, writeStorePath } from "../../protocol/common-messages";
import { type Incoming, version } from "../../protocol/context";
import { ProtocolError } from "../../protocol/errors";
import { maxString } from "../../protocol/wire-reader";
import { workerOperations as op, readKeyedPathInfo, writeKeyedPathInfo } from "../../protocol/worker-messages";
import type { PathInfo } from "../../stores/store";
import type { DaemonSession } from "../daemon-session";
import { unsupported } from "../host";
import { type Handler, type Operation, refuse, requireInfo } from "./handler";

const addToStore: Handler = async (s) => {
	if (s.version < version(1, 25)) return addToStoreBefore25(s);
	const name = await s.read(s.from.string());
	const address = await s.read(s.from.string());
	const references = await s.read(readStorePaths(s.incoming));
	const repair = await s.read(s.from.boolean());
	const info = await s.workFramed(async (input) => {
		const { method, algorithm } = parseMethodWithAlgorithm(address);
		if (method === "git") s.host.requireFeature?.("git-hashing");
		if (algorithm === "blake3") s.host.requireFeature?.("blake3-hashes");
		const receiver = s.receiveTree();
		try {
			if (method === "flat" || method === "text") await s.receiveFlat(input, receiver);
			else await s.read(input.reader.nar(receiver.visitor));
			const options = { method, algorithm, references, repair };
			return requireInfo(s, await s.host.store.addToStore(name, receiver.accessor(), "/", options));
		} finally {
			receiver.dispose();
		}
	});
	writeKeyedPathInfo(s.outgoing, info);
};

const addToStoreBefore25: Handler = async (s) => {
	const name = await s.read(s.from.string());
	const fixed = await s.read(s.from.boolean());
	const recursive = await s.read(s.from.byte());
	const algorithmName = await s.read(s.from.string());
	if (recursive > 1)
		throw new ProtocolError(
			`unsupported FileIngestionMethod with value of ${recursive}; you may need to upgrade nix-daemon`,
		);
	const method = !fixed || recursive === 1 ? "nar" : "flat";
	const algorithm = parseHashAlgorithm(fixed ? algorithmName : "sha256");
	const receiver = s.receiveTree();
	try {
		await s.read(s.from.nar(receiver.visitor));
		const path = await s.work(() => s.host.store.addToStore(name, receiver.accessor(), "/", { method, algorithm }));
		writeStorePath(s.outgoing, path);
	} finally {
		receiver.dispose();
	}
};

const addTextToStore: Handler = async (s) => {
	const name = await s.read(s.from.string());
	const text = await s.read(s.from.string());
	const references = await s.read(readStorePaths(s.incoming));
	writeStorePath(s.outgoing, await s.work(() => s.host.store.addTextToStore(name, text, references)));
};

/** Adds an object whose NAR comes next. */
const importObject = async (
	s: DaemonSession,
	info: PathInfo,
	reader: Incoming["from"],
	{ checkSignatures, repair }: { readonly checkSignatures: boolean; readonly repair: boolean },
): Promise<void> => {
	const { host } = s;
	const receiver = s.receiveTree();
	try {
		// What lacks a signature is refused before it is taken in, as in the reference.
		if (checkSignatures && host.isTrustedInfo?.(info) === false)
			throw refuse(
				`cannot add path '${info.path.toString(host.store.storeDir)}' because it lacks a signature by a trusted key`,
			);
		await s.read(reader.nar(receiver.visitor));
		await host.store.addObject(info, receiver.accessor(), "/", { repair });
	} finally {
		receiver.dispose();
	}
};

const addToStoreNar: Handler = async (s) => {
	const sent = await s.read(readKeyedPathInfo(s.incoming));
	const info: PathInfo = { ...sent, ultimate: sent.ultimate && s.host.trusted };
	const repair = await s.read(s.from.boolean());
	const unchecked = (await s.read(s.from.boolean())) && s.host.trusted;
	const options = { repair, checkSignatures: !unchecked };
	if (s.version >= version(1, 23)) {
		await s.workFramed((input) => importObject(s, info, input.reader, options));
		return;
	}
	s.log.start();
	await importObject(s, info, s.version >= version(1, 21) ? s.askedFor() : s.from, options);
	s.log.stop();
};

const addMultipleToStore: Handler = async (s) => {
	const repair = await s.read(s.from.boolean());
	const unchecked = (await s.read(s.from.boolean())) && s.host.trusted;
	await s.workFramed(async ({ reader }) => {
		const incoming: Incoming = { from: reader, version: version(1, 16), storeDir: s.incoming.storeDir };
		const count = await s.read(reader.number());
		for (let i = 0; i < count; i++) {
			const info = await s.read(readKeyedPathInfo(incoming));
			await importObject(s, { ...info, ultimate: false }, reader, { repair, checkSignatures: !unchecked });
		}
	});
};

const addSignatures: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const signatures = await s.read(readSignatures(s.incoming));
	await s.work(() => {
		if (s.host.addSignatures === undefined) throw unsupported("operation 'addSignatures' is", s.host.store);
		return s.host.addSignatures(path, signatures);
	});
	s.to.number(1);
};

const addBuildLog: Handler = async (s) => {
	const path = parseBaseName(await s.read(s.from.string()));
	if (!s.host.trusted) {
		s.log.start();
		throw refuse("you are not privileged to add logs");
	}
	await s.workFramed(async ({ reader }) => {
		const pieces: string[] = [];
		let size = 0;
		for (;;) {
			const piece = await s.read(reader.some(maxString));
			if (piece === undefined) break;
			pieces.push(bytesToString(piece));
			size += piece.length;
			if (size > maxString) throw new ProtocolError("log is too long", reader.position);
		}
		if (s.host.addBuildLog === undefined) throw unsupported("Build log storage and retrieval", s.host.store);
		await s.host.addBuildLog(path, stringToBytes(pieces.join("")));
	});
	s.to.number(1);
};

/** Adding store objects, and what belongs to them. */
export const additions: readonly Operation[] = [
	[op.AddToStore, addToStore],
	[op.AddTextToStore, addTextToStore],
	[op.AddToStoreNar, addToStoreNar],
	[op.AddMultipleToStore, addMultipleToStore],
	[op.AddSignatures, addSignatures],
	[op.AddBuildLog, addBuildLog],
];
