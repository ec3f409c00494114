/**
 * A server for measuring how flakes are locked: small archives, each answer after a delay, as over a long line. It runs
 * on its own: `node slow-server.mjs KIND INPUTS DELAY` prints its port, and ends with what started it.
 *
 * Kinds: `flake` (archives with a `flake.nix`), `plain` (without), `lockable` (redirected to an address that says by a
 * `Link` header where the version will always be), `nested` (the first half of the flakes has an input in the other).
 */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

const [kind = "flake", inputs = "20", delay = "50"] = process.argv.slice(2);

/** A tar file of text files, all of the same time. */
const tar = (files) => {
	const blocks = [];
	for (const [name, text] of Object.entries(files)) {
		const contents = Buffer.from(text);
		const header = Buffer.alloc(512);
		const octal = (value, at, length) => header.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at);
		header.write(name, 0);
		octal(0o644, 100, 8);
		octal(0, 108, 8);
		octal(0, 116, 8);
		octal(contents.length, 124, 12);
		octal(1_700_000_000, 136, 12);
		header.write("        ", 148);
		header.write("0", 156);
		header.write("ustar\x0000", 257);
		octal(
			header.reduce((sum, byte) => sum + byte, 0),
			148,
			7,
		);
		blocks.push(header, contents, Buffer.alloc(-contents.length & 511));
	}
	return Buffer.concat([...blocks, Buffer.alloc(1024)]);
};

const archives = new Map();
const archive = (i, port) => {
	if (!archives.has(i)) {
		const half = Number(inputs) / 2;
		const below = kind === "nested" && i < half ? `inputs.x.url = "http://127.0.0.1:${port}/${i + half}.tar.gz";` : "";
		const files = Object.fromEntries(
			Array.from({ length: 10 }, (_, n) => [`input-${i}/f${n}`, `${n} of ${i}\n`.repeat(50)]),
		);
		if (kind !== "plain") files[`input-${i}/flake.nix`] = `{ ${below} outputs = _: { number = ${i}; }; }\n`;
		archives.set(i, gzipSync(tar(files)));
	}
	return archives.get(i);
};

const server = createServer((request, response) => {
	const { port } = server.address();
	setTimeout(() => {
		const [, fixed, number] = /^\/(fixed\/)?(\d+)\.tar\.gz$/.exec(request.url) ?? [];
		if (number === undefined) {
			response.writeHead(404).end();
			return;
		}
		if (kind === "lockable" && fixed === undefined) {
			response.writeHead(302, { location: `/fixed/${number}.tar.gz` }).end();
			return;
		}
		const body = archive(Number(number), port);
		response.writeHead(200, {
			"content-type": "application/gzip",
			"content-length": body.length,
			etag: `"${createHash("sha1").update(body).digest("hex")}"`,
			...(kind === "lockable"
				? {
						link: `<http://127.0.0.1:${port}/fixed/${number}.tar.gz?rev=${"0".repeat(38)}${10 + Number(number)}>; rel="immutable"`,
					}
				: {}),
		});
		response.end(body);
	}, Number(delay));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit()).resume();
