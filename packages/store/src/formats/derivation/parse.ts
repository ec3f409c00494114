import type { ByteString } from "../../byte-string";
import { type FileIngestionMethod, parseMethodAlgorithm } from "../content-address";
import { type HashAlgorithm, parseBareHash } from "../hash";
import { defaultStoreDir, parseStorePath, StorePath } from "../store-path";
import {
	type Derivation,
	DerivationError,
	type DerivationOutput,
	type InputDerivation,
	type InputOutputs,
	structuredAttrsVariable,
} from "./derivation";
import { normaliseStructuredAttrs } from "./structured-attrs";

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
const unescapeText = (text: string): string => text.replace(/\\(.)/gs, (_, c: string) => escapes[c] ?? c);

const checkPath = (text: string): string => {
	if (text.charCodeAt(0) !== 47) throw new DerivationError(`bad path '${text}' in derivation`);
	return text;
};

/**
 * An output from the three strings that .drv files and the daemon's protocol have for it: path, algorithm with its
 * method (`r:sha256`), and base-16 hash.
 */
export const parseDerivationOutput = (
	path: string,
	methodAlgorithm: string,
	hash: string,
	storeDir: string = defaultStoreDir,
): DerivationOutput => {
	if (methodAlgorithm === "") {
		if (path === "") return { kind: "deferred" };
		return { kind: "inputAddressed", path: parseStorePath(checkPath(path), storeDir) };
	}
	const { method, algorithm }: { method: FileIngestionMethod; algorithm: HashAlgorithm } =
		parseMethodAlgorithm(methodAlgorithm);
	if (hash === "impure") {
		if (path !== "") throw new DerivationError("impure derivation output should not specify output path");
		return { kind: "impure", method, algorithm };
	}
	if (hash !== "") {
		checkPath(path);
		return { kind: "fixed", contentAddress: { method, hash: parseBareHash(hash, algorithm) } };
	}
	if (path !== "") {
		throw new DerivationError("content-addressing derivation output should not specify output path");
	}
	return { kind: "floating", method, algorithm };
};

/** Reads the ATerm of one .drv file from its beginning to its end. */
class Reader {
	private at = 0;

	constructor(
		private readonly text: ByteString,
		private readonly storeDir: string,
	) {}

	peek(): string {
		return this.text.charAt(this.at);
	}

	expect(token: string): void {
		if (!this.text.startsWith(token, this.at)) throw new DerivationError(`expected string '${token}'`);
		this.at += token.length;
	}

	string(): ByteString {
		this.expect('"');
		const start = this.at;
		let end = start - 1;
		for (;;) {
			end = this.text.indexOf('"', end + 1);
			if (end < 0) throw new DerivationError("unterminated string in derivation");
			let backslashes = 0;
			while (end - 1 - backslashes >= start && this.text.charCodeAt(end - 1 - backslashes) === 92) backslashes++;
			if (backslashes % 2 === 0) break;
		}
		this.at = end + 1;
		const content = this.text.slice(start, end);
		return content.includes("\\") ? unescapeText(content) : content;
	}

	/** A list; as in the reference, an item may follow without its comma. */
	*list(): Generator<void> {
		for (;;) {
			const c = this.peek();
			if (c === "]") {
				this.at++;
				return;
			}
			if (c === ",") this.at++;
			yield;
		}
	}

	strings(): ByteString[] {
		const out: ByteString[] = [];
		this.expect("[");
		for (const _ of this.list()) out.push(this.string());
		return out;
	}

	/** A list that stands for a set. */
	stringSet(): ByteString[] {
		const out = this.strings();
		for (let i = 1; i < out.length; i++) if (out[i - 1] >= out[i]) return [...new Set(out)].sort();
		return out;
	}

	storePath(): StorePath {
		return parseStorePath(checkPath(this.string()), this.storeDir);
	}

