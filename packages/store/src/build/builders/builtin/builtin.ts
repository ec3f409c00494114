import type { MemoryNode } from "../../../accessors/memory";
import { NixError } from "../../../errors";
import type { Derivation } from "../../../formats/derivation/derivation";
import type { Builder } from "../../builder";
import { javascriptBuilder, type JavascriptBuilder } from "../javascript";
import { buildenv } from "./buildenv";
import { fetchurl } from "./fetchurl";
import { loggedError } from "./logged-error";
import { unpackChannel } from "./unpack-channel";

/** What Nix's own builders ask of the outside. What is left out fails with an error that says so. */
export interface BuiltinBuilderWorld {
	/** The contents behind a URL, as they are served (nothing decompressed). Rejects with an error for the user. */
	readonly download?: (
		url: string,
		signal: AbortSignal,
		listeners: {
			/** The server answers. */
			readonly onStart: () => void;
			/** Something went wrong, and is tried again. */
			readonly onWarning: (message: string) => void;
		},
	) => Promise<Uint8Array>;
	/** Where fixed outputs are looked for first, by their hash: the setting `hashed-mirrors`. */
	readonly hashedMirrors?: readonly string[];
	readonly decompressXz?: (data: Uint8Array) => Uint8Array | Promise<Uint8Array>;
	/** Whether builds see nothing of the host: then files of the host cannot be downloaded. False unless told. */
	readonly sandbox?: boolean | "relaxed";
	/** What they see nevertheless. */
	readonly sandboxPaths?: readonly string[];
	/** The files of a tarball, compressed or not. */
	readonly unpackTarball?: (data: Uint8Array) => MemoryNode | Promise<MemoryNode>;
}

/** The builders named `builtin:…`: `fetchurl`, `buildenv`, `unpack-channel`. They run in this process, in memory. */
export const builtinBuilder = (world: BuiltinBuilderWorld): Builder => {
	const builders: Record<string, JavascriptBuilder> = {
		"builtin:fetchurl": (build) => fetchurl(build, world),
		"builtin:buildenv": buildenv,
		"builtin:unpack-channel": (build) => unpackChannel(build, world),
	};
	return javascriptBuilder(
		{
			accepts: ({ builder }: Derivation) => builder.startsWith("builtin:"),
			build: (build) => {
				const name = build.derivation.builder;
				const builder = builders[name];
				if (builder === undefined)
					throw new NixError("UNSUPPORTED_BUILTIN", `unsupported builtin builder '${name.slice("builtin:".length)}'`);
				return builder(build);
			},
		},
		loggedError,
	);
};
