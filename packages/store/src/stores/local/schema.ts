/** The version of the store's database that is read and written; it stands in the state folder's `db/schema`. */
export const nixSchemaVersion = 10;

/** The tables of Nix's own database, so that Nix can use the store too. */
export const nixSchema = `
create table if not exists ValidPaths (
	id integer primary key autoincrement not null,
	path text unique not null,
	hash text not null,
	registrationTime integer not null,
	deriver text,
	narSize integer,
	ultimate integer,
	sigs text,
	ca text
);
create table if not exists Refs (
	referrer integer not null,
	reference integer not null,
	primary key (referrer, reference),
	foreign key (referrer) references ValidPaths(id) on delete cascade,
	foreign key (reference) references ValidPaths(id) on delete restrict
);
create index if not exists IndexReferrer on Refs(referrer);
create index if not exists IndexReference on Refs(reference);
create trigger if not exists DeleteSelfRefs before delete on ValidPaths
	begin
		delete from Refs where referrer = old.id and reference = old.id;
	end;
create table if not exists DerivationOutputs (
	drv integer not null,
	id text not null,
	path text not null,
	primary key (drv, id),
	foreign key (drv) references ValidPaths(id) on delete cascade
);
create index if not exists IndexDerivationOutputs on DerivationOutputs(path);
create table if not exists SchemaMigrations (migration text primary key not null);
`;

/** The tables that Nix adds for content-addressed derivations; made when the first realisation is registered. */
export const realisationSchema = `
create table if not exists Realisations (
	id integer primary key autoincrement not null,
	drvPath text not null,
	outputName text not null,
	outputPath integer not null,
	signatures text,
	foreign key (outputPath) references ValidPaths(id) on delete cascade
);
create index if not exists IndexRealisations on Realisations(drvPath, outputName);
create trigger if not exists DeleteSelfRefsViaRealisations before delete on ValidPaths
	begin
		delete from RealisationsRefs where realisationReference in (select id from Realisations where outputPath = old.id);
	end;
create table if not exists RealisationsRefs (
	referrer integer not null,
	realisationReference integer,
	foreign key (referrer) references Realisations(id) on delete cascade,
	foreign key (realisationReference) references Realisations(id) on delete restrict
);
create index if not exists IndexRealisationsRefsRealisationReference on RealisationsRefs(realisationReference);
create index if not exists IndexRealisationsRefs on RealisationsRefs(referrer);
create index if not exists IndexRealisationsRefsOnOutputPath on Realisations(outputPath);
create table if not exists SchemaMigrations (migration text primary key not null);
insert or ignore into SchemaMigrations values ('20220326-ca-derivations');
`;
