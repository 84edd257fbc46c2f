import type { Kysely } from 'kysely'
import type { TransactionBody } from './dialect.ts'

/** The commit of a transaction failed, so that nothing of it is left; `cause` is why. */
export class CommitFailure extends Error {}

/**
 * Runs `body` in a transaction of Kysely.
 *
 * Kysely rolls back when `body` throws, and throws the rollback's own error
 * where that fails: after a statement that rolled back by itself ("or
 * rollback") it does. Here the error of `body` is always what comes out.
 */
export async function inTransaction<DB, T>(db: Kysely<DB>, body: TransactionBody<DB, T>): Promise<T> {
  let failure: { readonly error: unknown } | undefined
  let finished = false
  try {
    return await db.transaction().execute(async (transaction) => {
      try {
        const result = await body(transaction)
        finished = true
        return result
      } catch (error) {
        failure = { error }
        throw error
      }
    })
  } catch (error) {
    if (failure !== undefined) throw failure.error
    if (finished) throw new CommitFailure('The transaction could not be committed', { cause: error })
    throw error
  }
}
