import { setImmediate } from 'node:timers/promises'
import { InternalError } from '@forge/errors'
import type { EntryRow } from './entry-row.ts'
import { makeRoom } from './eviction.ts'
import type { MemoryCore, MemoryTransaction } from './memory-core.ts'
import type { WaitOptions } from './storage.ts'

/** How many entries are stored before the event loop has its turn: some milliseconds of work. */
const entriesAtOnce = 50

/** Stores entries in one transaction, and makes room for them. */
export async function writeEntries(core: MemoryCore, rows: readonly EntryRow[], options: WaitOptions): Promise<void> {
  const uses = new Map(core.uses.pending())
  const evicted =
    rows.length <= entriesAtOnce
      ? await core.write((tx) => {
          const written = rows.map((row) => writeEntry(core, tx, row))
          return makeRoom(core, tx, { written, uses })
        }, options)
      : await core.writeLong(async (tx) => {
          const written: number[] = []
          for (const row of rows) {
            written.push(writeEntry(core, tx, row))
            if (written.length % entriesAtOnce === 0) await setImmediate()
          }
          return makeRoom(core, tx, { written, uses })
        }, options)
  core.uses.forget(uses)
  core.evicted += evicted
}

/** Forgets an entry. Returns whether there was one. */
export function removeEntry(core: MemoryCore, id: string, options: WaitOptions): Promise<boolean> {
  const { project, queries } = core
  return core.write((tx) => {
    const found = tx.first(queries.find, { project, id })
    if (found !== undefined) tx.run(queries.remove, { project, number: found.number })
    return found !== undefined
  }, options)
}

/** Inserts an entry or replaces the one with its id, which keeps its number and when it was created. Returns the number. */
function writeEntry({ project, queries, clock }: MemoryCore, tx: MemoryTransaction, row: EntryRow): number {
  const { vector, givenTime, givenCreation, ...columns } = row
  const found = tx.first(queries.find, { project, id: row.id })
  const now = Math.trunc(clock())
  const created = givenCreation ?? found?.created_at ?? now
  const number = found?.number ?? nextNumber(tx.first(queries.nextNumber, { project }))
  const document = { ...columns, project, number, created_at: created, time: givenTime ?? created, used_at: now }
  tx.run(found === undefined ? queries.insert : queries.update, document)
  if (found !== undefined) tx.run(queries.removeVector, { project, number })
  if (vector !== undefined) tx.run(queries.addVector, { project, number, dimensions: vector.length / 4, vector })
  return number
}

function nextNumber(row: { readonly last_number: number } | undefined): number {
  if (row === undefined) throw new InternalError('The project of a memory is gone')
  return row.last_number
}
