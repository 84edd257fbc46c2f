import Database from 'better-sqlite3'

/** The tables of the benchmark. */
export interface Schema {
  person: { id: number; name: string; age: number }
  counter: { id: number; n: number }
}

/** How many people {@link createPeople} writes, with ids from 1. */
export const peopleCount = 10_000

/** Opens a file as Forge does: the same journal, the same page cache, so that only what is above the driver differs. */
export function openTuned(file: string, options: Database.Options = {}): Database.Database {
  const database = new Database(file, options)
  database.exec(
    `pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -16384;
     pragma foreign_keys = on; pragma temp_store = memory`,
  )
  return database
}

/** Makes a file with people, and a counter at 0. */
export function createPeople(file: string): void {
  const database = openTuned(file)
  database.exec(
    `create table person (id integer primary key, name text not null, age integer not null);
     create table counter (id integer primary key, n integer not null);
     insert into counter values (1, 0);
     insert into person
       with recursive ids(id) as (select 1 union all select id + 1 from ids where id < ${peopleCount})
       select id, 'person ' || id, id % 90 from ids`,
  )
  database.close()
}
