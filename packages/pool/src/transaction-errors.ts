import { ForgeError } from '@forge/errors'

type CallSite = (...args: never[]) => unknown

/** A transaction or savepoint was used after it ended. */
export class TransactionFinishedError extends ForgeError {
  override readonly code = 'FORGE_TRANSACTION_FINISHED'
}

/** Savepoints were not opened and ended last in, first out. */
export class SavepointOrderError extends ForgeError {
  override readonly code = 'FORGE_SAVEPOINT_ORDER'
}

/** A transaction that writes was to run inside one that only reads. */
export class TransactionReadOnlyError extends ForgeError {
  override readonly code = 'FORGE_TRANSACTION_READ_ONLY'
}

/** A statement that begins or ends a transaction was given where only the pool does that. */
export class TransactionControlError extends ForgeError {
  override readonly code = 'FORGE_TRANSACTION_CONTROL'
}

/** It was used after its end. */
export function finished(state: string, callSite: CallSite): TransactionFinishedError {
  return new TransactionFinishedError(`The transaction is already ${state}`, {
    hint: 'Await everything inside the transaction, and begin a new one for more',
    details: { state },
    callSite,
  })
}

/** It is to end while something inside it goes on. */
export function stillOpen(callSite: CallSite): SavepointOrderError {
  return new SavepointOrderError('A savepoint, or a transaction inside, has not ended yet; all of it is undone', {
    hint: 'Await every savepoint and every transaction that begins inside a transaction before that one ends',
    callSite,
  })
}

/** A savepoint is to begin beside one that cannot end before. */
export function waitsForItself(callSite: CallSite): SavepointOrderError {
  return new SavepointOrderError('This savepoint would wait for the one it is opened in', {
    hint: 'Open it on the savepoint that the body was given, not on the transaction around that',
    callSite,
  })
}

/** The savepoint before it did not end. */
export function neverEnded(milliseconds: number, callSite: CallSite): SavepointOrderError {
  return new SavepointOrderError(`The savepoint before this one did not end within ${milliseconds} ms`, {
    hint: 'Savepoints side by side run one after the other: none may wait for a later one',
    details: { milliseconds },
    callSite,
  })
}

/** It is to be rolled back to, and is not there. */
export function notItsSavepoint(callSite: CallSite): SavepointOrderError {
  return new SavepointOrderError('This is no open savepoint of this transaction', {
    hint: 'Roll back to a savepoint from the transaction it was opened in, while its body runs',
    callSite,
  })
}

/** It is to write inside one that reads a snapshot. */
export function cannotWrite(mode: string, callSite: CallSite): TransactionReadOnlyError {
  return new TransactionReadOnlyError(`A transaction that writes (${mode}) cannot run inside one that only reads`, {
    hint: `Begin the outer transaction without mode 'read', or the inner one after it has ended`,
    details: { mode },
    callSite,
  })
}
