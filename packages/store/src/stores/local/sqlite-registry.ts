import { topologicalSort } from "../../build/topological-sort";
import { StoreError } from "../../errors";
import { renderContentAddress } from "../../formats/content-address";
import { parseOutputId, renderOutputId } from "../../formats/realisation";
import { parseStorePath, StorePath } from "../../formats/store-path";
import type { PathInfo } from "../store";
import { InvalidPathError, PathInUseError } from "../store-errors";
import type { SqlDatabase, SqlStatement, SqlValue } from "./database";
import { infoOf, parseStoredHash, readAllInfos } from "./path-info-table";
import type { NarHash, PathRegistry, Registration } from "./registry";
import { nixSchema, realisationSchema } from "./schema";

const text = (value: SqlValue | undefined): string => (typeof value === "string" ? value : "");

/** Whether another process was in the way. */
const isBusy = (error: unknown): boolean => {
	const { errcode, message } = error as { errcode?: unknown; message?: unknown };
	return errcode === 5 || errcode === 517 || (typeof message === "string" && message.includes("database is locked"));
};

/** Throws where new paths refer to each other in a circle; such can only be the outputs of one derivation. */
const checkCycles = (infos: readonly PathInfo[], storeDir: string): void => {
	if (infos.length < 2) return;
	const known = new Map(infos.map((info) => [info.path.baseName, info]));
	const sorted = topologicalSort(
		infos.map(({ path }) => path.baseName),
		(name) =>
			(known.get(name)?.references ?? []).map(({ baseName }) => baseName).filter((r) => r !== name && known.has(r)),
		(name) => name,
	);
	if ("cycle" in sorted)
		throw new StoreError(
			"REFERENCE_CYCLE",
			`cycle detected in the references of '${storeDir}/${sorted.cycle.item}' from '${storeDir}/${sorted.cycle.parent}'`,
		);
};

/** A registry in Nix's own database schema. */
export class SqliteRegistry implements PathRegistry {
	private readonly statements = new Map<string, SqlStatement>();
	private hasRealisations: boolean;

	constructor(
		private readonly database: SqlDatabase,
		private readonly storeDir: string,
		{ readOnly = false, fsync = true }: { readonly readOnly?: boolean; readonly fsync?: boolean } = {},
	) {
		database.exec("pragma busy_timeout = 60000; pragma foreign_keys = 1;");
		if (!readOnly) {
			const mode = database.prepare("pragma main.journal_mode").get()?.journal_mode;
			if (mode !== "wal") database.exec("pragma main.journal_mode = wal;");
			database.exec(`pragma synchronous = ${fsync ? "normal" : "off"};`);
			database.exec("pragma main.journal_size_limit = 1099511627776;");
			database.exec("pragma wal_autocheckpoint = 40000;");
			database.exec(nixSchema);
		}
		const table = "select 1 as found from sqlite_master where type = 'table' and name = 'Realisations'";
		this.hasRealisations = database.prepare(table).get() !== undefined;
	}

	private sql(source: string): SqlStatement {
		let statement = this.statements.get(source);
		if (statement === undefined) this.statements.set(source, (statement = this.database.prepare(source)));
		return statement;
	}

	private whole(path: StorePath): string {
		return path.toString(this.storeDir);
	}

	private parse(value: SqlValue | undefined): StorePath {
		return parseStorePath(text(value), this.storeDir);
	}

	private idOf(path: StorePath): number | undefined {
		const row = this.sql("select id from ValidPaths where path = ?").get(this.whole(path));
		return row === undefined ? undefined : Number(row.id);
	}

	has(path: StorePath): boolean {
		return this.idOf(path) !== undefined;
	}

	query(path: StorePath): PathInfo | undefined {
		const row = this.sql(
			"select id, hash, registrationTime, deriver, narSize, ultimate, sigs, ca from ValidPaths where path = ?",
		).get(this.whole(path));
		if (row === undefined) return undefined;
		const references = this.sql("select path from Refs join ValidPaths on reference = id where referrer = ?")
			.all(row.id)
			.map((reference) => this.parse(reference.path))
			.sort(StorePath.compare);
		const stored = {
			hash: text(row.hash),
			registrationTime: String(row.registrationTime),
			deriver: text(row.deriver),
			narSize: String(row.narSize ?? 0),
			ultimate: String(row.ultimate ?? 0),
			sigs: text(row.sigs),
			ca: text(row.ca),
		};
		return infoOf(path, stored, references, (deriver) => this.parse(deriver));
	}

