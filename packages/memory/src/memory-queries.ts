import type { Database, PreparedQuery } from '@forge/db'
import { sql, type SqlBool } from 'kysely'
import type { StoredEntry } from './entry-row.ts'
import type { MemoryDocumentView, MemoryTables } from './schema.ts'

type Key = { project: number; number: number }

/** What `memory_totals` has to hold. */
const counted = sql`select project, type, count(*) as entries, sum(bytes) as bytes from memories group by project, type`

/** The queries of a memory that are asked all the time, compiled once. */
export class MemoryQueries {
  readonly projectId: PreparedQuery<{ name: string }, { id: number }>
  readonly addProject: PreparedQuery<{ name: string }, unknown>
  readonly nextNumber: PreparedQuery<{ project: number }, { last_number: number }>
  readonly lastNumber: PreparedQuery<{ project: number }, { last_number: number }>
  readonly find: PreparedQuery<{ project: number; id: string }, { number: number; created_at: number }>
  readonly insert: PreparedQuery<MemoryDocumentView, unknown>
  readonly update: PreparedQuery<MemoryDocumentView, unknown>
  readonly remove: PreparedQuery<Key, unknown>
  readonly addVector: PreparedQuery<Key & { dimensions: number; vector: Uint8Array }, unknown>
  readonly removeVector: PreparedQuery<Key, unknown>
  readonly read: PreparedQuery<{ project: number; id: string }, StoredEntry & { number: number }>
  readonly readNumbers: PreparedQuery<{ project: number; numbers: string }, StoredEntry & { number: number }>
  readonly totals: PreparedQuery<{ project: number }, { type: string; entries: number; bytes: number }>
  readonly timeRange: PreparedQuery<{ project: number }, { oldest: number | null; newest: number | null }>
  readonly leastUsed: PreparedQuery<Key & { used: number }, { number: number; used_at: number; bytes: number }>
  readonly page: PreparedQuery<Key & { limit: number }, Omit<StoredEntry, 'vector'> & Key>
  readonly wrongTotals: PreparedQuery<{}, { type: string }>
  readonly dropTotals: PreparedQuery<{}, unknown>
  readonly countTotals: PreparedQuery<{}, unknown>
  readonly use: PreparedQuery<Key & { time: number }, unknown>

