import { parseContentAddress, renderContentAddress } from "../../formats/content-address";
import { parseHashAnyPrefixed } from "../../formats/hash";
import { parseJson, printJson } from "../../formats/json";
import type { NarInfo } from "../../formats/narinfo";
import {
	parseOutputId,
	realisationToJSON,
	type Realisation,
	unkeyedRealisationFromJSON,
} from "../../formats/realisation";
import { parseBaseName, StorePath } from "../../formats/store-path";
import type { SqlDatabase, SqlStatement, SqlValue } from "../local/database";
import type { CacheKnowledge } from "./cache-knowledge";

/** How long what is remembered of binary caches counts, in seconds: the settings `narinfo-cache-…-ttl`. */
export interface KnowledgeAges {
	/** Of what was not there. */
	readonly negative: number;
	/** Of what was. */
	readonly positive: number;
	/** Of what caches say of themselves. */
	readonly meta: number;
}

export interface DiskKnowledgeOptions {
	/** Of the file `binary-cache-v7.sqlite` in the user's cache folder, which the reference shares. */
	readonly database: SqlDatabase;
	readonly ages: KnowledgeAges;
	/** Seconds since 1970. */
	readonly clock: () => number;
}

const schema = `
create table if not exists BinaryCaches (
	id integer primary key autoincrement not null,
	url text unique not null,
	timestamp integer not null,
	storeDir text not null,
	wantMassQuery integer not null,
	priority integer not null
);
create table if not exists NARs (
	cache integer not null,
	hashPart text not null,
	namePart text,
	url text,
	compression text,
	fileHash text,
	fileSize integer,
	narHash text,
	narSize integer,
	refs text,
	deriver text,
	sigs text,
	ca text,
	timestamp integer not null,
	present integer not null,
	primary key (cache, hashPart),
	foreign key (cache) references BinaryCaches(id) on delete cascade
);
create table if not exists Realisations (
	cache integer not null,
	outputId text not null,
	content blob,
	timestamp integer not null,
	primary key (cache, outputId),
	foreign key (cache) references BinaryCaches(id) on delete cascade
);
create table if not exists LastPurge (dummy text primary key, value integer);
`;

const day = 24 * 3600;

/** So many paths are remembered in one transaction. */
const together = 128;

interface KnownCache {
	readonly id: number;
	readonly storeDir: string;
	readonly wantMassQuery: boolean;
	readonly priority: number;
}

const words = (value: SqlValue | undefined): string[] =>
	String(value ?? "")
		.split(" ")
		.filter((word) => word !== "");

/**
 * What is remembered of binary caches in a database, from one run to the next: which paths they have and which they
 * have not. Implements what the reference calls the NAR info disk cache, in its own file.
 */
export class DiskKnowledge implements CacheKnowledge {
	private readonly caches = new Map<string, KnownCache>();
	private readonly statements = new Map<string, SqlStatement>();
	/** What is not in the database yet, by cache and path. */
	private readonly unwritten = new Map<string, () => void>();

	constructor(private readonly options: DiskKnowledgeOptions) {
		const { database } = options;
		database.exec("pragma busy_timeout = 3600000");
		database.exec("pragma synchronous = off");
		database.exec("pragma main.journal_mode = wal");
		database.exec(schema);
		this.purge();
	}

	private sql(text: string): SqlStatement {
		let statement = this.statements.get(text);
		if (statement === undefined) this.statements.set(text, (statement = this.options.database.prepare(text)));
		return statement;
	}

	/** Once a day what is too old goes. */
	private purge(): void {
		const { ages } = this.options;
		const now = this.options.clock();
		const last = this.sql("select value from LastPurge").get();
		if (last !== undefined && Number(last.value) >= now - day) return;
		this.sql("delete from NARs where ((present = 0 and timestamp < ?) or (present = 1 and timestamp < ?))").run(
			now - Math.max(ages.negative, 3600),
			now - Math.max(ages.positive, 30 * day),
		);
		this.sql("insert or replace into LastPurge(dummy, value) values ('', ?)").run(now);
	}

	cacheInfo(uri: string): KnownCache | undefined {
		const known = this.caches.get(uri);
		if (known !== undefined) return known;
		const row = this.sql(
			"select id, storeDir, wantMassQuery, priority from BinaryCaches where url = ? and timestamp > ?",
		).get(uri, this.options.clock() - this.options.ages.meta);
		if (row === undefined) return undefined;
		const cache = {
			id: Number(row.id),
			storeDir: String(row.storeDir),
			wantMassQuery: Number(row.wantMassQuery) !== 0,
			priority: Number(row.priority),
		};
		this.caches.set(uri, cache);
		return cache;
	}

	setCacheInfo(uri: string, storeDir: string, info: { wantMassQuery: boolean; priority: number }): void {
		if (this.cacheInfo(uri) !== undefined) return;
		const row = this.sql(
			"insert into BinaryCaches(url, timestamp, storeDir, wantMassQuery, priority) values (?1, ?2, ?3, ?4, ?5) on conflict (url) do update set timestamp = ?2, storeDir = ?3, wantMassQuery = ?4, priority = ?5 returning id",
		).get(uri, this.options.clock(), storeDir, info.wantMassQuery ? 1 : 0, info.priority);
		this.caches.set(uri, { id: Number(row?.id), storeDir, ...info });
	}

