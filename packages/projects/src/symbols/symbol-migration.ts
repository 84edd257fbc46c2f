import { defineMigration, type Migration } from '@forge/migrate'
import { sql } from 'kysely'
import { clustered } from '../clustered.sqlite.ts'

const tables = [
  'reads',
  'links',
  'uses',
  'installs',
  'holders',
  'names',
  'symbols',
  'entries',
  'dependencies',
  'packages',
  'provider_files',
  'providers',
  'feeds',
]

/** The tables of {@link SymbolTables}; all of it can be read again from the projects. */
export const symbolMigration: Migration = defineMigration({
  id: 'projects/0002-symbols',
  up: () => [
    sql`create table feeds (
      project integer primary key references projects (id) on delete cascade,
      stamp text not null
    )`,
    sql`create table providers (
      id integer primary key,
      project integer unique references projects (id) on delete cascade,
      name text,
      version text
    )`,
    sql`create index providers_name on providers (name, version) where name is not null`,
    sql`create table provider_files (
      provider integer not null references providers (id) on delete cascade,
      path text not null,
      hash text not null,
      primary key (provider, path)
    ) ${clustered}`,
    sql`create table packages (
      provider integer not null references providers (id) on delete cascade,
      folder text not null,
      name text not null,
      version text not null,
      primary key (provider, folder)
    ) ${clustered}`,
    sql`create index packages_name on packages (name)`,
    sql`create table dependencies (
      project integer not null references projects (id) on delete cascade,
      folder text not null,
      name text not null,
      kind text not null,
      range text not null,
      primary key (project, folder, name, kind)
    ) ${clustered}`,
    sql`create table symbols (
      provider integer not null references providers (id) on delete cascade,
      key integer not null,
      id text not null,
      shown_as text not null,
      name text not null,
      qualified_name text not null,
      kind text not null,
      file text not null,
      line integer not null,
      "column" integer not null,
      primary key (provider, key)
    ) ${clustered}`,
    sql`create unique index symbols_id on symbols (provider, id)`,
    sql`create index symbols_shown_as on symbols (provider, shown_as)`,
    sql`create index symbols_file on symbols (provider, file)`,
    sql`create table entries (
      provider integer not null references providers (id) on delete cascade,
      specifier text not null,
      symbol integer,
      primary key (provider, specifier)
    ) ${clustered}`,
    sql`create table names (
      provider integer not null references providers (id) on delete cascade,
      holder integer not null,
      name text not null,
      position integer not null,
      target integer,
      outside text,
      confidence integer not null,
      primary key (provider, holder, name, position)
    ) ${clustered}`,
    sql`create table holders (
      provider integer not null references providers (id) on delete cascade,
      symbol integer not null,
      position integer not null,
      target integer,
      outside text,
      confidence integer not null,
      primary key (provider, symbol, position)
    ) ${clustered}`,
    sql`create table installs (
      project integer not null references projects (id) on delete cascade,
      origin text not null,
      name text not null,
      location text not null,
      version text not null,
      stamp text not null,
      provider integer references providers (id) on delete cascade,
      linked integer references projects (id) on delete cascade,
      primary key (project, origin, name)
    ) ${clustered}`,
    sql`create index installs_provider on installs (provider) where provider is not null`,
    sql`create index installs_linked on installs (linked) where linked is not null`,
    sql`create table uses (
      id integer primary key,
      project integer not null references projects (id) on delete cascade,
      folder text not null,
      outside text not null,
      package text not null,
      files integer not null,
      sites integer not null
    )`,
    sql`create unique index uses_key on uses (project, folder, outside)`,
    sql`create index uses_package on uses (package)`,
    // Rows of a provider that is gone stay until their use is linked again, which removing it sees to.
    sql`create table links (
      use integer not null references uses (id) on delete cascade,
      position integer not null,
      provider integer not null,
      target integer,
      confidence integer not null,
      reason text not null,
      primary key (use, position)
    ) ${clustered}`,
    sql`create index links_target on links (provider, target)`,
    sql`create table reads (
      use integer not null references uses (id) on delete cascade,
      provider integer not null,
      holder integer not null,
      name text not null,
      primary key (use, provider, holder, name)
    ) ${clustered}`,
    sql`create index reads_of on reads (provider, holder, name)`,
  ],
  down: () => tables.map((table) => sql`drop table ${sql.table(table)}`),
})
