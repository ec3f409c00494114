import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readBuildResult, serveBuildResult, workerBuildResult, writeBuildResult } from "./build-result";
import {
	readOptionalContentAddress,
	readOptionalStorePath,
	readOutputId,
	readRealisation,
	readStorePath,
	writeOptionalContentAddress,
	writeOptionalStorePath,
	writeOutputId,
	writeRealisation,
	writeStorePath,
} from "./common-messages";
import { type Incoming, type Outgoing, version } from "./context";
import {
	readServeBuildOptions,
	readServedPathInfo,
	writeServeBuildOptions,
	writeServedPathInfo,
} from "./serve-messages";
import { converseBlocking, type Talk } from "./talk";
import { WireReader } from "./wire-reader";
import { WireWriter } from "./wire-writer";
import {
	readBuildMode,
	readDerivedPath,
	readHandshakeInfo,
	readKeyedBuildResult,
	readKeyedPathInfo,
	readPathInfo,
	readTrust,
	writeBuildMode,
	writeDerivedPath,
	writeHandshakeInfo,
	writeKeyedBuildResult,
	writeKeyedPathInfo,
	writePathInfo,
	writeTrust,
} from "./worker-messages";

/* The reference's own examples of messages, read and written again; TSNIX_NIX_SOURCE is the folder of its sources. */

const source = process.env.TSNIX_NIX_SOURCE;

interface Message {
	readonly read: (incoming: Incoming) => Talk<unknown>;
	readonly write: (outgoing: Outgoing, value: never) => void;
}

const message = <T>(read: (incoming: Incoming) => Talk<T>, write: (outgoing: Outgoing, value: T) => void): Message => ({
	read,
	write: write as Message["write"],
});

const string = message(
	({ from }) => from.string(),
	({ to }, text) => to.string(text),
);
const storePath = message(readStorePath, writeStorePath);
const optionalStorePath = message(readOptionalStorePath, writeOptionalStorePath);
const contentAddress = message(readOptionalContentAddress, writeOptionalContentAddress);
const outputId = message(readOutputId, writeOutputId);
const realisation = message(readRealisation, writeRealisation);

const common: Readonly<Record<string, Message>> = {
	string,
	"store-path": storePath,
	"optional-store-path": optionalStorePath,
	"content-address": contentAddress,
	"optional-content-address": contentAddress,
	"drv-output": outputId,
	realisation,
};

const serve = (minor: number): Readonly<Record<string, Message>> => ({
	[`build-options-2.${minor}`]: message(readServeBuildOptions, writeServeBuildOptions),
	[`build-result-2.${minor}`]: message(
		(incoming) => readBuildResult(incoming, serveBuildResult(incoming.version)),
		(outgoing, result) => writeBuildResult(outgoing, result, serveBuildResult(outgoing.version)),
	),
	[`unkeyed-valid-path-info-2.${minor}`]: message(readServedPathInfo, writeServedPathInfo),
});

const worker = (minor: number): Readonly<Record<string, Message>> => ({
	[`build-result-1.${minor}`]: message(
		(incoming) => readBuildResult(incoming, workerBuildResult(incoming.version)),
		(outgoing, result) => writeBuildResult(outgoing, result, workerBuildResult(outgoing.version)),
	),
	[`keyed-build-result-1.${minor}`]: message(readKeyedBuildResult, writeKeyedBuildResult),
	[`client-handshake-info_1_${minor}`]: message(readHandshakeInfo, writeHandshakeInfo),
	[`derived-path-1.${minor}`]: message(readDerivedPath, writeDerivedPath),
	[`unkeyed-valid-path-info-1.${minor}`]: message(readPathInfo, writePathInfo),
	[`valid-path-info-1.${minor}`]: message(readKeyedPathInfo, writeKeyedPathInfo),
	"build-mode": message(readBuildMode, writeBuildMode),
	"optional-trusted-flag": message(readTrust, writeTrust),
});

/** The bytes of an example, message by message, written anew. */
const again = (bytes: Uint8Array, number: number, { read, write }: Message): Uint8Array => {
	let left: Uint8Array | undefined = bytes;
	const duplex = {
		receive: () => {
			const all = left;
			left = undefined;
			return all;
		},
		poll: () => undefined,
		send: () => {},
		close: () => {},
	};
	const from = new WireReader();
	const to = new WireWriter();
	const dialect = { version: number, storeDir: "/nix/store" };
	while (from.position < bytes.length)
		write({ ...dialect, to }, converseBlocking(read({ ...dialect, from }), duplex) as never);
	return to.take();
};

const check = (folder: string, messages: Readonly<Record<string, Message>>, number: number): void => {
	for (const [name, codec] of Object.entries(messages)) {
		const file = join(source ?? "", "src/libstore-tests/data", folder, `${name}.bin`);
		if (!existsSync(file)) continue;
		it(`reads and writes ${folder}/${name}`, () => {
			const bytes = new Uint8Array(readFileSync(file));
			expect(Buffer.from(again(bytes, number, codec)).toString("hex")).toBe(Buffer.from(bytes).toString("hex"));
		});
	}
};

describe("the reference's examples of messages", () => {
	it("are looked for where TSNIX_NIX_SOURCE says", () => {
		expect(source === undefined || existsSync(join(source, "src/libstore-tests/data"))).toBe(true);
	});
	if (source === undefined) return;
	for (const folder of ["common-protocol", "worker-protocol", "serve-protocol"]) check(folder, common, version(1, 38));
	for (const minor of [15, 16, 27, 28, 29, 30, 33, 35, 37]) check("worker-protocol", worker(minor), version(1, minor));
	for (let minor = 0; minor <= 7; minor++) check("serve-protocol", serve(minor), version(2, minor));
});
