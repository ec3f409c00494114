import { networkInterfaces } from "node:os";
import { toBytes } from "@tsnix/store";
import { Completions } from "../args/completions";
import { commonFlags } from "../args/common";
import { Flags, parseArguments } from "../args/flags";
import { scriptWords } from "../args/shebang";
import { aliases, type Command, type Commands, commands, type Expected, nestedAliases } from "../commands";
import { level } from "../output/log";
import type { Program } from "../programs";
import type { Session } from "../session";
import { completeFile } from "../verbs/installable-completion";
import { UsageError } from "../usage-error";
import { printCommandHelp } from "./command-help";
import { printVersion } from "./version";

/** The command line; of a script that is run by `nix`, what its comments say, and then the script's own. */
const commandLine = (session: Session, args: readonly string[]): readonly string[] => {
	const [script, ...scriptArgs] = args;
	const words = script === undefined ? undefined : scriptWords(session.absolute(script));
	if (words === undefined) return args;
	const slash = script.lastIndexOf("/");
	if (slash >= 0) session.baseDirectory = session.absolute(script.slice(0, slash) || "/");
	return [...words, script, ...scriptArgs];
};

/** `nix COMMAND …`. */
export const nix: Program = async ({ session, options, args: given }) => {
	const args = commandLine(session, given);
	const { settings, log } = session;
	let help = false;
	let version = false;
	let offline = false;
	let refresh = false;
	settings.setDefault("pure-eval", true);
	log.setFormat("bar");
	const flags = new Flags().add(
		...commonFlags(settings, options, log),
		{ long: "help", handle: () => void (help = true) },
		{ long: "print-build-logs", short: "L", handle: () => log.showLogs(), feature: "nix-command" },
		{ long: "version", handle: () => void (version = true) },
		{ long: "offline", aliases: ["no-net"], handle: () => void (offline = true), feature: "nix-command" },
		{ long: "refresh", handle: () => void (refresh = true), feature: "nix-command" },
	);
	if (args.length === 1 && args[0] === "__dump-cli") return (await import("./dump-cli")).dumpCli(session, flags.all);
	const parser = new CommandParser(session, flags);
	const marked = Completions.mark(args, session.env);
	const completions = marked && new Completions();
	if (completions !== undefined) {
		options.verbosity = level.error;
		flags.completions = completions;
		parser.flags.completions = completions;
	}
	try {
		await parseArguments(marked ?? args, {
			flag: (all, at) => flags.take(all, at) ?? parser.flags.take(all, at),
			argument: (arg) => parser.argument(arg),
			rewrite: (all, at) => {
				const nested = parser.command === undefined ? nestedAliases[parser.path.join(" ")] : undefined;
				if (nested !== undefined && Object.hasOwn(nested, all[at])) {
					log.warn(`'${all[at]}' is a deprecated alias for '${nested[all[at]]}'`);
					all[at] = nested[all[at]];
				}
				if (parser.path.length > 0 || parser.rewritten || !Object.hasOwn(aliases, all[at])) return;
				const { deprecated, replacement } = aliases[all[at]];
				if (deprecated) log.warn(`'${all[at]}' is a deprecated alias for '${replacement.join(" ")}'`);
				all.splice(at, 1, ...replacement);
				parser.rewritten = true;
			},
		});
		parser.finish();
	} catch (error) {
		if ((!help && completions === undefined) || !(error instanceof UsageError)) throw error;
	}
	if (completions !== undefined) {
		for (const line of await completions.lines()) session.print(line);
		return;
	}
	settings.warnUnknown();
	const jsonLog = settings.text("json-log-path");
	if (jsonLog !== "") log.alsoTo(session.absolute(jsonLog));
	for (const feature of [...flags.features, ...parser.flags.features]) session.requireFeature(feature);
	if (help) return printCommandHelp(session, parser.path);
	if (version) return printVersion(session, "nix", options.verbosity > level.info);
	const { command } = parser;
	if (parser.path.length === 0) throw parser.noCommand();
	session.requireFeature((command?.feature ?? "nix-command") || undefined);
	if (!offline && !haveInternet(session.env)) {
		log.warn("you don't have Internet access; disabling some network-dependent features");
		offline = true;
	}
	if (command === undefined) throw parser.noCommand();
	if (offline) {
		session.offline = true;
		settings.setDefault("substitute", false);
		settings.setDefault("tarball-ttl", Number.MAX_SAFE_INTEGER);
	}
	if (refresh)
		for (const name of [
			"tarball-ttl",
			"narinfo-cache-negative-ttl",
			"narinfo-cache-positive-ttl",
			"narinfo-cache-meta-ttl",
		])
			settings.override(name, 0);
	if (command.impure === true && !settings.isOverridden("pure-eval")) settings.setDefault("pure-eval", false);
	await command.run();
};

