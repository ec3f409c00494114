import { bytesToString } from "@tsnix/store";
import { gzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { tar } from "../archives/testing/tar";
import { type FetchError, TransferError } from "../errors";
import { fetchInput } from "../fetch";
import { type FetchAnswer, fetchTransport } from "../http-fetch";
import { inputFromURL, inputToURL } from "../input";
import type { FetchSettings } from "../settings";
import { createFetchWorld } from "../world";

const rev = "1234567890123456789012345678901234567890";
const archive = gzipSync(tar({ path: "repo/", type: "5" }, { path: "repo/file", contents: "text", mtime: 100 }));

type Reply = string | Uint8Array | { status: number; headers?: Record<string, string>; body?: string };

/** Servers that answer by URL, and what they were asked, with the credentials that came along. */
const forge = (replies: Record<string, Reply>, settings: Partial<FetchSettings> = {}) => {
	const asked: string[] = [];
	const said: string[] = [];
	const fetch = async (url: string, { headers }: { headers: Record<string, string> }): Promise<FetchAnswer> => {
		asked.push([url, headers.Authorization ?? headers["Private-token"]].filter((part) => part !== undefined).join(" "));
		const reply = replies[url] ?? { status: 404 };
		const {
			status,
			headers: more = {},
			body = "",
		} = typeof reply === "object" && "status" in reply ? reply : { status: 200 };
		const data =
			reply instanceof Uint8Array ? reply : new TextEncoder().encode(typeof reply === "string" ? reply : body);
		return {
			status,
			headers: { get: (name) => more[name] ?? null },
			arrayBuffer: async () => new Uint8Array(data).buffer,
		};
	};
	const world = createFetchWorld({
		http: fetchTransport({ fetch, warn: (message) => said.push(message) }),
		settings,
		warn: (message) => said.push(message),
		onEvent: (event) => said.push(JSON.stringify(event)),
	});
	const get = (url: string) => fetchInput(inputFromURL(url, { settings: world.settings }), world);
	return { asked, said, get };
};

describe.each([
	[
		"github:owner/repo",
		"https://api.github.com/repos/owner/repo/commits/HEAD",
		JSON.stringify({ sha: rev, commit: { tree: { sha: rev } } }),
		`https://github.com/owner/repo/archive/${rev}.tar.gz`,
	],
	[
		"github:owner/repo/some/branch?host=git.example.org",
		"https://git.example.org/api/v3/repos/owner/repo/commits/some/branch",
		JSON.stringify({ sha: rev, commit: { tree: { sha: rev } } }),
		`https://git.example.org/api/v3/repos/owner/repo/tarball/${rev}`,
	],
	[
		"gitlab:group%252Fsub/repo",
		"https://gitlab.com/api/v4/projects/group%2Fsub%2Frepo/repository/commits?ref_name=HEAD",
		JSON.stringify([{ id: rev }]),
		`https://gitlab.com/api/v4/projects/group%2Fsub%2Frepo/repository/archive.tar.gz?sha=${rev}`,
	],
	[
		"sourcehut:~owner/repo/v1",
		"https://git.sr.ht/~owner/repo/info/refs",
		`${"0".repeat(40)}\trefs/heads/main\n${rev}\trefs/tags/v1\n`,
		`https://git.sr.ht/~owner/repo/archive/${rev}.tar.gz`,
	],
])("%s", (url, api, answer, tarball) => {
	test("is asked for its revision, and then for the archive of that", async () => {
		const { asked, get } = forge({ [api]: answer, [tarball]: archive });
		const { locked, accessor } = await get(url);
		expect(asked).toEqual([api, tarball]);
		expect(locked.attrs).toMatchObject({ rev, lastModified: 100 });
		expect(locked.attrs.ref).toBeUndefined();
		expect(bytesToString(accessor.readFile("/file"))).toBe("text");
		expect(inputToURL(locked)).toContain(rev);
	});
});

test.each([
	["github:o/r", { "github.com": "s3cret" }, "token s3cret"],
	["github:o/r", { "github.com": "other", "github.com/o": "s3cret" }, "token s3cret"],
	["gitlab:o/r", { "gitlab.com": "PAT:s3cret" }, "s3cret"],
	["gitlab:o/r", { "gitlab.com": "OAuth2:s3cret" }, "Bearer s3cret"],
	["sourcehut:~o/r/main", { "git.sr.ht": "s3cret" }, "Bearer s3cret"],
])("%s with a token: it goes to the forge, and into no message", async (url, accessTokens, header) => {
	const { asked, said, get } = forge({}, { accessTokens });
	const failure = await get(url).catch((error: unknown) => error as TransferError);
	expect(asked[0]).toMatch(new RegExp(` ${header}$`));
	expect(JSON.stringify([said, (failure as Error).message])).not.toContain("s3cret");
});

test("who has asked too often is told of tokens", async () => {
	const api = "https://api.github.com/repos/o/r/commits/HEAD";
	const limited = { status: 403, headers: { "x-ratelimit-remaining": "0" }, body: "API rate limit exceeded" };
	const failure = await forge({ [api]: limited })
		.get("github:o/r")
		.catch((error: unknown) => error as TransferError);
	expect(failure).toBeInstanceOf(TransferError);
	expect(failure).toMatchObject({
		code: "FORBIDDEN",
		message: `unable to download '${api}': HTTP error 403\n\nresponse body:\n\nAPI rate limit exceeded`,
		hint: expect.stringContaining("access-tokens"),
	});
});

const deep = "[".repeat(100_000) + "]".repeat(100_000);

test.each([
	["no JSON", "<html>"],
	["nothing", ""],
	["a list nested deeply", deep],
	["what it inherits", '{"__proto__":{"sha":"x","id":"x"}}'],
	["a number", '{"sha":5}'],
	["no hash", '{"sha":"../../etc"}'],
])("an answer that is %s is a typed error", async (_, answer) => {
	const replies = {
		"https://api.github.com/repos/o/r/commits/HEAD": answer,
		"https://gitlab.com/api/v4/projects/o%2Fr/repository/commits?ref_name=HEAD": answer.startsWith("{")
			? `[${answer}]`
			: answer,
	};
	for (const url of ["github:o/r", "gitlab:o/r"]) {
		const failure = await forge(replies)
			.get(url)
			.catch((error: unknown) => error as FetchError);
		expect((failure as FetchError).code).toMatch(/^[A-Z_]+$/);
		expect((failure as Error).message.length).toBeLessThan(1_000_000);
	}
});

// The words of the reference's JSON library, and no word of what was being fetched.
test.each([
	["github", "[]", "[json.exception.type_error.305] cannot use operator[] with a string argument with array"],
	["github", "null", "[json.exception.type_error.302] type must be string, but is null"],
	["github", `{"sha":"${rev}"}`, "[json.exception.type_error.302] type must be string, but is null"],
	[
		"github",
		`{"sha":"${rev}","commit":{"tree":7}}`,
		"[json.exception.type_error.305] cannot use operator[] with a string argument with number",
	],
	["gitlab", '[{"id":5}]', "[json.exception.type_error.302] type must be string, but is number"],
	["gitlab", '{"b":1,"a":[]}', 'Unexpected response received from GitLab: {"a":[],"b":1}'],
	["gitlab", "[{}]", 'Unexpected response received from GitLab: [{"id":null}]'],
])("%s answers %s", async (type, answer, message) => {
	const replies = {
		"https://api.github.com/repos/o/r/commits/HEAD": answer,
		"https://gitlab.com/api/v4/projects/o%2Fr/repository/commits?ref_name=HEAD": answer,
	};
	await expect(forge(replies).get(`${type}:o/r`)).rejects.toThrow(message);
});

test("names of branches are sent as they are", async () => {
	const { asked, get } = forge({});
	await expect(get("github:o/r/v1+2")).rejects.toThrow("404");
	await expect(get("gitlab:o/r/a&b")).rejects.toThrow("404");
	expect(asked).toEqual([
		"https://api.github.com/repos/o/r/commits/v1+2",
		"https://gitlab.com/api/v4/projects/o%2Fr/repository/commits?ref_name=a&b",
	]);
});
