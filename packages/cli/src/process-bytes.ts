import { readFileSync } from "node:fs";
import { type ByteString, toBytes } from "@tsnix/store";

/** What Node puts in the place of bytes that are no UTF-8. */
const replacement = "\ufffd";

/** The texts of one of Linux's files about this process, each ended by a zero. None on other systems. */
const texts = (file: "cmdline" | "environ"): ByteString[] => {
	try {
		return readFileSync(`/proc/self/${file}`, "latin1").replace(/\0$/, "").split("\0");
	} catch {
		return [];
	}
};

/** This process's arguments as they were given, where the system tells, even if they are no UTF-8. */
export const argumentBytes = (given: readonly string[]): ByteString[] => {
	if (!given.some((arg) => arg.includes(replacement))) return given.map(toBytes);
	const all = texts("cmdline");
	return all.length < given.length ? given.map(toBytes) : all.slice(all.length - given.length);
};

/** The same for its environment. */
export const environmentBytes = (env: NodeJS.ProcessEnv): Record<string, ByteString> => {
	const entries = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
	const known = entries.some(([, value]) => value.includes(replacement))
		? new Map(texts("environ").map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]))
		: undefined;
	return Object.fromEntries(
		entries.map(([name, value]) => [
			toBytes(name),
			(value.includes(replacement) ? known?.get(toBytes(name)) : undefined) ?? toBytes(value),
		]),
	);
};
