import type { Database, PreparedQuery } from '@forge/db'
import { sql } from 'kysely'
import type { MemoryTables } from '../schema.ts'

/** The project that holds the frames of a file. */
export const frameProject = 'memvid'

/** Ids of frames, which are numbers of entries, and ids of entries. */
export class FrameTable {
  readonly #numbers: PreparedQuery<{ ids: string }, { id: string; number: number }>
  readonly #idOf: PreparedQuery<{ number: number }, { id: string }>
  readonly #counts: PreparedQuery<{}, { last: number; pages: number; page_size: number; vectors: number }>
  readonly #clear: PreparedQuery<{}, unknown>

  constructor(db: Database<MemoryTables>) {
    const id = db.kysely.selectFrom('memory_projects').select('id').where('name', '=', frameProject)
    this.#numbers = db.prepared((db, row: { ids: string }) =>
      db
        .selectFrom('memories')
        .select(['id', 'number'])
        .where('project', '=', id)
        .where('id', 'in', sql<string>`(select value from json_each(${row.ids}))`),
    )
    this.#idOf = db.prepared((db, row: { number: number }) =>
      db.selectFrom('memories').select('id').where('project', '=', id).where('number', '=', row.number),
    )
    this.#counts = db.prepared(
      () => sql<{ last: number; pages: number; page_size: number; vectors: number }>`
        select last_number as last, (select page_count from pragma_page_count()) as pages,
          (select page_size from pragma_page_size()) as page_size,
          exists (select 1 from memory_vectors where project = memory_projects.id) as vectors
        from memory_projects where name = ${sql.lit(frameProject)}`,
    )
    this.#clear = db.prepared((db) => db.deleteFrom('memories').where('project', '=', id))
  }

  /** The frames of entries. */
  async numbersOf(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#numbers.all({ ids: JSON.stringify(ids) })
    return new Map(rows.map(({ id, number }) => [id, number]))
  }

  /** The entry of a frame, if there is one. */
  async idOf(frame: number): Promise<string | undefined> {
    return (await this.#idOf.first({ number: frame }))?.id
  }

  /** Frames that were ever made, bytes of the file, and whether there are vectors. */
  async counts(): Promise<{ readonly frames: number; readonly bytes: number; readonly vectors: boolean }> {
    const { last, pages, page_size: pageSize, vectors } = await this.#counts.firstOrThrow()
    return { frames: last, bytes: pages * pageSize, vectors: vectors === 1 }
  }

  /** Removes every entry. */
  async clear(): Promise<void> {
    await this.#clear.run()
  }
}