	queryMany(paths: readonly StorePath[]): (PathInfo | undefined)[] {
		return this.reading(() => {
			const all = this.sql("select count(*) as paths from ValidPaths").get()?.paths;
			// A row among all costs a fifth of one that is asked for.
			if (paths.length * 5 < Number(all)) return paths.map((path) => this.query(path));
			const infos = readAllInfos(
				(expression, table) => this.lines(expression, table),
				(path) => this.parse(path),
			);
			return paths.map((path) => infos.get(path.baseName));
		});
	}

	all(): StorePath[] {
		// By its index, which orders them as we do.
		return this.lines("path", "(select path from ValidPaths order by path)").map((path) => this.parse(path));
	}

	valid(paths: readonly StorePath[]): StorePath[] {
		return this.reading(() => paths.filter((path) => this.has(path)));
	}

	narHashes(): Map<string, NarHash> {
		const prefix = this.storeDir.length + 1;
		const hashes = new Map<string, NarHash>();
		for (const line of this.lines("path || ' ' || hash || ' ' || coalesce(narSize, 0)", "ValidPaths")) {
			const [path, hash, size] = line.split(" ");
			hashes.set(path.slice(prefix), { narHash: parseStoredHash(hash), narSize: Number(size) });
		}
		return hashes;
	}

	/** A text of every row, without line breaks: the rows of a large table one by one take five times as long. */
	private lines(expression: string, table: string): string[] {
		const row = this.sql(`select group_concat(${expression}, char(10)) as lines from ${table}`).get();
		const lines = text(row?.lines);
		return lines === "" ? [] : lines.split("\n");
	}

	/** One snapshot for several questions, and one lock. */
	private reading<A>(work: () => A): A {
		this.database.exec("begin");
		try {
			return work();
		} finally {
			this.database.exec("commit");
		}
	}

	referrers(path: StorePath): StorePath[] {
		const rows = this.sql(
			"select path from Refs join ValidPaths on referrer = id where reference = (select id from ValidPaths where path = ?)",
		).all(this.whole(path));
		return rows.map((row) => this.parse(row.path)).sort(StorePath.compare);
	}

	fromHashPart(hashPart: string): StorePath | undefined {
		const prefix = `${this.storeDir}/${hashPart}`;
		const row = this.sql("select path from ValidPaths where path >= ? limit 1").get(prefix);
		return row !== undefined && text(row.path).startsWith(prefix) ? this.parse(row.path) : undefined;
	}

	/** Do all of it or nothing. Other processes' transactions are waited for, longer than SQLite itself does. */
	private transaction(work: () => void): void {
		for (;;) {
			try {
				this.database.exec("begin immediate");
				break;
			} catch (error) {
				if (!isBusy(error)) throw error;
			}
		}
		try {
			work();
			this.database.exec("commit");
		} catch (error) {
			this.database.exec("rollback");
			throw error;
		}
	}

	register(registrations: readonly Registration[]): void {
		this.transaction(() => {
			const ids = registrations.map(({ info, outputs }) => {
				const known = this.idOf(info.path);
				if (known !== undefined) this.update(info);
				const id = known ?? this.insert(info);
				this.setOutputs(id, outputs);
				return id;
			});
			for (const [i, { info }] of registrations.entries())
				for (const reference of info.references)
					this.sql("insert or replace into Refs (referrer, reference) values (?, ?)").run(
						ids[i],
						this.requireId(reference),
					);
			checkCycles(
				registrations.map(({ info }) => info),
				this.storeDir,
			);
		});
	}

	private insert(info: PathInfo): number {
		const { lastInsertRowid } = this.sql(
			"insert into ValidPaths (path, hash, registrationTime, deriver, narSize, ultimate, sigs, ca) values (?, ?, ?, ?, ?, ?, ?, ?)",
		).run(
			this.whole(info.path),
			`${info.narHash.algorithm}:${info.narHash.base16()}`,
			info.registrationTime,
			info.deriver === undefined ? null : this.whole(info.deriver),
			info.narSize === 0 ? null : info.narSize,
			info.ultimate ? 1 : null,
			info.signatures.length === 0 ? null : info.signatures.join(" "),
			info.contentAddress === undefined ? null : renderContentAddress(info.contentAddress),
		);
		return Number(lastInsertRowid);
	}

