import { expect, test } from "vitest";
import { stringToBytes } from "../byte-string";
import { BuildLog } from "./build-log";

test("lines end at newlines; a carriage return starts the line anew; the tail is kept", () => {
	const lines: string[] = [];
	const log = new BuildLog(2, (line) => lines.push(line));
	for (const piece of ["one\ntw", "o\nprogress 1\rprogress 2\n", "long line\rshort\n", "no newline"])
		log.write(stringToBytes(piece));
	log.flush();
	expect(lines).toEqual(["one", "two", "progress 2", "short", "no newline"]);
	expect(log.tail).toEqual(["short", "no newline"]);
	expect(log.size).toBe(56);
});

test("messages for the program that shows the build are no part of the tail", () => {
	const log = new BuildLog(25, () => {});
	log.write(stringToBytes('@nix {"action":"setPhase","phase":"buildPhase"}\n@nix is a word\n'));
	expect(log.tail).toEqual(["@nix is a word"]);
});