const proxies = ["http_proxy", "https_proxy", "ftp_proxy", "all_proxy"];
const loopback = /^(127\.0\.0\.1|::1|fe[89ab].*)$/i;

/** Whether any of the machine's addresses is for others, or there is a proxy. */
const haveInternet = (env: (name: string) => string | undefined): boolean =>
	Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => !loopback.test(address))) ||
	proxies.some((name) => (env(name) ?? env(name.toUpperCase())) !== undefined);

/** Commands whose arguments are files. */
const takesPaths: ReadonlySet<string> = new Set([
	"hash file",
	"hash path",
	"nar cat",
	"nar dump-path",
	"nar ls",
	"store cat",
	"store dump-path",
	"store ls",
]);

/** Finds the command, and hands it its arguments. */
class CommandParser {
	/** The command's name and those of the commands it lies in. */
	readonly path: string[] = [];
	command: Command | undefined;
	/** The options of the command. */
	readonly flags = new Flags();
	commands: Commands = commands;
	rewritten = false;
	private expected: Expected[] = [];
	private pending: string[] = [];

	constructor(
		private readonly session: Parameters<Program>[0]["session"],
		_root: Flags,
	) {}

	async argument(arg: string): Promise<void> {
		if (this.command === undefined) return this.descend(arg);
		const [next] = this.expected;
		if (next === undefined) throw new UsageError(`unexpected argument '${arg}'`);
		this.pending.push(arg);
		if (this.flags.completions?.prefixOf(arg) === undefined) this.session.arguments.push(arg);
		if (next.arity !== "any" && this.pending.length === next.arity) this.take(next);
	}

	private take(next: Expected): void {
		const asked = this.pending.findIndex((arg) => this.flags.completions?.prefixOf(arg) !== undefined);
		if (asked < 0) next.handle(this.pending);
		else {
			const { completions } = this.flags;
			const complete =
				next.complete ??
				(this.flags.find("expr") ?? this.flags.find("override-input"))?.completeArgument ??
				(takesPaths.has(this.path.join(" ")) ? completeFile(this.session) : undefined);
			if (complete !== undefined) completions?.defer(complete, asked, completions.prefixOf(this.pending[asked]) ?? "");
		}
		this.pending = [];
		this.expected.shift();
	}

	private async descend(name: string): Promise<void> {
		const { completions } = this.flags;
		const prefix = completions?.prefixOf(name);
		if (prefix !== undefined) {
			for (const known of Object.keys(this.commands)) if (known.startsWith(prefix)) completions?.add(known);
			throw new UsageError("a command is to be completed");
		}
		if (!Object.hasOwn(this.commands, name)) {
			const { didYouMean, suggest } = await import("../suggestions");
			throw new UsageError(
				`'${name}' is not a recognised command`,
				didYouMean(suggest(Object.keys(this.commands), name)),
			);
		}
		const entry = this.commands[name];
		this.path.push(name);
		if (typeof entry !== "function") {
			this.commands = entry.commands;
			return;
		}
		const make = await entry();
		this.command = make({ session: this.session, name: this.path.join(" ") });
		this.flags.add(...(this.command.flags ?? []));
		this.expected = [...(this.command.expected ?? [])];
	}

	/** Hands over what is left when there are no more arguments. */
	finish(): void {
		if (this.command === undefined) return;
		const [next] = this.expected;
		if (next?.arity === "any") this.take(next);
		const [left] = this.expected;
		if (left !== undefined && left.optional !== true && left.arity !== "any")
			throw new UsageError("more arguments are required");
	}

	/** The error where only a command of commands was named, or none. */
	noCommand(): UsageError {
		if (this.path.length === 0) return new UsageError("no subcommand specified");
		const dot = toBytes("·");
		const list = Object.keys(this.commands)
			// As the reference has them, in quotes.
			.sort((a, b) => (`${a}\`` < `${b}\`` ? -1 : 1))
			.map((name) => `  ${dot} ${name}`)
			.join("\n");
		const text = `nix ${this.path.join(" ")} requires a sub-command. Available sub-commands:`;
		return new UsageError(`${wrap(text, 59)}\n\n${list}`);
	}
}

/** A text in lines of at most so many characters, broken between words. */
const wrap = (text: string, width: number): string => {
	const lines: string[] = [];
	for (const word of text.split(" ")) {
		const last = lines.at(-1);
		if (last !== undefined && `${last} ${word}`.length <= width) lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(word);
	}
	return lines.join("\n");
};
