/** Runs programs with TSNix, in this thread, as the command `tsnix nix-instantiate` does. */
import { dryStore, type LogEntry, renderErrorBytes } from "@tsnix/eval";
import { filterEscapes } from "@tsnix/eval/internal";
import { NixError } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { CommandScope } from "../../cli-support/served/command-scope";
import { ValueCommands } from "../../cli-support/served/value-commands";
import { openEngine } from "../../engine/open-engine";
import { openWorld } from "../../engine/world";
import { features, type Outcome, type RunOptions } from "./program";

export interface Place {
	readonly folder: string;
	readonly env: Readonly<Record<string, string>>;
}

const labels: Partial<Record<LogEntry["kind"], string>> = {
	trace: "trace: ",
	"evaluation-warning": "evaluation warning: ",
	warning: "warning: ",
};

/** Runs programs one after another in one evaluation, up to the first that fails. Texts are byte strings. */
export const evaluateAll = (args: readonly string[], options: RunOptions, { folder, env }: Place): Outcome[] => {
	let err = "";
	const log = (entry: LogEntry): void => {
		const label = labels[entry.kind] ?? "";
		if (entry.kind !== "evaluation-warning") err += filterEscapes(`${label}${entry.text}\n`);
		else if (entry.text === "") err += "\n";
		else err += filterEscapes(`${entry.text.startsWith("\n") ? label.trimEnd() : label}${entry.text}\n`);
	};
	const open = openWorld({
		fs: nodeFs,
		store: dryStore(),
		settings: {
			readOnly: true,
			showTrace: options.showTrace,
			pureEval: options.access === "pure",
			restrictEval: options.access === "restricted",
			experimentalFeatures: new Set(features),
			nixPath: [],
		},
		env: (name) => env[name],
		home: env.HOME,
		log,
	});
	const engine = openEngine(open, { ...open.host, workingDirectory: folder });
	const nothingFetched = (): never => {
		throw new Error("nothing is fetched here");
	};
	const commands = new ValueCommands(new CommandScope(engine.st, open, folder, nothingFetched));
	const outcomes: Outcome[] = [];
	for (const arg of args) {
		err = "";
		try {
			outcomes.push({ status: "ok", out: evaluate(commands, arg, options, folder), err });
		} catch (error) {
			outcomes.push(
				error instanceof NixError
					? {
							status: "failed",
							out: "printed" in error ? String(error.printed) : "",
							err: `${err}${errorText(error, options.showTrace)}\n`,
						}
					: { status: "crash", out: "", err: `${err}${String((error as Error)?.stack ?? error)}` },
			);
			break;
		}
	}
	return outcomes;
};

const evaluate = (commands: ValueCommands, arg: string, options: RunOptions, folder: string): string => {
	const source =
		options.source === "file"
			? ({ kind: "file", path: arg } as const)
			: ({ kind: "string", text: arg, basePath: folder } as const);
	if (options.output === "parse") return `${commands.parse(source)}\n`;
	const value = commands.autoCall(commands.select(commands.root(source), ""));
	switch (options.output) {
		case "xml":
			return commands.render(value, { kind: "xml", strict: true, location: true });
		case "json":
			return `${commands.render(value, { kind: "json", strict: true, copyToStore: true, ownPlace: true })}\n`;
		default:
			return `${commands.render(value, { kind: "plain", strict: options.output === "plain" })}\n`;
	}
};

/** As the command shows an error. */
const errorText = (error: NixError, showTrace: boolean): string => renderErrorBytes(error, { color: false, showTrace });
