import { bytesToString, stringToBytes, toBytes } from "@tsnix/store";
import { describe, expect, test } from "vitest";
import { downloadFile } from "./download";
import { runAsync, WouldBlock } from "./effects";
import { TransferError, tracesOf } from "./errors";
import { fetchInput, fetchInputSync } from "./fetch";
import { fetchURL, fetchURLSync } from "./fetch-url";
import { type HttpRequest, type HttpResponse, type HttpTransport, immutableLink } from "./http";
import { inputFromURL } from "./input";
import { createFetchWorld, type FetchWorld } from "./world";

type Answer = Partial<HttpResponse> & { readonly text?: string };

/** A network that answers from a table, and notes what it was asked. */
const network = (answers: Record<string, Answer | (() => Answer)>) => {
	const asked: HttpRequest[] = [];
	const http: HttpTransport = {
		async request(request) {
			asked.push(request);
			const entry = answers[request.url];
			const answer = typeof entry === "function" ? entry() : entry;
			const { text = "", ...rest } = answer ?? { status: 404 };
			return { status: 200, urls: [request.url], links: [], body: stringToBytes(text), ...rest };
		},
	};
	return { http, asked };
};

const rev = "0123456789abcdef0123456789abcdef01234567";

/** A tar archive of one file, in the form a forge would give it. */
const archive = (contents: string): string => {
	const field = (value: number, width: number) => `${value.toString(8).padStart(width - 1, "0")}\0`;
	const head = `${"x/a".padEnd(100, "\0")}${field(0o644, 8)}${field(0, 8)}${field(0, 8)}${field(contents.length, 12)}${field(1000, 12)}`;
	const tail = `0${"".padEnd(100, "\0")}ustar\u000000`.padEnd(356, "\0");
	const sum = [...`${head}        ${tail}`].reduce((total, char) => total + char.charCodeAt(0), 0);
	return `${head}${sum.toString(8).padStart(6, "0")}\0 ${tail}${contents.padEnd(512, "\0")}${"\0".repeat(1024)}`;
};

describe("the cache of downloads", () => {
	const download = async (world: FetchWorld, url: string) =>
		bytesToString((await runAsync(downloadFile(url, {}, world), world)).contents);

	test("what is fresh is not asked for again; what is old is asked for with its ETag", async () => {
		let now = 1000;
		const { http, asked } = network({
			"http://x/f": () => (asked.length < 2 ? { text: "one", etag: "E" } : { status: 304 }),
		});
		const world = createFetchWorld({ http, clock: () => now, settings: { tarballTtl: 60 } });
		expect(await download(world, "http://x/f")).toBe("one");
		now += 60;
		expect(await download(world, "http://x/f")).toBe("one");
		expect(asked.length).toBe(1);
		now += 1;
		expect(await download(world, "http://x/f")).toBe("one");
		expect(asked[1]?.headers).toEqual({ "If-None-Match": "E" });
	});

	test("a server that ignores If-None-Match but sends the same ETag changes nothing", async () => {
		const { http } = network({ "http://x/f": () => ({ text: "one", etag: "E" }) });
		const world = createFetchWorld({ http, settings: { tarballTtl: 0 } });
		expect(await download(world, "http://x/f")).toBe("one");
		expect(await download(world, "http://x/f")).toBe("one");
	});

	test("an archive that cannot be unpacked is asked for anew, however young it is", async () => {
		const whole = archive("data");
		const { http, asked } = network({
			"http://x/a.tar": () => ({ text: asked.length < 2 ? whole.slice(0, 514) : whole, etag: "E" }),
		});
		const world = createFetchWorld({ http, settings: { tarballTtl: 3600 } });
		const input = inputFromURL("http://x/a.tar");
		await expect(fetchInput(input, world)).rejects.toThrow(
			"cannot read file from tarball: Truncated tar archive detected while reading data",
		);
		expect(bytesToString((await fetchInput(input, world)).accessor.readFile("/a"))).toBe("data");
		expect(asked.map(({ headers }) => headers)).toEqual([{}, {}]);
	});

	test("an old copy is used where the server fails, with a warning", async () => {
		const warnings: string[] = [];
		const { http, asked } = network({
			"http://x/f": () => (asked.length < 2 ? { text: "one" } : { status: 500 }),
		});
		const world = createFetchWorld({ http, settings: { tarballTtl: 0 }, warn: (message) => warnings.push(message) });
		await download(world, "http://x/f");
		expect(await download(world, "http://x/f")).toBe("one");
		expect(warnings).toEqual(["unable to download 'http://x/f': HTTP error 500; using cached version"]);
	});

	test("every URL of a redirect chain is remembered", async () => {
		const { http, asked } = network({ "http://x/r": { text: "one", urls: ["http://x/r", "http://x/f"] } });
		const world = createFetchWorld({ http });
		await download(world, "http://x/r");
		expect(await download(world, "http://x/f")).toBe("one");
		expect(asked.length).toBe(1);
	});

	test("a status that is no success is an error with what the server said", async () => {
		const { http } = network({ "http://x/f": { status: 403, text: "go away\n" } });
		const error = await download(createFetchWorld({ http }), "http://x/f").catch((caught: unknown) => caught);
		expect(error).toBeInstanceOf(TransferError);
		expect(error).toMatchObject({
			code: "FORBIDDEN",
			status: 403,
			message: "unable to download 'http://x/f': HTTP error 403\n\nresponse body:\n\ngo away",
		});
	});
});

