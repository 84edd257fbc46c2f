import { createStatementCache, type StatementCache, type StatementCacheOptions } from '@forge/stmt-cache'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'

/** A cache over a database of two people, and the texts that were prepared for it. */
export interface OpenCache {
  readonly cache: StatementCache<Database.Statement>
  readonly prepared: readonly string[]
  readonly database: Database.Database
}

/** Opens a cache that keeps every statement from its first use, unless the options say otherwise. */
export function open(options: Partial<StatementCacheOptions<Database.Statement>> = {}): OpenCache {
  const database = new Database(':memory:')
  onTestFinished(() => void database.close())
  database.exec(
    `create table person (name text, age integer); insert into person values ('Ada', 36), ('Bob', 9007199254740993)`,
  )
  const prepared: string[] = []
  const cache = createStatementCache<Database.Statement>({
    prepare: (sql) => (prepared.push(sql), database.prepare(sql)),
    admission: 'always',
    ...options,
  })
  return { cache, prepared, database }
}

/** A query with one parameter, which finds Ada for 40. */
export const youngerThan = 'select name, age from person where age < ?'
