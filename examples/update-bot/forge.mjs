/** A forge on this machine that answers as GitHub's API does: the newest commit of a repository, and its archive. */
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

/** A tar file of texts by path, below one folder, all of the same time (seconds since 1970). */
const tar = (files, time) => {
	const blocks = Object.entries(files).flatMap(([path, text]) => {
		const contents = Buffer.from(text);
		const header = Buffer.alloc(512);
		header.write(`source/${path}`, 0);
		header.write("0000644\0", 100);
		header.write(`${contents.length.toString(8).padStart(11, "0")}\0`, 124);
		header.write(`${time.toString(8).padStart(11, "0")}\0`, 136);
		header.write("        0", 148);
		header.write("ustar\x0000", 257);
		const sum = header.reduce((total, byte) => total + byte, 0);
		header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
		return [header, contents, Buffer.alloc((512 - (contents.length % 512)) % 512)];
	});
	return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
};

/**
 * Starts a forge. `repositories` are by `owner/name`: `{ rev, time, files }`. Gives a `fetch` that finds there whatever is
 * asked of github.com, a list of the paths that were asked for, and how to stop.
 */
export const startForge = async (repositories) => {
	const asked = [];
	const server = createServer((request, response) => {
		asked.push(request.url);
		const [, owner, name, what] = /^(?:\/repos)?\/([^/]+)\/([^/]+)\/(.*)$/.exec(request.url) ?? [];
		const repository = repositories[`${owner}/${name}`];
		if (repository === undefined) return response.writeHead(404).end("{}");
		if (what.startsWith("commits/"))
			return response.end(JSON.stringify({ sha: repository.rev, commit: { tree: { sha: repository.rev } } }));
		return response.end(tar(repository.files, repository.time));
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	const here = `http://127.0.0.1:${server.address().port}`;
	return {
		asked,
		fetch: (url, init) => fetch(String(url).replace(/^https:\/\/(api\.)?github\.com/, here), init),
		stop: () => new Promise((resolve) => server.close(resolve)),
	};
};
