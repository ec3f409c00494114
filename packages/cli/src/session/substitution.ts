import {
	countGoodSignatures,
	isBinaryCache,
	NixError,
	type PathInfo,
	type PublicKeys,
	publicKeys,
	type RealiseTarget,
	SecretKey,
	type Store,
	type Substituter,
} from "@tsnix/store";
import { openSubstituter, outputsOf } from "../core";
import { hasInternet } from "../has-internet";
import type { Session } from "../session";

/** Where finished paths can be had from, and whose signatures are believed. */
export class SessionSubstitution {
	private opened: Promise<readonly Substituter[]> | undefined;
	private readonly trusted = new Set<string>();
	private readonly stores: Store[] = [];
	private readKeys: PublicKeys | undefined;

	constructor(private readonly session: Session) {}

	/** The keys that signatures are trusted by: those of the settings, and one's own. */
	get trustedKeys(): PublicKeys {
		this.readKeys ??= publicKeys([
			...this.session.settings.strings("trusted-public-keys"),
			...this.secretKeys().map((key) => key.publicKey().toString()),
		]);
		return this.readKeys;
	}

	/** The keys that what is built here is signed with. */
	secretKeys(): SecretKey[] {
		return this.session.settings
			.strings("secret-key-files")
			.map((file) => SecretKey.parse(this.session.readFile(file)));
	}

	/** Where finished paths can be had from, those that are to be asked first in front. */
	substituters(): Promise<readonly Substituter[]> {
		this.opened ??= this.openSubstituters();
		return this.opened;
	}

	private async openSubstituters(): Promise<readonly Substituter[]> {
		const { settings } = this.session;
		if (!settings.boolean("substitute")) return [];
		const references = [...new Set(settings.strings("substituters"))];
		if (references.length > 0 && !hasInternet() && !settings.isOverridden("substitute"))
			references.splice(0, references.length, ...references.filter((reference) => !reference.startsWith("https:")));
		const found: { readonly priority: number; readonly substituter: Substituter }[] = [];
		for (const reference of references)
			try {
				const { store, priority } = await this.openPlain(reference);
				found.push({ priority, substituter: store });
			} catch (error) {
				if (!(error instanceof NixError)) throw error;
				this.session.log.warn(error.render({ color: false, showTrace: false }).replace(/^error: /, ""));
			}
		return found.sort((a, b) => a.priority - b.priority).map(({ substituter }) => substituter);
	}

	/** Stores that may have logs of builds: the command's own, where it is a cache, and those that substitute. */
	async logStores(): Promise<readonly Store[]> {
		const own = this.session.commandStore.openWaiting === undefined ? [] : [await this.session.stores.anyStore()];
		const opened = await this.substituters();
		return [...own, ...this.stores.slice(0, opened.length)];
	}

	private async openPlain(reference: string): Promise<{ store: Substituter; priority: number }> {
		const store = await this.session.stores.anyStore(reference);
		this.stores.push(store);
		if (isBinaryCache(store)) {
			if (store.trusted) this.trusted.add(store.uri);
			return { store: openSubstituter(store), priority: store.priority };
		}
		return { store, priority: 0 };
	}

	/** Whether a path may be taken from a substituter. */
	isTrusted(info: PathInfo, substituter: Substituter): boolean {
		return (
			!this.session.settings.boolean("require-sigs") ||
			this.trusted.has(substituter.uri) ||
			countGoodSignatures(info, this.trustedKeys, this.session.store.storeDir) > 0
		);
	}

	/** Substituters, where anything that is wanted is not there yet. */
	async substitutersFor(targets: readonly RealiseTarget[]): Promise<readonly Substituter[]> {
		const { store } = this.session;
		const there = targets.every((target) => {
			if ("path" in target) return store.isValidPath(target.path);
			if (target.via !== undefined || !store.isValidPath(target.drvPath)) return false;
			const known = outputsOf(store, target.drvPath);
			const names = target.outputs === "all" ? [...known.keys()] : target.outputs;
			return names.every((name) => {
				const path = known.get(name);
				return path !== undefined && store.isValidPath(path);
			});
		});
		return there ? [] : this.substituters();
	}
}
