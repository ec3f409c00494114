import {
	copyPaths,
	countGoodRealisationSignatures,
	NixError,
	type PathInfo,
	type Store,
	type StorePath,
} from "@tsnix/store";
import type { Flag } from "../args/flags";
import type { MakeCommand } from "../commands";
import { addPermanentRoot } from "../core";
import type { Session } from "../session";
import { buildLog } from "../store-operations/show";
import { UsageError } from "../usage-error";
import { argumentsOr, derivationsOf, InstallableOptions } from "./installables";
import { StorePathOptions } from "./store-paths";

/** From where, and to where; the command's own store where nothing is said. */
class CopyStores {
	private from: string | undefined;
	private to: string | undefined;

	constructor(private readonly session: Session) {}

	flags(): Flag[] {
		return [
			{ long: "from", arity: 1, handle: (reference) => void (this.from = reference) },
			{ long: "to", arity: 1, handle: (reference) => void (this.to = reference) },
		];
	}

	private own = "";

	/** Where paths are copied from: the command's store from here on. */
	async source(): Promise<Store> {
		const { session, from } = this;
		this.own = session.stores.ownStoreReference;
		if (from !== undefined) session.stores.useStore(from);
		return session.stores.anyStore();
	}

	/** Where they are copied to; throws where neither was told. */
	async target(): Promise<{ target: Store; targetReference: string | undefined }> {
		const { session, from, to } = this;
		if (from === undefined && to === undefined) throw new UsageError("you must pass '--from' and/or '--to'");
		return { target: await session.stores.anyStore(to ?? this.own), targetReference: to };
	}
}

const isPlain = (store: Store): boolean => store.uri === "local" || store.uri === "daemon";

/** How the copying of a path is told. */
export const copyMessage = (source: Store, target: Store, path: StorePath): string => {
	const shown = path.toString(source.storeDir);
	if (isPlain(source)) return `copying path '${shown}' to '${target.uri}'...`;
	if (isPlain(target)) return `copying path '${shown}' from '${source.uri}'...`;
	return `copying path '${shown}' from '${source.uri}' to '${target.uri}'...`;
};

/** Copies with a command's settings. */
export const copyInfos = async (
	session: Session,
	source: Store,
	target: Store,
	infos: Iterable<PathInfo>,
	checkSignatures: boolean,
	substitute = false,
): Promise<void> => {
	const checks = checkSignatures ? session.stores.signatureChecks(target) : "nowhere";
	await copyPaths(source, target, infos, {
		...(checks === "here" ? { trustedKeys: session.substitution.trustedKeys } : {}),
		checkSignatures: checks === "there",
		substitute,
		onStart: (count) => session.log.info(`copying ${count} paths...`),
		onCopy: (path) => session.log.info(copyMessage(source, target, path)),
		signal: session.shell.signal,
	});
};

/** Copies what is known of how outputs were realised (`sha256:…!out`), with the feature `ca-derivations`. */
const copyRealisations = async (
	session: Session,
	source: Store,
	target: Store,
	outputIds: readonly string[],
	checkSignatures: boolean,
): Promise<void> => {
	const checks = checkSignatures && session.stores.signatureChecks(target) === "here";
	for (const id of outputIds) {
		const realisation = await source.queryRealisationInfo?.(id);
		if (realisation === undefined || target.registerRealisation === undefined) continue;
		if (checks && countGoodRealisationSignatures(realisation, session.substitution.trustedKeys) === 0)
			throw new NixError(
				"UNTRUSTED_REALISATION",
				`cannot register realisation '${realisation.outPath.baseName}' because it lacks a signature by a trusted key`,
			);
		await target.registerRealisation(realisation);
	}
};

/** `nix copy`: copies paths from one store to another. */
export const copy: MakeCommand = ({ session }) => {
	const options = new StorePathOptions(session, true);
	const stores = new CopyStores(session);
	let checkSignatures = true;
	let substitute = false;
	let outLink: string | undefined;
	let profile: string | undefined;
	return {
		flags: [
			...options.flags(),
			...stores.flags(),
			{ long: "no-check-sigs", handle: () => void (checkSignatures = false) },
			{ long: "substitute-on-destination", short: "s", handle: () => void (substitute = true) },
			{ long: "out-link", short: "o", arity: 1, handle: (path) => void (outLink = path) },
			{ long: "profile", arity: 1, handle: (path) => void (profile = path) },
		],
		expected: options.expected,
		run: async () => {
			const source = await stores.source();
			const { infos, realised } = await options.realisedInfos(source);
			const { target, targetReference } = await stores.target();
			await copyInfos(session, source, target, infos, checkSignatures, substitute);
			await copyRealisations(session, source, target, realised, checkSignatures);
			if (outLink === undefined && profile === undefined) return;
			const roots = await options.roots(source, "locate");
			const place = session.stores.storeAt(targetReference ?? session.stores.ownStoreReference);
			if (place.realStoreDir === undefined)
				throw new NixError("NO_OUT_LINK", "'--out-link' is not supported for this Nix store");
			if (outLink !== undefined)
				for (const [i, path] of roots.entries())
					addPermanentRoot(place, path, session.absolute(outLink + (i === 0 ? "" : `-${i}`)));
			if (profile !== undefined) (await import("./profile-option")).updateProfile(session, profile, roots, place);
		},
	};
};

/** `nix store copy-log`: copies the logs of builds. */
export const copyLog: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	const stores = new CopyStores(session);
	let installables: readonly string[] = [];
	let stdin = false;
	return {
		flags: [...options.flags(), ...stores.flags(), { long: "stdin", handle: () => void (stdin = true) }],
		expected: [{ arity: "any", handle: (args) => void (installables = args) }],
		run: async () => {
			const source = await stores.source();
			const { target } = await stores.target();
			const found = await options.installables(argumentsOr(session, installables, stdin));
			for (const drvPath of await derivationsOf(session, found)) {
				const log = source.buildLog === undefined ? buildLog(session, drvPath) : await source.buildLog(drvPath);
				if (log === undefined)
					throw new NixError("NO_LOG", `build log for '${drvPath.toString(source.storeDir)}' is not available`);
				if (target.addBuildLog === undefined)
					throw new UsageError(`Build log storage and retrieval not supported by store '${target.uri}'`);
				await target.addBuildLog(drvPath, log);
			}
		},
	};
};
