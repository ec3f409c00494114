import { downloadFile, type FetchWorld, runSync, WouldBlock } from "@tsnix/fetchers";
import { bytesToString, NixError } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { absolutePath } from "../flake/find-flake";
import { parseFlakeRef } from "../flake/ref";
import { addEntry, emptyRegistry, type Registries, type Registry, type RegistryType } from "../registry/registry";
import { readRegistry } from "../registry/registry-file";

/** Where a command's flake registries are. */
export interface RegistryPlaces {
	/** `--override-flake`: references, and what stands for them. */
	readonly overrides: readonly (readonly [from: string, to: string])[];
	readonly user?: string;
	readonly system?: string;
	/** A URL or a path; empty for none. */
	readonly global: string;
	readonly workingDirectory: string;
}

const fileText = (path: string): string | undefined => {
	try {
		return bytesToString(nodeFs.readFileSync(path));
	} catch {
		return undefined;
	}
};

/** The registries, in the order they are looked through. */
export const openRegistries = (places: RegistryPlaces, world: FetchWorld): Registries => {
	const options = { settings: world.settings, warn: world.warn };
	const read = (path: string | undefined, type: RegistryType): Registry =>
		readRegistry(path === undefined ? undefined : fileText(path), type, {
			...options,
			...(path === undefined ? {} : { name: path }),
		});
	let flags = emptyRegistry("flag");
	for (const [from, to] of places.overrides) {
		const ref = (text: string) => parseFlakeRef(text, { ...options, fs: nodeFs, baseDir: places.workingDirectory });
		const target = ref(to);
		flags = addEntry(flags, ref(from).input, target.input, target.subdir === "" ? {} : { dir: target.subdir });
	}
	return [flags, read(places.user, "user"), read(places.system, "system"), globalRegistry(places.global, world)];
};

/** The registry that everybody has: a file, or downloaded, or as it was downloaded before. */
const globalRegistry = (place: string, world: FetchWorld): Registry => {
	if (place === "") return emptyRegistry("global");
	const options = { name: place, settings: world.settings, warn: world.warn };
	if (place.startsWith("/")) return readRegistry(fileText(absolutePath(place, "/")), "global", options);
	try {
		const { contents } = runSync(
			downloadFile(place, {}, world),
			world,
			(effect) => new WouldBlock(effect, async () => {}),
		);
		return readRegistry(bytesToString(contents), "global", options);
	} catch (error) {
		if (!(error instanceof NixError)) throw error;
		world.warn(`cannot read flake registry '${place}': error: ${error.message}`);
		return emptyRegistry("global");
	}
};
