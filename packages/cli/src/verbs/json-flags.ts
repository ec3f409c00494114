import type { JsonValue } from "@tsnix/store";
import { printJson, toBytes } from "@tsnix/store";
import type { Flag } from "../args/flags";
import type { Session } from "../session";

/** `--json`, `--pretty`, `--no-pretty`. */
export class JsonOptions {
	json = false;
	private pretty: boolean;

	constructor(private readonly session: Session) {
		this.pretty = session.shell.isTerminal.output;
	}

	/** The options; without `--json` where the command's output is JSON anyway. */
	flags(withJson = true): Flag[] {
		const flags: Flag[] = [
			{ long: "pretty", handle: () => void (this.pretty = true) },
			{ long: "no-pretty", handle: () => void (this.pretty = false) },
		];
		return withJson ? [{ long: "json", handle: () => void (this.json = true) }, ...flags] : flags;
	}

	/** Whether it is laid out for people. */
	get isPretty(): boolean {
		return this.pretty;
	}

	/** Prints data. */
	print(value: JsonValue): void {
		this.session.print(toBytes(printJson(value, this.pretty ? 2 : 0)));
	}
}
