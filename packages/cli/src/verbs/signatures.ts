import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { NixError, pathInfoFingerprint, SecretKey, type Store, StoreError } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { UsageError } from "../usage-error";
import { StorePathOptions } from "./store-paths";

const addSignatures = async (store: Store, ...args: Parameters<NonNullable<Store["addSignatures"]>>): Promise<void> => {
	if (store.addSignatures === undefined)
		throw new StoreError("UNSUPPORTED_OPERATION", `operation 'addSignatures' is not supported by store '${store.uri}'`);
	await store.addSignatures(...args);
};

/** `nix store sign`: signs paths with a key of one's own. */
export const storeSign: MakeCommand = ({ session }) => {
	const options = new StorePathOptions(session);
	let keyFile: string | undefined;
	return {
		flags: [...options.flags(), { long: "key-file", short: "k", arity: 1, handle: (path) => void (keyFile = path) }],
		expected: options.expected,
		run: async () => {
			if (keyFile === undefined) throw new UsageError("required argument '--key-file' is missing");
			const place = Buffer.from(session.absolute(keyFile), "latin1");
			if (!existsSync(place))
				throw new NixError("FILE_NOT_FOUND", `opening file "${keyFile}": No such file or directory`);
			const key = SecretKey.parse(readFileSync(place, "latin1"));
			const store = await session.stores.anyStore();
			let added = 0;
			for (const info of await options.infos(store)) {
				const signature = key.sign(pathInfoFingerprint(info, store.storeDir));
				if (info.signatures.includes(signature)) continue;
				await addSignatures(store, info.path, [signature]);
				added++;
			}
			session.log.info(`added ${added} signatures`);
		},
	};
};

/** `nix store copy-sigs`: takes over signatures that other stores have. */
export const copySignatures: MakeCommand = ({ session }) => {
	const options = new StorePathOptions(session);
	const substituters: string[] = [];
	return {
		flags: [
			...options.flags(),
			{ long: "substituter", short: "s", arity: 1, handle: (reference) => void substituters.push(reference) },
		],
		expected: options.expected,
		run: async () => {
			if (substituters.length === 0) throw new UsageError("you must specify at least one substituter using '-s'");
			const store = await session.stores.anyStore();
			const others: Store[] = [];
			for (const reference of substituters) others.push(await session.stores.anyStore(reference));
			let added = 0;
			for (const info of await options.infos(store)) {
				const found = new Set<string>();
				for (const other of others) {
					const theirs = await other.queryPathInfo(info.path);
					// Signatures of something else are of no use.
					if (theirs === undefined || !theirs.narHash.equals(info.narHash) || theirs.narSize !== info.narSize) continue;
					const names = (of: typeof info): string => of.references.map(({ baseName }) => baseName).join(" ");
					if (names(theirs) !== names(info)) continue;
					for (const signature of theirs.signatures) if (!info.signatures.includes(signature)) found.add(signature);
				}
				if (found.size === 0) continue;
				await addSignatures(store, info.path, [...found]);
				added += found.size;
			}
			session.log.info(`imported ${added} signatures`);
		},
	};
};

/** `nix key generate-secret`: a new key. */
export const keyGenerateSecret: MakeCommand = ({ session }) => {
	let name: string | undefined;
	return {
		flags: [{ long: "key-name", arity: 1, handle: (text) => void (name = text) }],
		run: () => {
			if (name === undefined) throw new UsageError("required argument '--key-name' is missing");
			session.shell.writeOut(SecretKey.fromSeed(name, randomBytes(32)).toString());
		},
	};
};

/** `nix key convert-secret-to-public`: the public key of the secret one on standard input. */
export const keyConvertToPublic: MakeCommand = ({ session }) => ({
	run: () => session.shell.writeOut(SecretKey.parse(session.input()).publicKey().toString()),
});
