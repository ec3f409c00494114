import { MemoryFile, type MemoryNode } from "../../../accessors/memory";
import { NixError } from "../../../errors";
import { derivationType } from "../../../formats/derivation/derivation";
import { narToMemory } from "../../../formats/nar/memory";
import type { JavascriptBuild } from "../javascript";
import type { OutputWriter } from "../output-writer";
import { requiredAttribute } from "./attribute";
import type { BuiltinBuilderWorld } from "./builtin";

/** `builtin:fetchurl`: download `url`; with `unpack` it is a NAR (`.nar.xz` too), with `executable` a program. */
export const fetchurl = async (
	{ derivation, outputs, signal }: JavascriptBuild,
	{ download, decompressXz, hashedMirrors = [] }: BuiltinBuilderWorld,
): Promise<void> => {
	const out = derivation.outputs.get("out");
	const writer = outputs["out"];
	if (out === undefined || writer === undefined)
		throw new NixError("BAD_FETCHURL", "'builtin:fetchurl' requires an 'out' output");
	const type = derivationType(derivation);
	if (type !== "fixed" && type !== "impure")
		throw new NixError("BAD_FETCHURL", "'builtin:fetchurl' must be a fixed-output or impure derivation");
	if (download === undefined) throw new NixError("NO_NETWORK", "'builtin:fetchurl' has no way to download files here");
	const mainUrl = requiredAttribute(derivation, "url");
	const unpack = derivation.env.get("unpack") === "1";
	const executable = derivation.env.get("executable") === "1";
	const fetch = async (url: string): Promise<void> => {
		let data = await download(url, signal);
		if (unpack && mainUrl.endsWith(".xz")) {
			if (decompressXz === undefined)
				throw new NixError("NO_XZ", `cannot decompress '${mainUrl}': there is no xz here`);
			data = await decompressXz(data);
		}
		writeRoot(writer, unpack ? narToMemory(data) : new MemoryFile(data), executable);
	};
	if (out.kind === "fixed" && out.contentAddress.method === "flat") {
		const { hash } = out.contentAddress;
		for (const mirror of hashedMirrors)
			try {
				return await fetch(`${mirror.endsWith("/") ? mirror : `${mirror}/`}${hash.algorithm}/${hash.base16()}`);
			} catch {
				// A mirror that does not have the file is no error: the next is asked, and in the end the URL itself.
			}
	}
	await fetch(mainUrl);
};

const writeRoot = (writer: OutputWriter, node: MemoryNode, executable: boolean): void =>
	writer.writeTree("/", executable && node instanceof MemoryFile ? new MemoryFile(node.contents, true) : node);
