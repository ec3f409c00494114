import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fromBytes, NixError, parseJson, printJson, toBytes } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import type { PlainTree } from "../core";
import { UsageError } from "../usage-error";
import { InstallableOptions } from "./installables";
import { JsonOptions } from "./json-flags";

/** The reference's `nix eval` says of a string that is not UTF-8 what its JSON library says, and no more. */
const notUtf8 = (error: unknown): unknown =>
	error instanceof NixError && error.code === "JSON_NOT_UTF8"
		? new NixError(error.code, error.message.replace(/^JSON serialization error: /, ""))
		: error;

/** `nix eval`: the value of an installable. */
export const evaluate: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	const json = new JsonOptions(session);
	let installable = ".";
	let raw = false;
	let apply: string | undefined;
	let writeTo: string | undefined;
	return {
		flags: [
			...options.flags(),
			...json.flags(),
			{ long: "read-only", handle: () => void (session.readOnly = true) },
			{ long: "raw", handle: () => void (raw = true) },
			{ long: "apply", arity: 1, handle: (text) => void (apply = text) },
			{ long: "write-to", arity: 1, handle: (path) => void (writeTo = path) },
		],
		expected: [{ optional: true, arity: 1, handle: ([text]) => void (installable = text) }],
		run: async () => {
			const [found] = await options.installables([installable]);
			if (raw && json.json) throw new UsageError("--raw and --json are mutually exclusive");
			let value = await found.value();
			const commands = await session.commands();
			if (apply !== undefined) value = await commands.apply(apply, session.shell.workingDirectory, value);
			if (writeTo !== undefined) {
				const place = session.absolute(writeTo);
				if (existsSync(bytes(place))) throw new NixError("EXISTS", `path '${writeTo}' already exists`);
				writeTree(place, await commands.tree(value));
			} else if (raw)
				session.shell.writeOut(
					await commands.render(value, { kind: "raw", doing: "while generating the eval command output" }),
				);
			else if (json.json) {
				const text = await commands
					.render(value, { kind: "json", strict: true, copyToStore: false })
					.catch((error) => Promise.reject(notUtf8(error)));
				session.print(json.isPretty ? toBytes(printJson(parseJson(fromBytes(text)), 2)) : text);
			} else session.print(await commands.render(value, { kind: "nix" }));
		},
	};
};

const bytes = (path: string): Buffer => Buffer.from(path, "latin1");

const writeTree = (path: string, tree: PlainTree): void => {
	if (typeof tree === "string") return writeFileSync(bytes(path), bytes(tree));
	mkdirSync(bytes(path));
	for (const [name, entry] of Object.entries(tree)) writeTree(`${path}/${name}`, entry);
};
