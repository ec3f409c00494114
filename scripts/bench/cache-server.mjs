/**
 * A server of binary caches for measuring: the files of a folder, read and written. It runs on its own:
 * `node cache-server.mjs FOLDER` prints its port, and ends with what started it.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join, normalize } from "node:path";

const [folder = "."] = process.argv.slice(2);

const read = (path, onlySize) => {
	try {
		return onlySize ? statSync(path) : readFileSync(path);
	} catch {
		return undefined;
	}
};

const server = createServer((request, response) => {
	const path = join(folder, normalize(decodeURIComponent(request.url.replace(/\?.*/, ""))));
	if (request.method === "PUT") {
		const pieces = [];
		request.on("data", (piece) => pieces.push(piece));
		request.on("end", () => {
			mkdirSync(dirname(path), { recursive: true });
			writeFileSync(path, Buffer.concat(pieces));
			response.writeHead(201, { "content-length": 0 }).end();
		});
		return;
	}
	const isHead = request.method === "HEAD";
	const found = read(path, isHead);
	if (found === undefined) {
		response.writeHead(404, { "content-length": 0 }).end();
		return;
	}
	response.writeHead(200, { "content-length": isHead ? found.size : found.length });
	response.end(isHead ? undefined : found);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit()).resume();
