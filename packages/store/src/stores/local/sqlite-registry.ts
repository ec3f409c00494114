import { StoreError } from "../../errors";
import { parseContentAddress, renderContentAddress } from "../../formats/content-address";
import { parseHash } from "../../formats/hash";
import { parseOutputId, renderOutputId } from "../../formats/realisation";
import { parseStorePath, StorePath } from "../../formats/store-path";
import type { PathInfo } from "../store";
import { InvalidPathError } from "../store-errors";
import type { SqlDatabase, SqlStatement, SqlValue } from "./database";
import type { PathRegistry } from "./registry";
import { nixSchema, realisationSchema } from "./schema";

const text = (value: SqlValue | undefined): string => (typeof value === "string" ? value : "");

/** A registry in Nix's own database schema. */
export class SqliteRegistry implements PathRegistry {
	private readonly statements = new Map<string, SqlStatement>();
	private hasRealisations: boolean;

	constructor(
		private readonly database: SqlDatabase,
		private readonly storeDir: string,
	) {
		database.exec("pragma foreign_keys = 1; pragma busy_timeout = 60000; pragma journal_mode = wal;");
		database.exec("pragma synchronous = normal;");
		database.exec(nixSchema);
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
		const deriver = text(row.deriver);
		const ca = text(row.ca);
		return {
			path,
			narHash: parseHash(text(row.hash)),
			narSize: Number(row.narSize ?? 0),
			references,
			...(deriver === "" ? {} : { deriver: this.parse(deriver) }),
			signatures: text(row.sigs)
				.split(" ")
				.filter((signature) => signature !== ""),
			...(ca === "" ? {} : { contentAddress: parseContentAddress(ca) }),
			registrationTime: Number(row.registrationTime),
			ultimate: Number(row.ultimate ?? 0) === 1,
		};
	}

	all(): StorePath[] {
		const rows = this.sql("select path from ValidPaths").all();
		return rows.map((row) => this.parse(row.path)).sort(StorePath.compare);
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

	/** Do all of it or nothing. */
	private transaction(work: () => void): void {
		this.database.exec("begin immediate");
		try {
			work();
			this.database.exec("commit");
		} catch (error) {
			this.database.exec("rollback");
			throw error;
		}
	}

	register(info: PathInfo, outputs?: ReadonlyMap<string, StorePath | undefined>): void {
		this.transaction(() => {
			this.sql(
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
			const id = this.idOf(info.path) as number;
			for (const reference of info.references) {
				const referenceId = this.idOf(reference);
				if (referenceId === undefined) throw new InvalidPathError(reference, this.storeDir);
				this.sql("insert or replace into Refs (referrer, reference) values (?, ?)").run(id, referenceId);
			}
			for (const [name, path] of outputs ?? []) {
				if (path === undefined) continue;
				this.sql("insert or replace into DerivationOutputs (drv, id, path) values (?, ?, ?)").run(
					id,
					name,
					this.whole(path),
				);
			}
		});
	}

	forget(path: StorePath): void {
		this.sql("delete from ValidPaths where path = ?").run(this.whole(path));
	}

	queryRealisation(outputId: string): StorePath | undefined {
		if (!this.hasRealisations) return undefined;
		const { drvHash, outputName } = parseOutputId(outputId);
		const row = this.sql(
			"select Output.path as path from Realisations inner join ValidPaths as Output on Output.id = Realisations.outputPath where drvPath = ? and outputName = ?",
		).get(`${drvHash.algorithm}:${drvHash.base16()}`, outputName);
		return row === undefined ? undefined : this.parse(row.path);
	}

	registerRealisation(outputId: string, path: StorePath): void {
		const { drvHash, outputName } = parseOutputId(outputId);
		if (!this.hasRealisations) this.database.exec(realisationSchema);
		this.hasRealisations = true;
		const known = this.queryRealisation(outputId);
		if (known?.equals(path)) return;
		if (known !== undefined) {
			const id = renderOutputId({ drvHash, outputName });
			throw new StoreError(
				"REALISATION_CONFLICT",
				`Trying to register a realisation of '${id}', but we already have another one locally.\nLocal:  ${this.whole(known)}\nRemote: ${this.whole(path)}`,
			);
		}
		this.sql(
			"insert into Realisations (drvPath, outputName, outputPath, signatures) values (?, ?, (select id from ValidPaths where path = ?), ?)",
		).run(`${drvHash.algorithm}:${drvHash.base16()}`, outputName, this.whole(path), "");
	}
}
