import { closureIn } from "@tsnix/store";
import { level } from "../output/log";
import type { Program } from "../programs";
import { Exit } from "../shell";
import { storePathOf } from "../store-operations/paths";
import { UsageError } from "../usage-error";
import { copyInfos } from "../verbs/copy";
import { printHelp } from "./help";
import { parseLegacy } from "./legacy";
import { printVersion } from "./version";

/** `nix-copy-closure`: copies paths, with all they refer to, to or from a machine that ssh reaches. */
export const nixCopyClosure: Program = async (context) => {
	const { session } = context;
	let gzip = false;
	let to = true;
	let substitute = false;
	let host: string | undefined;
	const names: string[] = [];
	await parseLegacy(context, false, (arg) => {
		switch (arg) {
			case "--help":
				printHelp(
					session,
					"nix-copy-closure",
					["nix-copy-closure [--to | --from] [--gzip] [--use-substitutes] [USER@]HOST PATH..."],
					"Copies store paths, with all they refer to, to or from another machine through ssh.",
				);
				throw new Exit(0);
			case "--version":
				printVersion(session, "nix-copy-closure", context.options.verbosity > 3);
				throw new Exit(0);
			case "--bzip2":
			case "--xz":
				session.log.warn(`'${arg}' is not implemented, falling back to gzip`);
				gzip = true;
				break;
			case "--gzip":
				gzip = true;
				break;
			case "--from":
			case "--to":
				to = arg === "--to";
				break;
			case "--include-outputs":
			case "--dry-run":
				break; // taken, and without effect, as in the reference
			case "--show-progress":
				session.log.line(level.error, "Warning: '--show-progress' is not implemented");
				break;
			case "--use-substitutes":
			case "-s":
				substitute = true;
				break;
			default:
				if (host === undefined) host = arg;
				else names.push(arg);
		}
		return true;
	});
	if (host === undefined) throw new UsageError("no host name specified");
	const { stores } = session;
	const remote = await stores.anyStore(`ssh://${host}${gzip ? "?compress=true" : ""}`);
	const own = await stores.anyStore();
	const [source, target] = to ? [own, remote] : [remote, own];
	const paths = names.map((name) => storePathOf(session, name));
	await copyInfos(session, source, target, (await closureIn(source, paths)).values(), false, substitute);
};