	lookUp(uri: string, hashPart: string): NarInfo | "absent" | undefined {
		if (this.unwritten.has(`${uri} ${hashPart}`)) this.write();
		const { id, now, ages } = this.place(uri);
		if (id === undefined) return undefined;
		const row = this.sql(
			"select present, namePart, url, compression, fileHash, fileSize, narHash, narSize, refs, deriver, sigs, ca from NARs where cache = ? and hashPart = ? and ((present = 0 and timestamp > ?) or (present = 1 and timestamp > ?))",
		).get(id, hashPart, now - ages.negative, now - ages.positive);
		if (row === undefined) return undefined;
		if (Number(row.present) === 0) return "absent";
		const ca = String(row.ca ?? "");
		return {
			path: parseBaseName(`${hashPart}-${String(row.namePart)}`),
			url: String(row.url ?? ""),
			compression: String(row.compression ?? ""),
			...(row.fileHash === null ? {} : { fileHash: parseHashAnyPrefixed(String(row.fileHash)) }),
			fileSize: Number(row.fileSize ?? 0),
			narHash: parseHashAnyPrefixed(String(row.narHash)),
			narSize: Number(row.narSize),
			references: words(row.refs).map(parseBaseName).sort(StorePath.compare),
			...(row.deriver === null ? {} : { deriver: parseBaseName(String(row.deriver)) }),
			signatures: words(row.sigs),
			...(ca === "" ? {} : { contentAddress: parseContentAddress(ca) }),
			registrationTime: 0,
			ultimate: false,
		};
	}

	remember(uri: string, hashPart: string, info: NarInfo | undefined): void {
		const { id, now } = this.place(uri);
		if (id === undefined) return;
		this.unwritten.set(`${uri} ${hashPart}`, () => this.insert(id, now, hashPart, info));
		if (this.unwritten.size >= together) this.write();
	}

	/** Writes what was remembered since the last time, in one transaction. */
	private write(): void {
		if (this.unwritten.size === 0) return;
		const { database } = this.options;
		const inserts = [...this.unwritten.values()];
		this.unwritten.clear();
		database.exec("begin immediate");
		try {
			for (const insert of inserts) insert();
		} finally {
			database.exec("commit");
		}
	}

	private insert(id: number, now: number, hashPart: string, info: NarInfo | undefined): void {
		if (info === undefined) {
			this.sql("insert or replace into NARs(cache, hashPart, timestamp, present) values (?, ?, ?, 0)").run(
				id,
				hashPart,
				now,
			);
			return;
		}
		this.sql(
			"insert or replace into NARs(cache, hashPart, namePart, url, compression, fileHash, fileSize, narHash, narSize, refs, deriver, sigs, ca, timestamp, present) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
		).run(
			id,
			hashPart,
			info.path.name,
			info.url,
			info.compression,
			info.fileHash === undefined ? null : `${info.fileHash.algorithm}:${info.fileHash.nix32()}`,
			info.fileSize === 0 ? null : info.fileSize,
			`${info.narHash.algorithm}:${info.narHash.nix32()}`,
			info.narSize,
			info.references.map(({ baseName }) => baseName).join(" "),
			info.deriver?.baseName ?? null,
			info.signatures.join(" "),
			info.contentAddress === undefined ? "" : renderContentAddress(info.contentAddress),
			now,
		);
	}

	lookUpRealisation(uri: string, outputId: string): Realisation | "absent" | undefined {
		const { id, now, ages } = this.place(uri);
		if (id === undefined) return undefined;
		const row = this.sql(
			"select content from Realisations where cache = ? and outputId = ? and ((content is null and timestamp > ?) or (content is not null and timestamp > ?))",
		).get(id, outputId, now - ages.negative, now - ages.positive);
		if (row === undefined) return undefined;
		if (row.content === null) return "absent";
		return { ...unkeyedRealisationFromJSON(parseJson(String(row.content))), id: parseOutputId(outputId) };
	}

	rememberRealisation(uri: string, outputId: string, realisation: Realisation | undefined): void {
		const { id, now } = this.place(uri);
		if (id === undefined) return;
		const content = realisation === undefined ? null : printJson(realisationToJSON(realisation));
		this.sql("insert or replace into Realisations(cache, outputId, content, timestamp) values (?, ?, ?, ?)").run(
			id,
			outputId,
			content,
			now,
		);
	}

	private place(uri: string): { readonly id: number | undefined; readonly now: number; readonly ages: KnowledgeAges } {
		return { id: this.caches.get(uri)?.id, now: this.options.clock(), ages: this.options.ages };
	}

	/** Lets go of the database. */
	close(): void {
		this.write();
		this.statements.clear();
		this.options.database.close();
	}
}
