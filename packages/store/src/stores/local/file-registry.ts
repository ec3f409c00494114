import { fromHostName, hostPath } from "../../accessors/fs";
import { type ByteString, bytesToString, fromBytes, stringToBytes, toBytes } from "../../byte-string";
import { StoreError } from "../../errors";
import { parseJson, printJson } from "../../formats/json";
import { pathInfoFromJSON, pathInfoToJSON } from "../../formats/path-info";
import { maybeParseBaseName, parseBaseName, StorePath } from "../../formats/store-path";
import type { PathInfo } from "../store";
import { PathInUseError } from "../store-errors";
import type { PathRegistry, Registration } from "./registry";
import type { StoreFs } from "./write-tree";

const suffix = ".json";

/**
 * A registry without a database: a file for each valid path, the JSON of its information (version 2), written beside
 * and renamed so that it is whole or not there. Realisations likewise, in a folder of their own. Referrers are found
 * by reading everything once; other processes' registrations are seen at the next look-up of that path.
 */
export class FileRegistry implements PathRegistry {
	private readonly known = new Map<string, PathInfo>();
	private readonly validDir: ByteString;
	private readonly realisationDir: ByteString;
	private temporary = 0;

	constructor(
		private readonly fs: StoreFs,
		stateDir: ByteString,
		private readonly storeDir: string,
	) {
		this.validDir = `${stateDir}/tsnix/valid`;
		this.realisationDir = `${stateDir}/tsnix/realisations`;
	}

	private at(path: ByteString): string {
		return hostPath(this.fs, path);
	}

	private fileOf(path: StorePath): ByteString {
		return `${this.validDir}/${path.baseName}${suffix}`;
	}

	private write(dir: ByteString, name: ByteString, text: string): void {
		this.fs.mkdirSync(this.at(dir), { recursive: true });
		let beside: ByteString;
		let fd: number;
		for (;;) {
			beside = `${dir}/.tmp-${this.temporary++}`;
			try {
				fd = this.fs.openSync(this.at(beside), "wx", 0o644);
				break;
			} catch (error) {
				if ((error as { code?: unknown }).code !== "EEXIST") throw error;
			}
		}
		try {
			const data = stringToBytes(toBytes(text));
			for (let done = 0; done < data.length; ) done += this.fs.writeSync(fd, data, done, data.length - done);
		} finally {
			this.fs.closeSync(fd);
		}
		this.fs.renameSync(this.at(beside), this.at(`${dir}/${name}`));
	}

	private read(file: ByteString): string | undefined {
		try {
			return fromBytes(bytesToString(this.fs.readFileSync(this.at(file))));
		} catch (error) {
			if ((error as { code?: unknown }).code === "ENOENT") return undefined;
			throw error;
		}
	}

	has(path: StorePath): boolean {
		if (this.known.has(path.baseName)) return true;
		const file = this.at(this.fileOf(path));
		// A file may be empty after a power failure: then nothing was registered.
		return this.fs.existsSync(file) && this.fs.statSync(file).size > 0;
	}

	query(path: StorePath): PathInfo | undefined {
		const known = this.known.get(path.baseName);
		if (known !== undefined) return known;
		const text = this.read(this.fileOf(path));
		if (text === undefined || text === "") return undefined;
		let info: PathInfo;
		try {
			info = { path, ...pathInfoFromJSON(parseJson(text), this.storeDir) };
		} catch (error) {
			const file = this.fileOf(path);
			throw new StoreError("CORRUPT_REGISTRATION", `registration file '${file}' is corrupt`, { cause: error });
		}
		this.known.set(path.baseName, info);
		return info;
	}

	all(): StorePath[] {
		if (!this.fs.existsSync(this.at(this.validDir))) return [];
		const paths: StorePath[] = [];
		for (const host of this.fs.readdirSync(this.at(this.validDir))) {
			const name = fromHostName(this.fs, host);
			const path = name.endsWith(suffix) ? maybeParseBaseName(name.slice(0, -suffix.length)) : undefined;
			if (path !== undefined) paths.push(path);
		}
		return paths.sort(StorePath.compare);
	}

	referrers(path: StorePath): StorePath[] {
		return this.all().filter((other) => this.query(other)?.references.some((reference) => reference.equals(path)));
	}

	fromHashPart(hashPart: string): StorePath | undefined {
		return this.all().find((path) => path.hashPart === hashPart);
	}

	register(registrations: readonly Registration[]): void {
		for (const { info } of registrations) {
			const { path, ...rest } = info;
			const json = pathInfoToJSON(rest, { version: 2, storeDir: this.storeDir });
			this.write(this.validDir, `${path.baseName}${suffix}`, printJson(json));
			this.known.set(path.baseName, info);
		}
	}

	forget(path: StorePath): void {
		if (!this.has(path)) return;
		const referrers = this.referrers(path).filter((other) => !other.equals(path));
		if (referrers.length > 0) throw new PathInUseError(path, referrers, this.storeDir);
		this.known.delete(path.baseName);
		this.fs.rmSync(this.at(this.fileOf(path)), { force: true });
	}

	queryRealisation(outputId: string): StorePath | undefined {
		const text = this.read(`${this.realisationDir}/${outputId}`);
		return text === undefined ? undefined : parseBaseName(text);
	}

	registerRealisation(outputId: string, path: StorePath): void {
		this.write(this.realisationDir, outputId, path.baseName);
	}
}
