import { MemoryDirectory } from "../../../accessors/memory";
import { NixError } from "../../../errors";
import type { JavascriptBuild } from "../javascript";
import { requiredAttribute } from "./attribute";
import type { BuiltinBuilderWorld } from "./builtin";

/** What is no archive is told in other words than elsewhere. */
const opened = async <T>(open: () => T | Promise<T>): Promise<T> => {
	try {
		return await open();
	} catch (error) {
		const why = error instanceof NixError ? /^Failed to open archive \((.*)\)$/.exec(error.message)?.[1] : undefined;
		throw why === undefined ? error : new NixError("BAD_ARCHIVE", `failed to open archive: ${why}`, { cause: error });
	}
};

/** `builtin:unpack-channel`: unpack the tarball `src`, whose only entry becomes `channelName`. */
export const unpackChannel = async (
	{ derivation, inputs, outputs }: JavascriptBuild,
	{ unpackTarball }: BuiltinBuilderWorld,
): Promise<void> => {
	const channelName = requiredAttribute(derivation, "channelName");
	const src = requiredAttribute(derivation, "src");
	if (channelName.includes("/"))
		throw new NixError(
			"BAD_CHANNEL",
			`channelName is not allowed to contain filesystem separators, got ${channelName}`,
		);
	if (unpackTarball === undefined)
		throw new NixError("NO_TAR", "'builtin:unpack-channel' has no way to unpack tarballs here");
	const tree = await opened(() => unpackTarball(inputs.readFile(src)));
	const entries = tree instanceof MemoryDirectory ? [...tree.entries.values()] : [];
	const [only] = entries;
	if (only === undefined) throw new NixError("BAD_CHANNEL", `channel tarball '${src}' is empty`);
	if (entries.length > 1) throw new NixError("BAD_CHANNEL", `channel tarball '${src}' contains more than one file`);
	outputs["out"]?.writeTree("/", new MemoryDirectory(new Map([[channelName, only]])));
};