describe("forges", () => {
	test("a branch is resolved first, then its archive is fetched", async () => {
		const { http, asked } = network({
			"https://api.github.com/repos/o/r/commits/HEAD": {
				text: JSON.stringify({ sha: rev, commit: { tree: { sha: rev } } }),
			},
			[`https://github.com/o/r/archive/${rev}.tar.gz`]: { text: archive("1") },
		});
		const world = createFetchWorld({ http });
		const result = await fetchInput(inputFromURL("github:o/r"), world);
		expect(result.locked.attrs).toEqual({
			type: "github",
			owner: "o",
			repo: "r",
			rev,
			lastModified: 1000,
			narHash: result.narHash.sri(),
			__final: true,
		});
		expect(bytesToString(result.accessor.readFile("/a"))).toBe("1");
		expect(result.accessor.showPath?.("/a")).toBe(toBytes(`«github:o/r/${rev}»/a`));
		expect(asked.length).toBe(2);
	});

	test("a token goes along, and to the API", async () => {
		const { http, asked } = network({
			[`https://api.github.com/repos/o/r/tarball/${rev}`]: { text: archive("1") },
		});
		const world = createFetchWorld({ http, settings: { accessTokens: { "github.com": "no", "github.com/o": "yes" } } });
		await fetchInput(inputFromURL(`github:o/r/${rev}`), world);
		expect(asked[0]?.headers).toEqual({ Authorization: "token yes" });
	});

	test("GitLab and SourceHut", async () => {
		const { http, asked } = network({
			"https://gitlab.com/api/v4/projects/o%2Fr/repository/commits?ref_name=main": {
				text: JSON.stringify([{ id: rev }]),
			},
			[`https://gitlab.com/api/v4/projects/o%2Fr/repository/archive.tar.gz?sha=${rev}`]: { text: archive("1") },
			"https://git.sr.ht/~o/r/info/refs": { text: `${rev}\trefs/heads/main\n` },
			[`https://git.sr.ht/~o/r/archive/${rev}.tar.gz`]: { text: archive("1") },
		});
		const world = createFetchWorld({ http, settings: { accessTokens: { "gitlab.com": "PAT:secret" } } });
		const one = await fetchInput(inputFromURL("gitlab:o/r/main"), world);
		expect(asked[0]?.headers).toEqual({ "Private-token": "secret" });
		const two = await fetchInput(inputFromURL("sourcehut:~o/r/main"), world);
		expect(one.narHash.sri()).toBe(two.narHash.sri());
		expect(two.locked.attrs.rev).toBe(rev);
	});
});

describe("tarballs", () => {
	test("a Link header says where this version will always be", async () => {
		const immutable = `http://x/v1.tar.gz?rev=${rev}&revCount=3`;
		const { http } = network({
			"http://x/latest.tar.gz": { text: archive("1"), links: [`<${immutable}>; rel="immutable"`] },
		});
		const { locked } = await fetchInput(inputFromURL("http://x/latest.tar.gz"), createFetchWorld({ http }));
		expect(locked.attrs).toMatchObject({ url: "http://x/v1.tar.gz", rev, revCount: 3, lastModified: 1000 });
	});

	test("only the form of the protocol counts", () => {
		expect(immutableLink(['<http://a>; rel="next"', '<http://b>; REL="Immutable"'])).toBe("http://b");
		expect(immutableLink(['<http://a>; rel="immutable"; x=1'])).toBeUndefined();
	});
});

describe("the synchronous face", () => {
	test("asks to be resumed, and then answers at once", async () => {
		const { http, asked } = network({ "http://x/a.tar": { text: archive("1") } });
		const world = createFetchWorld({ http });
		const input = inputFromURL("http://x/a.tar");
		const blocked = (() => {
			try {
				return fetchInputSync(input, world);
			} catch (error) {
				return error;
			}
		})();
		expect(blocked).toBeInstanceOf(WouldBlock);
		const { resume } = blocked as WouldBlock;
		await Promise.all([resume(), resume()]);
		expect(bytesToString(fetchInputSync(input, world).accessor.readFile("/a"))).toBe("1");
		expect(asked.length).toBe(1);
	});

	test("gives the error that came while it waited", async () => {
		const world = createFetchWorld({ http: network({}).http });
		const input = inputFromURL("http://x/a.zip");
		try {
			fetchInputSync(input, world);
			expect.unreachable();
		} catch (error) {
			await (error as WouldBlock).resume();
		}
		try {
			fetchInputSync(input, world);
			expect.unreachable();
		} catch (error) {
			expect((error as Error).message).toBe("unable to download 'http://x/a.zip': HTTP error 404");
			expect(tracesOf(error)).toEqual(["while fetching the input 'http://x/a.zip'"]);
		}
	});

	test("downloads a file as it is", async () => {
		const { http, asked } = network({ "http://x/f": { text: "one" } });
		const world = createFetchWorld({ http, settings: { tarballTtl: 0 } });
		const blocked = (() => {
			try {
				return fetchURLSync("http://x/f", world);
			} catch (error) {
				return error;
			}
		})();
		await (blocked as WouldBlock).resume();
		expect(bytesToString(fetchURLSync("http://x/f", world).contents)).toBe("one");
		expect(bytesToString((await fetchURL("http://x/f", world)).contents)).toBe("one");
		expect(asked.length).toBe(1);
	});

	test("without a network there is nothing to wait for", () => {
		expect(() => fetchInputSync(inputFromURL("http://x/a.zip"), createFetchWorld({}))).toThrow(
			"cannot download 'http://x/a.zip': no HTTP transport was given",
		);
	});
});
