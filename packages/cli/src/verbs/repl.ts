import { NixError } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { nixVersion } from "../programs/version";
import type { Session } from "../session";
import { argumentsOr, InstallableOptions, packageAttributes } from "./installables";

const prompt = "nix-repl> ";
const continuation = "        > ";

/** `nix repl`: evaluates what is typed, line by line. */
export const repl: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session, (system) => ({ ...packageAttributes(system), defaults: [""] }));
	let installables: readonly string[] = [];
	let stdin = false;
	return {
		impure: true,
		feature: "",
		flags: [...options.flags(), { long: "stdin", handle: () => void (stdin = true) }],
		expected: [{ arity: "any", handle: (args) => void (installables = args) }],
		run: async () => {
			const named = argumentsOr(session, installables, stdin, options.hasSource ? ["."] : []);
			const { log } = session;
			session.evalOptions = options.evalOptions;
			const commands = await session.commands();
			log.notice(`Nix ${nixVersion}\nType :? for help.`);
			const loadNamed = async (): Promise<void> => {
				options.forgetRoot();
				for (const found of await options.installables(named)) {
					let value = await found.value();
					if (options.hasFile) value = await commands.autoCall(value);
					await commands.replTake(value, found.what);
				}
			};
			await loadNamed();
			await loop(session, async () => {
				await commands.replLoadFiles();
				await loadNamed();
				await commands.replLoadFlakes();
			});
		},
	};
};

/** Takes lines until there are no more. */
const loop = async (session: Session, reload: () => Promise<void>): Promise<void> => {
	const commands = await session.commands();
	const lines = session.lines((line) => commands.replComplete(line));
	let input = "";
	for (;;) {
		const line = await lines.next(input === "" ? prompt : continuation);
		if (line === null) return session.print("");
		input = line === "\x03" ? "" : `${input}${line}\n`;
		const outcome = await commands.replRead(input);
		if (outcome === "quit") return;
		if (outcome === "incomplete") continue;
		if (outcome === "reload")
			await reload().catch((error: unknown) => {
				if (!(error instanceof NixError)) throw error;
				session.log.error(error, session.settings.boolean("show-trace"));
			});
		input = "";
		session.print("");
	}
};
