import { MemoryFile, type MemoryNode } from "../../../accessors/memory";
import { NixError, TracedError } from "../../../errors";
import { derivationType } from "../../../formats/derivation/derivation";
import { narToMemory } from "../../../formats/nar/memory";
import { quotePath } from "../../builder";
import type { JavascriptBuild } from "../javascript";
import type { OutputWriter } from "../output-writer";
import { requiredAttribute } from "./attribute";
import type { BuiltinBuilderWorld } from "./builtin";

/** `builtin:fetchurl`: download `url`; with `unpack` it is a NAR (`.nar.xz` too), with `executable` a program. */
export const fetchurl = async (
	{ derivation, outputs, signal, log }: JavascriptBuild,
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
		log(
			`@nix ${JSON.stringify({ action: "start", fields: [url], id: 1, level: 4, parent: 0, text: `downloading '${url}'`, type: 101 })}`,
		);
		let data: Uint8Array;
		try {
			data = await download(url, signal);
		} catch (error) {
			throw error instanceof NixError ? new TracedError(error, [`writing file ${quotePath(writer.path)}`]) : error;
		} finally {
			log(`@nix ${JSON.stringify({ action: "stop", id: 1 })}`);
		}
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
