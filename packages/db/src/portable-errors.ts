import { ForgeError } from '@forge/errors'
import {
  PoolClosedError,
  PoolOptionsError,
  PoolTimeoutError,
  SavepointOrderError,
  TransactionFinishedError,
  TransactionReadOnlyError,
} from '@forge/pool'
import { StreamEndedError } from './errors.ts'

type CallSite = (...args: never[]) => unknown

/** A statement has failed before in the transaction, and the database refuses everything until that is undone. */
export class TransactionFailedError extends ForgeError {
  override readonly code = 'FORGE_TRANSACTION_FAILED'
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

/** A stream is read on when its rows are gone. */
export function streamEnded(): StreamEndedError {
  return new StreamEndedError('The transaction or the connection of this stream ended before the stream did', {
    hint: 'Read streams to their end before the transaction ends or rolls back to a savepoint',
  })
}

/** The database was closed. */
export function databaseClosed(): PoolClosedError {
  return new PoolClosedError('The database is closed', { hint: 'Open a new one, or close it later' })
}

/** No connection came free. */
export function noConnection(milliseconds: number): PoolTimeoutError {
  return new PoolTimeoutError(`No connection came free within ${milliseconds} ms`, {
    hint: 'Give the pool of the driver more connections, end transactions sooner, and inside one use it, not the database',
    details: { timeout: milliseconds },
  })
}

/** An option that cannot work. */
export function wrongOption(option: string, wanted: string, value: unknown, callSite: CallSite): PoolOptionsError {
  return new PoolOptionsError(`The option ${option} must be ${wanted}, not ${String(value)}`, {
    hint: `Correct or leave out ${option}`,
    details: { option },
    callSite,
  })
}
