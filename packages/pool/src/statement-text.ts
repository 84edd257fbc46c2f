import { QueryError } from './database-errors.ts'
import { TransactionControlError } from './transaction-errors.ts'

type CallSite = (...args: never[]) => unknown

const blank = String.raw`(?:[\s;]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*`

// A statement that starts otherwise may change its connection when it is prepared, as some pragmas do.
const read = new RegExp(String.raw`^${blank}(?:select|with|values|explain)\b`, 'i')
const control = new RegExp(String.raw`^${blank}(begin|commit|end|rollback|savepoint|release)\b`, 'i')

/** Whether a statement is worth asking a reader for; only the prepared statement knows for sure. */
export function startsAsRead(sql: string): boolean {
  return read.test(sql)
}

/**
 * Refuses a statement that begins or ends a transaction or a savepoint: the next statement may run on another
 * connection, and a transaction would not know that it has ended.
 *
 * @throws `FORGE_TRANSACTION_CONTROL`, `FORGE_DB_QUERY` for what is no text
 */
export function refuseTransactionControl(sql: string, callSite: CallSite = refuseTransactionControl): void {
  if (typeof sql !== 'string') {
    throw new QueryError(`A statement is a text, not ${typeof sql}`, { hint: 'Give the SQL as a string', callSite })
  }
  const word = control.exec(sql)?.[1]?.toLowerCase()
  if (word === undefined) return
  throw new TransactionControlError(`A statement cannot ${remedies[word]?.[0]} by itself`, {
    hint: `${remedies[word]?.[1]}`,
    details: { sql },
    callSite,
  })
}

const begins = 'Run the work in transaction(body): it begins, and commits when body is done'
const ends = 'Return from the body of the transaction to commit, and throw to roll back'
const nests = 'Use savepoint(body) of the transaction, and its rollbackTo'

const remedies: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  begin: ['begin a transaction', begins],
  commit: ['commit a transaction', ends],
  end: ['commit a transaction', ends],
  rollback: ['roll back', ends],
  savepoint: ['open a savepoint', nests],
  release: ['release a savepoint', nests],
}
