import { childPath, requireStat, showPath } from "../../accessors/access";
import type { SourceAccessor, SourceStat } from "../../source-accessor";
import { NarWriteError, narConstants, narMaxDepth, narString, padded } from "./write";

const gathered = 1 << 16;

/**
 * A tree as a NAR, piece by piece: the same bytes as `writeNar`, for those who take them at their own pace. A piece is
 * the taker's. Large files are not held whole where the accessor can read them piece by piece.
 */
export function* narChunks(
	accessor: SourceAccessor,
	path = "/",
	filter?: (path: string) => boolean,
): Generator<Uint8Array> {
	let pending: Uint8Array[] = [];
	let size = 0;
	for (const piece of pieces(accessor, path, filter)) {
		pending.push(piece);
		size += piece.length;
		if (size < gathered) continue;
		yield joined(pending, size);
		pending = [];
		size = 0;
	}
	if (size > 0) yield joined(pending, size);
}

const joined = (parts: readonly Uint8Array[], size: number): Uint8Array => {
	const out = new Uint8Array(size);
	let at = 0;
	for (const part of parts) {
		out.set(part, at);
		at += part.length;
	}
	return out;
};

function* pieces(
	accessor: SourceAccessor,
	path: string,
	filter: ((path: string) => boolean) | undefined,
): Generator<Uint8Array> {
	yield narConstants.header;
	yield* node(accessor, path, filter, 0);
}

function* node(
	accessor: SourceAccessor,
	path: string,
	filter: ((path: string) => boolean) | undefined,
	depth: number,
): Generator<Uint8Array> {
	if (depth >= narMaxDepth)
		throw new NarWriteError(`path '${showPath(accessor, path)}' exceeds maximum NAR directory depth of ${narMaxDepth}`);
	const stat = requireStat(accessor, path);
	if (stat.kind === "regular") {
		yield stat.executable === true ? narConstants.executable : narConstants.regular;
		yield* contents(accessor, path, stat);
	} else if (stat.kind === "directory") {
		yield narConstants.directory;
		const names = [...accessor.readDirectory(path)].map(([name]) => name).sort();
		for (const name of names) {
			const child = childPath(path, name);
			if (filter !== undefined && !filter(child)) continue;
			yield narConstants.entry;
			yield narString(name);
			yield narConstants.node;
			yield* node(accessor, child, filter, depth + 1);
			yield narConstants.close;
		}
	} else if (stat.kind === "symlink") {
		yield narConstants.symlink;
		yield narString(accessor.readLink(path));
	} else throw new NarWriteError(`file '${path}' has an unsupported type`);
	yield narConstants.close;
}

const zeros = new Uint8Array(8);

const length = (size: number): Uint8Array => {
	const out = new Uint8Array(8);
	new DataView(out.buffer).setBigUint64(0, BigInt(size), true);
	return out;
};

function* contents(accessor: SourceAccessor, path: string, stat: SourceStat): Generator<Uint8Array> {
	if (accessor.readFileChunks === undefined || (stat.size ?? 0) < gathered) {
		const data = accessor.readFile(path);
		yield length(data.length);
		yield data;
		yield zeros.subarray(0, padded(data.length) - data.length);
		return;
	}
	const size = stat.size as number;
	yield length(size);
	let seen = 0;
	for (const chunk of accessor.readFileChunks(path)) {
		seen += chunk.length;
		if (seen > size) break;
		yield chunk.slice(); // valid until the next only
	}
	if (seen !== size) throw new NarWriteError(`file '${showPath(accessor, path)}' changed while it was read`);
	yield zeros.subarray(0, padded(size) - size);
}
