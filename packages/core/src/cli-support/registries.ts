import { getAccessor, type Input, inputToURL, isDirect, isLocked, runSync, WouldBlock } from "@tsnix/fetchers";
import { bytesToString, hostPath, type NamedFs, NixError, stringToBytes, type WritableSyncFs } from "@tsnix/store";
import { type OpenWorld, suspending } from "../engine/world";
import { type FlakeRef, flakeRefToString, parseFlakeRef } from "../flake/ref";
import { lookupInRegistries } from "../registry/lookup";
import {
	addEntry,
	listRegistries,
	type Registries,
	type Registry,
	type RegistryEntry,
	removeEntries,
} from "../registry/registry";
import { readRegistry, writeRegistry } from "../registry/registry-file";

/** An input with what fetching it finds out, but for the hash of its tree where the scheme does not need that. */
export const fetchedInput = (input: Input, { fetch }: OpenWorld): Input => {
	const blocked = (): never => {
		throw new Error("downloads of a command block");
	};
	return suspending(
		() => runSync(getAccessor(input, fetch), fetch, (effect) => new WouldBlock(effect, async () => blocked())).input,
	);
};

/** What `nix registry` does: the user's registry, or another file, read and written. */
export class CommandRegistries {
	constructor(
		private readonly open: OpenWorld,
		/** The user's registry. */
		private readonly user: string | undefined,
		private readonly workingDirectory: string,
		/** Entries of flags that became known later: the world's registries have them. */
		private readonly overrides: RegistryEntry[],
	) {}

	private registries(): Registries {
		return (this.open.world.registries?.() ?? []) as Registries;
	}

	private ref(text: string): FlakeRef {
		return parseFlakeRef(text, { settings: this.open.fetch.settings, warn: this.open.fetch.warn });
	}

	/** Adds entries to the registry of flags, as `--inputs-from` does. */
	addOverrides(entries: readonly { readonly from: Input; readonly to: FlakeRef }[]): void {
		for (const { from, to } of entries)
			this.overrides.push({ from, to: to.input, extra: to.subdir === "" ? {} : { dir: to.subdir }, exact: false });
	}

	/** `nix registry list` */
	list(): string {
		return listRegistries(this.registries());
	}

	/** What the registries make of a reference. */
	resolve(ref: FlakeRef): FlakeRef {
		if (isDirect(ref.input)) return ref;
		const { input, extra } = lookupInRegistries(ref.input, this.registries(), "all");
		return { input, subdir: typeof extra.dir === "string" ? extra.dir : ref.subdir };
	}

	/** `nix registry resolve` */
	resolved(text: string): string {
		return flakeRefToString(this.resolve(this.ref(text)));
	}

	/** `nix registry add` */
	add(file: string | undefined, from: string, to: string): void {
		const [fromRef, toRef] = [this.ref(from), this.ref(to)];
		this.change(file, (registry) =>
			addEntry(
				removeEntries(registry, fromRef.input),
				fromRef.input,
				toRef.input,
				toRef.subdir === "" ? {} : { dir: toRef.subdir },
			),
		);
	}

	/** `nix registry remove` */
	remove(file: string | undefined, url: string): void {
		const { input } = this.ref(url);
		this.change(file, (registry) => removeEntries(registry, input));
	}

	/** `nix registry pin` */
	pin(file: string | undefined, url: string, locked: string): void {
		const ref = this.ref(url);
		const { input } = this.resolve(this.ref(locked));
		const { fetch } = this.open;
		const found = fetchedInput(input, this.open);
		if (!isLocked(found, fetch.settings)) fetch.warn(`flake '${inputToURL(found)}' is not locked`);
		this.change(file, (registry) =>
			addEntry(removeEntries(registry, ref.input), ref.input, found, ref.subdir === "" ? {} : { dir: ref.subdir }),
		);
	}

	private change(file: string | undefined, edit: (registry: Registry) => Registry): void {
		const given = file ?? this.user;
		const path = given?.startsWith("/") ? given : given && `${this.workingDirectory}/${given}`;
		const { fs } = this.open.world;
		if (path === undefined || fs === undefined) throw new Error("there is no place for a registry");
		const writable = fs as NamedFs & WritableSyncFs;
		const type = file === undefined ? "user" : "custom";
		const at = hostPath(fs, path);
		const text = fs.existsSync(at) ? bytesToString(fs.readFileSync(at)) : undefined;
		const { settings, warn } = this.open.fetch;
		const changed = edit(readRegistry(text, type, { name: path, settings, warn }));
		// The reference makes the folder that the name tells of, and there is none in it.
		if (given?.includes("/") === false) throw new NixError("CANNOT_WRITE", 'creating directory "": Invalid argument');
		writable.mkdirSync(hostPath(fs, path.slice(0, path.lastIndexOf("/"))), { recursive: true });
		writable.writeFileSync(at, stringToBytes(writeRegistry(changed)));
	}
}
