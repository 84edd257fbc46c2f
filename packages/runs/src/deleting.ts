import type { Transaction } from '@forge/db'
import { RunStateError } from './errors.ts'
import type { RunContext } from './run-context.ts'
import type { SummaryRow } from './run-rows.ts'
import type { RunTables } from './schema.ts'

/** Deletions that are listed for those who follow the changes: about this many of the newest changes. */
const listedChanges = 100_000

/** Deletes a run that is over, with all that belongs to it. */
export async function deleteRun(context: RunContext, id: string): Promise<void> {
  await context.write((tx) => {
    const row = context.find(tx, id)
    if (row.status === 'running') {
      throw new RunStateError(`The run ${row.id} goes on`, {
        hint: 'End it first; where its process is gone, markLost ends it',
        details: { id: row.id, status: row.status },
      })
    }
    removeRun(context, tx, row)
  })
}

/** Deletes a run inside a transaction, and notes that it is gone. */
export function removeRun(
  context: RunContext,
  tx: Transaction<RunTables>,
  { id, number: run }: Pick<SummaryRow, 'id' | 'number'>,
): void {
  const { id: project, change } = context.change(tx)
  context.texts.drop(tx, project, run)
  tx.run(context.queries.dropRun, { project, run })
  tx.run(context.queries.addDeletion, { project, change, id })
  const forgotten = change - listedChanges
  if (forgotten > 0) {
    tx.run(context.queries.dropDeletions, { project, forgotten })
    tx.run(context.queries.forget, { project, forgotten })
  }
}
