import { MemoryFile, type MemoryNode } from "../../../accessors/memory";
import { toBytes } from "../../../byte-string";
import { NixError, TracedError } from "../../../errors";
import { derivationType } from "../../../formats/derivation/derivation";
import { narToMemory } from "../../../formats/nar/memory";
import type { SourceAccessor } from "../../../source-accessor";
import { quotePath } from "../../builder";
import type { JavascriptBuild } from "../javascript";
import type { OutputWriter } from "../output-writer";
import type { BuiltinBuilderWorld } from "./builtin";

/** `builtin:fetchurl`: download `url`; with `unpack` it is a NAR (`.nar.xz` too), with `executable` a program. */
export const fetchurl = async (
	{ derivation, inputs, outputs, signal, log }: JavascriptBuild,
	world: BuiltinBuilderWorld,
): Promise<void> => {
	const { download, decompressXz, hashedMirrors = [] } = world;
	const out = derivation.outputs.get("out");
	const writer = outputs["out"];
	if (out === undefined || writer === undefined)
		throw new NixError("BAD_FETCHURL", "'builtin:fetchurl' requires an 'out' output");
	const type = derivationType(derivation);
	if (type !== "fixed" && type !== "impure")
		throw new NixError("BAD_FETCHURL", "'builtin:fetchurl' must be a fixed-output or impure derivation");
	if (download === undefined) throw new NixError("NO_NETWORK", "'builtin:fetchurl' has no way to download files here");
	const mainUrl = derivation.env.get("url");
	if (mainUrl === undefined) throw new NixError("MISSING_ATTRIBUTE", "map::at");
	const unpack = derivation.env.get("unpack") === "1";
	const executable = derivation.env.get("executable") === "1";
	const fetch = async (url: string): Promise<void> => {
		let started = false;
		const onStart = (): void => {
			if (started) return;
			started = true;
			const text = `downloading '${url}'`;
			log(`@nix ${JSON.stringify({ action: "start", fields: [url], id: 1, level: 4, parent: 0, text, type: 101 })}`);
		};
		const onWarning = (message: string): void =>
			log(`@nix ${JSON.stringify({ action: "msg", level: 1, msg: `\x1b[35;1mwarning:\x1b[0m ${message}` })}`);
		let data: Uint8Array;
		try {
			requireVisible(url, inputs, world);
			data = await download(url, signal, { onStart, onWarning });
			onStart();
		} catch (error) {
			const isFile = error instanceof NixError && !unpack;
			throw isFile ? new TracedError(error, [`writing file ${quotePath(writer.path)}`]) : error;
		} finally {
			if (started) log(`@nix ${JSON.stringify({ action: "stop", id: 1 })}`);
		}
		if (unpack && mainUrl.endsWith(".xz")) {
			if (decompressXz === undefined)
				throw new NixError("NO_XZ", `cannot decompress '${mainUrl}': there is no xz here`);
			data = await decompressXz(data);
		}
		writeRoot(writer, unpack ? unpacked(data) : new MemoryFile(data), executable);
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

/** In a sandbox there are no files of the host but those that it is shown. */
const requireVisible = (
	url: string,
	inputs: SourceAccessor,
	{ sandbox = false, sandboxPaths = [] }: BuiltinBuilderWorld,
): void => {
	// Fixed outputs and impure derivations, which alone get here, are in a sandbox if all derivations are.
	if (sandbox !== true || !url.startsWith("file:")) return;
	const path = decodeURIComponent(new URL(url).pathname);
	if (sandboxPaths.some((shown) => path === shown || path.startsWith(`${shown}/`))) return;
	if (inputs.lstat(toBytes(path)) !== undefined) return;
	throw new NixError(
		"DOWNLOAD_FAILED",
		`unable to download '${url}': Could not read a file:// file (37) Could not open file ${path}`,
	);
};

/** A NAR that ends too early is one whose download has ended. */
const unpacked = (nar: Uint8Array): MemoryNode => {
	try {
		return narToMemory(nar);
	} catch (error) {
		if (!(error instanceof NixError) || error.message !== "unexpected end-of-file") throw error;
		throw new NixError("BAD_ARCHIVE", "coroutine has finished", { cause: error });
	}
};

const writeRoot = (writer: OutputWriter, node: MemoryNode, executable: boolean): void =>
	writer.writeTree("/", executable && node instanceof MemoryFile ? new MemoryFile(node.contents, true) : node);
