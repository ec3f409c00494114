import { type ByteString, DownstreamPlaceholder, NixError, rewriteString } from "@tsnix/store";
import type { PlainApp } from "../core";
import type { Session } from "../session";
import { type Built, buildWanted } from "./built";
import { type FlakeAttributes, type Installable, packageAttributes, requireValue } from "./installables";

/** A program that is ready to be run. */
export interface ReadyApp {
	/** Its path. */
	readonly program: ByteString;
	/** What was built for it. */
	readonly built: readonly Built[];
}

/** Where programs to run are looked for in flakes. */
export const appAttributes = (system: string): FlakeAttributes => {
	const packages = packageAttributes(system);
	return {
		defaults: [`apps.${system}.default`, `defaultApp.${system}`, ...packages.defaults],
		prefixes: [`apps.${system}.`, ...packages.prefixes],
	};
};

/** The program that an installable is. */
export const appOf = async (session: Session, installable: Installable): Promise<PlainApp> => {
	const { place } = requireValue(installable);
	return (await session.commands()).app(await (place?.() ?? installable.value()));
};

/** Builds what a program is in. Throws a NixError where it then is not in the store. */
export const buildApp = async (session: Session, app: PlainApp): Promise<ReadyApp> => {
	const built = await buildWanted(session, app.context);
	const { storeDir } = session.commandStore;
	const program = rewriteString(app.program, placeholders(session, built));
	if (!program.startsWith(`${storeDir}/`))
		throw new NixError("NOT_IN_STORE", `app program '${program}' is not in the Nix store`);
	return { program, built };
};

/** The paths of outputs for the placeholders that stood for them before they were built. */
const placeholders = (session: Session, built: readonly Built[]): Map<ByteString, ByteString> => {
	const rewrites = new Map<ByteString, ByteString>();
	if (!session.settings.enabled("ca-derivations")) return rewrites;
	const { storeDir } = session.commandStore;
	for (const item of built) {
		if (item.kind === "opaque") continue;
		for (const [name, path] of item.outputs) {
			const [first, ...others] = [...item.via, name];
			const placeholder = others.reduce(
				(outer, output) => DownstreamPlaceholder.unknownDerivation(outer, output),
				DownstreamPlaceholder.unknownOutput(item.drvPath, first ?? name),
			);
			rewrites.set(placeholder.render(), path.toString(storeDir));
		}
	}
	return rewrites;
};
