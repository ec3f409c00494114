import { expect, test } from "vitest";
import { channelName, checkChannel, parseChannels, printChannels } from "./channel-list";

test("a line is a URL and a name, or a URL whose last part is the name", () => {
	const channels = parseChannels("# mine\nhttps://channels.nixos.org/nixos-24.05 nixos  \n\nfile:///srv/own//\n");
	expect([...channels]).toEqual([
		["nixos", "https://channels.nixos.org/nixos-24.05"],
		["own", "file:///srv/own"],
	]);
	expect(printChannels(channels)).toBe("https://channels.nixos.org/nixos-24.05 nixos\nfile:///srv/own own\n");
});

test("what says how tried a channel is, is no part of its name", () => {
	expect(["https://c/nixos-unstable", "https://c/x-stable", "https://c/nixos-24.05/"].map(channelName)).toEqual([
		"nixos",
		"x",
		"nixos-24.05",
	]);
});

test("URLs and names that are none are refused", () => {
	expect(() => checkChannel("ftp://a/b", "b")).toThrow("invalid channel URL 'ftp://a/b'");
	expect(() => checkChannel("http://a/b", ".b")).toThrow("invalid channel identifier '.b'");
	expect(() => checkChannel("http://a/b", "b-1.0_x")).not.toThrow();
});