	private update(info: PathInfo): void {
		this.sql("update ValidPaths set narSize = ?, hash = ?, ultimate = ?, sigs = ?, ca = ? where path = ?").run(
			info.narSize === 0 ? null : info.narSize,
			`${info.narHash.algorithm}:${info.narHash.base16()}`,
			info.ultimate ? 1 : null,
			info.signatures.length === 0 ? null : info.signatures.join(" "),
			info.contentAddress === undefined ? null : renderContentAddress(info.contentAddress),
			this.whole(info.path),
		);
	}

	private setOutputs(id: number, outputs: Registration["outputs"]): void {
		for (const [name, path] of outputs ?? [])
			if (path !== undefined)
				this.sql("insert or replace into DerivationOutputs (drv, id, path) values (?, ?, ?)").run(
					id,
					name,
					this.whole(path),
				);
	}

	private requireId(path: StorePath): number {
		const id = this.idOf(path);
		if (id === undefined) throw new InvalidPathError(path, this.storeDir);
		return id;
	}

	validDerivers(path: StorePath): StorePath[] {
		const rows = this.sql(
			"select v.path as path from DerivationOutputs d join ValidPaths v on d.drv = v.id where d.path = ?",
		).all(this.whole(path));
		return rows.map((row) => this.parse(row.path)).sort(StorePath.compare);
	}

	derivationOutputs(drvPath: StorePath): Map<string, StorePath> {
		const rows = this.sql("select id, path from DerivationOutputs where drv = ?").all(this.requireId(drvPath));
		return new Map(
			rows.map((row) => [text(row.id), this.parse(row.path)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
		);
	}

	forget(path: StorePath): void {
		this.transaction(() => {
			const id = this.idOf(path);
			if (id === undefined) return;
			const referrers = this.referrers(path).filter((other) => !other.equals(path));
			if (referrers.length > 0) throw new PathInUseError(path, referrers, this.storeDir);
			this.sql("delete from ValidPaths where id = ?").run(id);
		});
	}

	close(): void {
		this.statements.clear();
		this.database.close();
	}

	queryRealisation(outputId: string): StorePath | undefined {
		if (!this.hasRealisations) return undefined;
		const { drvHash, outputName } = parseOutputId(outputId);
		const row = this.sql(
			"select Output.path as path from Realisations inner join ValidPaths as Output on Output.id = Realisations.outputPath where drvPath = ? and outputName = ?",
		).get(`${drvHash.algorithm}:${drvHash.base16()}`, outputName);
		return row === undefined ? undefined : this.parse(row.path);
	}

	realisationSignatures(outputId: string): readonly string[] {
		if (!this.hasRealisations) return [];
		const { drvHash, outputName } = parseOutputId(outputId);
		const row = this.sql("select signatures from Realisations where drvPath = ? and outputName = ?").get(
			`${drvHash.algorithm}:${drvHash.base16()}`,
			outputName,
		);
		return text(row?.signatures)
			.split(" ")
			.filter((signature) => signature !== "");
	}

	registerRealisation(outputId: string, path: StorePath, signatures: readonly string[]): void {
		const { drvHash, outputName } = parseOutputId(outputId);
		if (!this.hasRealisations) this.database.exec(realisationSchema);
		this.hasRealisations = true;
		const known = this.queryRealisation(outputId);
		const drv = `${drvHash.algorithm}:${drvHash.base16()}`;
		if (known?.equals(path)) {
			if (signatures.length === 0) return;
			const all = [...new Set([...this.realisationSignatures(outputId), ...signatures])].sort().join(" ");
			this.sql("update Realisations set signatures = ? where drvPath = ? and outputName = ?").run(all, drv, outputName);
			return;
		}
		if (known !== undefined) {
			const id = renderOutputId({ drvHash, outputName });
			throw new StoreError(
				"REALISATION_CONFLICT",
				`Trying to register a realisation of '${id}', but we already have another one locally.\nLocal:  ${this.whole(known)}\nRemote: ${this.whole(path)}`,
			);
		}
		this.sql(
			"insert into Realisations (drvPath, outputName, outputPath, signatures) values (?, ?, (select id from ValidPaths where path = ?), ?)",
		).run(drv, outputName, this.whole(path), signatures.join(" "));
	}
}