  constructor(db: Database<MemoryTables>) {
    this.projectId = db.prepared((db, row: { name: string }) =>
      db.selectFrom('memory_projects').select('id').where('name', '=', row.name),
    )
    this.addProject = db.prepared((db, row: { name: string }) =>
      db
        .insertInto('memory_projects')
        .values({ name: row.name, last_number: 0 })
        .onConflict((conflict) => conflict.doNothing()),
    )
    this.nextNumber = db.prepared((db, row: { project: number }) =>
      db
        .updateTable('memory_projects')
        .set({ last_number: sql<number>`last_number + 1` })
        .where('id', '=', row.project)
        .returning('last_number'),
    )
    this.lastNumber = db.prepared((db, row: { project: number }) =>
      db.selectFrom('memory_projects').select('last_number').where('id', '=', row.project),
    )
    this.find = db.prepared((db, row: { project: number; id: string }) =>
      db
        .selectFrom('memories')
        .select(['number', 'created_at'])
        .where('project', '=', row.project)
        .where('id', '=', row.id),
    )
    this.insert = db.prepared((db, row: MemoryDocumentView) =>
      db
        .insertInto('memory_documents')
        .values({ project: row.project, number: row.number, id: row.id, ...documentOf(row) }),
    )
    this.update = db.prepared((db, row: MemoryDocumentView) =>
      db
        .updateTable('memory_documents')
        .set(documentOf(row))
        .where('project', '=', row.project)
        .where('number', '=', row.number),
    )
    this.remove = db.prepared((db, row: Key) =>
      db.deleteFrom('memories').where('project', '=', row.project).where('number', '=', row.number),
    )
    this.addVector = db.prepared((db, row: Key & { dimensions: number; vector: Uint8Array }) =>
      db
        .insertInto('memory_vectors')
        .values({ project: row.project, dimensions: row.dimensions, number: row.number, vector: row.vector }),
    )
    this.removeVector = db.prepared((db, row: Key) =>
      db.deleteFrom('memory_vectors').where('project', '=', row.project).where('number', '=', row.number),
    )
    this.read = db.prepared((db, row: { project: number; id: string }) =>
      db
        .selectFrom('memories as m')
        .leftJoin('memory_vectors as v', (join) =>
          join.onRef('v.project', '=', 'm.project').onRef('v.number', '=', 'm.number'),
        )
        .select(['m.number', 'm.id', 'm.type', 'm.created_at', 'm.encoding', 'm.content', 'm.metadata', 'v.vector'])
        .where('m.project', '=', row.project)
        .where('m.id', '=', row.id),
    )
    this.readNumbers = db.prepared((db, row: { project: number; numbers: string }) =>
      db
        .selectFrom('memories as m')
        .leftJoin('memory_vectors as v', (join) =>
          join.onRef('v.project', '=', 'm.project').onRef('v.number', '=', 'm.number'),
        )
        .select(['m.number', 'm.id', 'm.type', 'm.created_at', 'm.encoding', 'm.content', 'm.metadata', 'v.vector'])
        .where('m.project', '=', row.project)
        .where('m.number', 'in', sql<number>`(select value from json_each(${row.numbers}))`),
    )
    this.totals = db.prepared((db, row: { project: number }) =>
      db.selectFrom('memory_totals').select(['type', 'entries', 'bytes']).where('project', '=', row.project),
    )
    this.timeRange = db.prepared(
      (_, row: { project: number }) => sql<{ oldest: number | null; newest: number | null }>`
        select (select min(time) from memories where project = ${row.project}) as oldest,
          (select max(time) from memories where project = ${row.project}) as newest`,
    )
    this.leastUsed = db.prepared((db, row: { project: number; used: number; number: number }) =>
      db
        .selectFrom('memories')
        .select(['number', 'used_at', 'bytes'])
        .where('project', '=', row.project)
        .where('pinned', '=', sql.lit(0))
        .where(sql<SqlBool>`(used_at, number) > (${row.used}, ${row.number})`)
        .orderBy('used_at')
        .orderBy('number')
        .limit(sql.lit(50)),
    )
    this.page = db.prepared((db, row: Key & { limit: number }) =>
      db
        .selectFrom('memories')
        .select(['project', 'number', 'id', 'type', 'created_at', 'encoding', 'content', 'metadata'])
        .where(sql<SqlBool>`(project, number) > (${row.project}, ${row.number})`)
        .orderBy('project')
        .orderBy('number')
        .limit(row.limit),
    )
    this.wrongTotals = db.prepared(
      () => sql<{ type: string }>`
        select t.type from memory_totals as t left join (${counted}) as c on c.project = t.project and c.type = t.type
        where t.entries <> coalesce(c.entries, 0) or t.bytes <> coalesce(c.bytes, 0)
        union select c.type from (${counted}) as c
        where not exists (select 1 from memory_totals as t where t.project = c.project and t.type = c.type)`,
    )
    this.dropTotals = db.prepared((db) => db.deleteFrom('memory_totals'))
    this.countTotals = db.prepared(() => sql`insert into memory_totals (project, type, entries, bytes) ${counted}`)
    this.use = db.prepared((db, row: Key & { time: number }) =>
      db
        .updateTable('memories')
        .set({ used_at: row.time })
        .where('project', '=', row.project)
        .where('number', '=', row.number),
    )
  }
}

/** What a write stores of an entry, under whichever number. */
function documentOf(row: MemoryDocumentView): Omit<MemoryDocumentView, 'project' | 'number' | 'id'> {
  return {
    type: row.type,
    time: row.time,
    created_at: row.created_at,
    used_at: row.used_at,
    pinned: row.pinned,
    bytes: row.bytes,
    session: row.session,
    encoding: row.encoding,
    content: row.content,
    metadata: row.metadata,
    tags: row.tags,
    words: row.words,
    title_words: row.title_words,
    part_words: row.part_words,
    marks: row.marks,
  }
}
