import { isForgeError } from '@forge/errors'
import { restoreContent } from './content.ts'
import { searchColumns } from './entry-row.ts'
import type { MemoryCore, MemoryTransaction } from './memory-core.ts'
import type { WaitOptions } from './storage.ts'

/** How many entries are made findable in one transaction. */
const entriesAtOnce = 200

interface Place {
  readonly project: number
  readonly number: number
}

/** Whether a memory is sound. */
export interface MemoryHealth {
  readonly ok: boolean
  /** What is not, in sentences; `reindex` mends all of it but damage to the file. */
  readonly problems: readonly string[]
}

/** Compares the full-text index with itself and with the entries of all projects, and the totals with what they are of. */
export function checkHealth(core: MemoryCore, options: WaitOptions): Promise<MemoryHealth> {
  return core.write((tx) => {
    const { texts, queries } = core
    const problems: string[] = []
    if (!indexIsSound(core, tx)) problems.push('The full-text index is damaged')
    const { missing, orphaned } = texts.countStrays(tx)
    if (missing > 0) problems.push(`Entries that cannot be found by their words: ${missing}`)
    if (orphaned > 0) problems.push(`Words of entries that are not there: ${orphaned}`)
    const wrong = new Set(tx.all(queries.wrongTotals).map(({ type }) => type))
    if (wrong.size > 0) problems.push(`Wrong totals: ${[...wrong].join(', ')}`)
    return { ok: problems.length === 0, problems }
  }, options)
}

/** Builds the words of the entries of all projects anew, some at a time, and their totals. Returns how many entries there are. */
export async function reindex(core: MemoryCore, options: WaitOptions): Promise<number> {
  const { texts, queries } = core
  await core.write((tx) => (indexIsSound(core, tx) ? texts.dropStrays(tx) : texts.clear(tx)), options)
  let last: Place | undefined = { project: 0, number: 0 }
  let count = 0
  while (last !== undefined) {
    const after: Place = last
    const rows: readonly Place[] = await core.write((tx) => {
      const page = tx.all(queries.page, { project: after.project, number: after.number, limit: entriesAtOnce })
      for (const { project, number, type, metadata, ...content } of page) {
        texts.put(tx, { project, number, ...searchColumns(type, restoreContent(content), JSON.parse(metadata)) })
      }
      return page
    }, options)
    count += rows.length
    last = rows.at(-1)
  }
  await core.write((tx) => {
    tx.run(queries.dropTotals)
    tx.run(queries.countTotals)
  }, options)
  return count
}

function indexIsSound({ texts }: MemoryCore, tx: MemoryTransaction): boolean {
  try {
    texts.checkIntegrity(tx)
    return true
  } catch (error) {
    if (isForgeError(error) && error.code === 'FORGE_DB_CORRUPT') return false
    throw error
  }
}