	outputs(): Map<string, DerivationOutput> {
		const outputs = new Map<string, DerivationOutput>();
		this.expect("[");
		for (const _ of this.list()) {
			this.expect("(");
			const name = this.string();
			this.expect(",");
			const path = this.string();
			this.expect(",");
			const methodAlgorithm = this.string();
			this.expect(",");
			const hash = this.string();
			this.expect(")");
			const output = parseDerivationOutput(path, methodAlgorithm, hash, this.storeDir);
			if (!outputs.has(name)) outputs.set(name, output);
		}
		return outputs;
	}

	inputOutputs(dynamic: boolean): InputOutputs {
		if (!dynamic || this.peek() === "[") return { outputs: this.stringSet() };
		if (this.peek() !== "(") throw new DerivationError("invalid inputDrvs entry in derivation");
		this.expect("(");
		const outputs = this.stringSet();
		this.expect(",[");
		const dynamicOutputs = new Map<string, InputOutputs>();
		for (const _ of this.list()) {
			this.expect("(");
			const name = this.string();
			this.expect(",");
			dynamicOutputs.set(name, this.inputOutputs(dynamic));
			this.expect(")");
		}
		this.expect(")");
		return dynamicOutputs.size > 0 ? { outputs, dynamicOutputs } : { outputs };
	}

	inputDrvs(dynamic: boolean): Map<string, InputDerivation> {
		const inputs = new Map<string, InputDerivation>();
		this.expect("[");
		for (const _ of this.list()) {
			this.expect("(");
			const path = this.storePath();
			this.expect(",");
			inputs.set(path.baseName, { path, ...this.inputOutputs(dynamic) });
			this.expect(")");
		}
		return inputs;
	}

	inputSrcs(): StorePath[] {
		const sources = new Map<string, StorePath>();
		this.expect("[");
		for (const _ of this.list()) {
			const path = this.storePath();
			sources.set(path.baseName, path);
		}
		return [...sources.values()].sort(StorePath.compare);
	}

	environment(): { env: Map<ByteString, ByteString>; structuredAttrs?: ByteString } {
		const env = new Map<ByteString, ByteString>();
		let structuredAttrs: ByteString | undefined;
		this.expect("[");
		for (const _ of this.list()) {
			this.expect("(");
			const name = this.string();
			this.expect(",");
			const value = this.string();
			this.expect(")");
			if (name === structuredAttrsVariable) structuredAttrs = normaliseStructuredAttrs(value);
			else env.set(name, value);
		}
		return structuredAttrs === undefined ? { env } : { env, structuredAttrs };
	}
}

const header = (reader: Reader): boolean => {
	reader.expect("D");
	if (reader.peek() === "e") {
		reader.expect("erive(");
		return false;
	}
	if (reader.peek() !== "r") {
		throw new DerivationError("derivation does not start with 'Derive' or 'DrvWithVersion'");
	}
	reader.expect("rvWithVersion(");
	const version = reader.string();
	if (version !== "xp-dyn-drv") {
		throw new DerivationError(`Unknown derivation ATerm format version '${version}'`);
	}
	reader.expect(",");
	return true;
};

/**
 * Parse the contents of a .drv file (the manual's "Derivation ATerm format"). `name` is the derivation's, without
 * `.drv`: the file does not hold it. Throws {@link DerivationError} and the errors of store paths and hashes.
 */
export const parseDerivation = (text: ByteString, name: string, storeDir: string = defaultStoreDir): Derivation => {
	const reader = new Reader(text, storeDir);
	const dynamic = header(reader);
	const outputs = reader.outputs();
	reader.expect(",");
	const inputDrvs = reader.inputDrvs(dynamic);
	reader.expect(",");
	const inputSrcs = reader.inputSrcs();
	reader.expect(",");
	const platform = reader.string();
	reader.expect(",");
	const builder = reader.string();
	reader.expect(",");
	const args = reader.strings();
	reader.expect(",");
	const environment = reader.environment();
	reader.expect(")");
	return { name, outputs, inputDrvs, inputSrcs, platform, builder, args, ...environment };
};
