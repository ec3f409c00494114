import { networkInterfaces } from "node:os";
import { NixError, toBytes } from "@tsnix/store";
import { commonFlags } from "../args/common";
import { Flags, parseArguments } from "../args/flags";
import { scriptWords } from "../args/shebang";
import { aliases, type Command, type Commands, commands, type Expected } from "../commands";
import type { Program } from "../programs";
import type { Session } from "../session";
import { UsageError } from "../usage-error";
import { printHelp } from "./help";
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
	const flags = new Flags().add(
		...commonFlags(settings, options, (message) => log.warn(message)),
		{ long: "help", handle: () => void (help = true) },
		{ long: "print-build-logs", short: "L", handle: () => void (session.buildLogs = "named"), feature: "nix-command" },
		{ long: "version", handle: () => void (version = true) },
		{ long: "offline", aliases: ["no-net"], handle: () => void (offline = true), feature: "nix-command" },
		{ long: "refresh", handle: () => void (refresh = true), feature: "nix-command" },
	);
	const parser = new CommandParser(session, flags);
	try {
		await parseArguments(args, {
			flag: (all, at) => flags.take(all, at) ?? parser.flags.take(all, at),
			argument: (arg) => parser.argument(arg),
			rewrite: (all, at) => {
				if (parser.path.length > 0 || parser.rewritten || !Object.hasOwn(aliases, all[at])) return;
				const { deprecated, replacement } = aliases[all[at]];
				if (deprecated) log.warn(`'${all[at]}' is a deprecated alias for '${replacement.join(" ")}'`);
				all.splice(at, 1, ...replacement);
				parser.rewritten = true;
			},
		});
		parser.finish();
	} catch (error) {
		if (!help || !(error instanceof UsageError)) throw error;
	}
	settings.warnUnknown();
	for (const feature of [...flags.features, ...parser.flags.features]) session.requireFeature(feature);
	if (help)
		return printHelp(
			session,
			["nix", ...parser.path].join(" "),
			[`nix ${[...parser.path, "..."].join(" ")}`],
			commandList(parser.commands),
		);
	if (version) return printVersion(session, "nix");
	const { command } = parser;
	if (parser.path.length === 0) throw parser.noCommand();
	session.requireFeature(command?.feature ?? "nix-command");
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

const commandList = (list: Commands): string => `Commands: ${Object.keys(list).join(", ")}`;

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
		if (next.arity !== "any" && this.pending.length === next.arity) this.take(next);
	}

	private take(next: Expected): void {
		next.handle(this.pending);
		this.pending = [];
		this.expected.shift();
	}

	private async descend(name: string): Promise<void> {
		if (!Object.hasOwn(this.commands, name)) {
			const { didYouMean, suggest } = await import("@tsnix/eval");
			throw new UsageError(
				`'${name}' is not a recognised command`,
				didYouMean(suggest(Object.keys(this.commands), name)),
			);
		}
		const entry = this.commands[name];
		this.path.push(name);
		if (entry === "missing")
			throw new NixError("NOT_IMPLEMENTED", `'nix ${this.path.join(" ")}' is not implemented yet`);
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
