import { type HashAlgorithm, NixError, parseHash, parseJson } from "@tsnix/store";
import { parseHashAlgorithm, parseHashReturningFormat } from "../args/values";
import type { Program } from "../programs";
import type { Session } from "../session";
import { Exit } from "../shell";
import { UsageError } from "../usage-error";
import { printHelp } from "./help";
import { parseLegacy } from "./legacy";
import { printVersion } from "./version";

/** `nix-prefetch-url`: downloads a file into the store and prints its hash. */
export const nixPrefetchUrl: Program = async (context) => {
	const { session, options } = context;
	let algorithm: HashAlgorithm = "sha256";
	let printsPath = session.env("PRINT_PATH") === "1";
	let attribute: string | undefined;
	let unpack = false;
	let executable = false;
	let name: string | undefined;
	const args: string[] = [];
	await parseLegacy(context, true, (arg, next) => {
		if (arg === "--help") {
			printHelp(
				session,
				"nix-prefetch-url",
				["nix-prefetch-url [--type ALGORITHM] [--name NAME] [--unpack] [--print-path] URL [HASH]"],
				"Downloads a file into the store and prints its hash.",
			);
			throw new Exit(0);
		}
		if (arg === "--version") {
			printVersion(session, "nix-prefetch-url", options.verbosity > 3);
			throw new Exit(0);
		}
		if (arg === "--type") algorithm = parseHashAlgorithm(session, next());
		else if (arg === "--print-path") printsPath = true;
		else if (arg === "--attr" || arg === "-A") attribute = next();
		else if (arg === "--unpack") unpack = true;
		else if (arg === "--executable") executable = true;
		else if (arg === "--name") name = next();
		else if (arg.startsWith("-")) return false;
		else args.push(arg);
		return true;
	});
	if (args.length > 2) throw new UsageError("too many arguments");
	let [url] = args;
	if (attribute !== undefined) {
		const source = await sourceOf(session, url ?? ".", attribute);
		url = source.url;
		if (source.mode === undefined) session.log.info("warning: this does not look like a fetchurl call");
		else unpack = source.mode === "recursive";
	}
	if (url === undefined) throw new UsageError("you must specify a URL");
	const commands = await session.commands();
	const expected = args[1] === undefined ? undefined : parseHashReturningFormat(session, args[1], algorithm).hash.sri();
	const found = await commands.prefetchFile({
		url: await resolveMirror(session, url),
		...(name === undefined ? {} : { name }),
		...(expected === undefined ? {} : { expected }),
		algorithm,
		unpack,
		executable,
	});
	if (!printsPath) session.log.info(`path is '${found.storePath}'`);
	const hash = parseHash(found.hash);
	session.print(hash.algorithm === "md5" ? hash.base16() : hash.nix32());
	if (printsPath) session.print(found.storePath);
};

/** What a call of nixpkgs' `fetchurl` says that it fetches. */
const sourceOf = async (
	session: Session,
	file: string,
	attribute: string,
): Promise<{ readonly url: string; readonly mode: string | undefined }> => {
	const commands = await session.commands();
	const value = await commands.select(await commands.root({ kind: "evaluated-file", path: file }), attribute);
	const basePath = session.shell.workingDirectory;
	const ask = async (text: string): Promise<unknown> => {
		const asked = await commands.apply(text, basePath, value);
		return parseJson(await commands.render(asked, { kind: "json", strict: true, copyToStore: false }));
	};
	if ((await ask("source: source ? urls")) !== true) throw new NixError("NO_URLS", "attribute 'urls' missing");
	if ((await ask("source: builtins.length source.urls")) === 0) throw new NixError("NO_URLS", "'urls' list is empty");
	const url = String(await ask('source: builtins.head source.urls + ""'));
	const mode = await ask("source: source.outputHashMode or null");
	return { url, mode: typeof mode === "string" ? mode : undefined };
};

/** `mirror://` stands for the first of a list of servers that nixpkgs has. */
const resolveMirror = async (session: Session, url: string): Promise<string> => {
	if (!url.startsWith("mirror://")) return url;
	const [, mirror, rest] = /^mirror:\/\/([^/]*)\/(.*)$/s.exec(url) ?? [];
	if (mirror === undefined || rest === undefined) throw new NixError("BAD_MIRROR", `invalid mirror URL '${url}'`);
	const commands = await session.commands();
	const basePath = session.shell.workingDirectory;
	const text = "import <nixpkgs/pkgs/build-support/fetchurl/mirrors.nix>";
	const mirrors = await commands.root({ kind: "string", text, basePath });
	const name = JSON.stringify(mirror).replace(/\$/g, "\\$");
	const found = await commands.apply(`mirrors: mirrors.\${${name}} or null`, basePath, mirrors);
	const list = parseJson(await commands.render(found, { kind: "json", strict: true, copyToStore: false }));
	if (!Array.isArray(list)) throw new NixError("BAD_MIRROR", `unknown mirror name '${mirror}'`);
	if (list.length === 0) throw new NixError("BAD_MIRROR", `mirror URL '${url}' did not expand to anything`);
	const [first] = list;
	return `${String(first)}${String(first).endsWith("/") ? "" : "/"}${rest}`;
};
