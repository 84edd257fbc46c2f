import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import {
  DuckDbMissingError,
  AnalyticsStorageError,
  MirrorBusyError,
  QueryError,
  QueryLimitError,
  QueryRefusedError,
} from './errors.ts'
import type { JsonValue } from './json-value.ts'
import type { QueryColumn, QueryFailure, QueryReply, QueryRequest } from './query-protocol.ts'
import { views } from './views.ts'

/** What a query may take. */
export interface QueryLimits {
  /** Milliseconds, until its last row is read. Default 30,000. */
  readonly timeout?: number
  /** Bytes. Default 1 GiB, at least 16 MiB. */
  readonly memory?: number
}

/** The answer to a query, which is read as it comes. Dispose it: its process ends then, if it has not yet. */
export interface QueryResult extends AsyncDisposable {
  /** The revision of the graph that it is from; 0 before the first one. */
  readonly revision: number
  readonly columns: readonly QueryColumn[]
  /**
   * The rows, some at a time, values in the order of the columns as JSON has them: numbers where a double is exactly that number, else
   * their digits as text; times and blobs as text.
   *
   * @throws QueryError, QueryLimitError, the reason of the signal
   */
  rows(): AsyncIterable<readonly (readonly JsonValue[])[]>
  /** Counts the rows to the end, those that were read included: no more can be read then. Null where there are more than `most`. Throws as {@link QueryResult.rows}. */
  countRows(most: number): Promise<number | null>
}

/** What {@link runQuery} needs to know. */
export interface QueryOrder {
  readonly file: string
  readonly sql: string
  readonly revision: number
  readonly wait: number
  readonly limits: QueryLimits
  readonly signal: AbortSignal | undefined
}

const defaults = { timeout: 30_000, memory: 2 ** 30 } as const

/**
 * Runs SQL in a process of its own, which is ended when it takes too long, too much memory, or when nobody wants to know any more. DuckDB
 * can be asked to stop, but a single call of a function does not hear it, for minutes, and does not count what it takes [measured].
 *
 * @throws QueryError, QueryRefusedError, QueryLimitError, MirrorBusyError, AnalyticsStorageError, DuckDbMissingError, the reason of the signal
 */
export async function runQuery(order: QueryOrder): Promise<QueryResult> {
  const { file, sql, wait, signal } = order
  const { timeout = defaults.timeout, memory = defaults.memory } = order.limits
  signal?.throwIfAborted()
  const child = fork(fileURLToPath(queryProcess()), [], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  })
  const conversation = new Conversation(child, order, timeout)
  try {
    const { columns } = await conversation.ask(
      { do: 'start', file, sql, wait, memory: Math.max(memory, 16 * 2 ** 20) },
      'columns',
    )
    let read = 0
    return {
      revision: order.revision,
      columns,
      async *rows() {
        for (;;) {
          const { rows, done } = await conversation.ask({ do: 'next' }, 'rows')
          read += rows.length
          if (rows.length > 0) yield rows
          if (done) return
        }
      },
      async countRows(most) {
        if (read > most) return null
        const { rows, done } = await conversation.ask({ do: 'count', most: most - read }, 'count')
        return done && read + rows <= most ? read + rows : null
      },
      [Symbol.asyncDispose]: () => conversation.end(),
    }
  } catch (error) {
    await conversation.end()
    throw error
  }
}

function queryProcess(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './query-process.ts' : './query-process.js', import.meta.url)
}

type Reply<Is extends QueryReply['is']> = Extract<QueryReply, { is: Is }>

/** Asks the process of a query, one thing at a time. */
class Conversation {
  readonly #child: ChildProcess
  readonly #order: QueryOrder
  readonly #timer: NodeJS.Timeout
  readonly #gone: Promise<unknown>
  #waiting: { resolve: (reply: QueryReply) => void; reject: (reason: unknown) => void } | undefined
  #failure: Error | undefined

  constructor(child: ChildProcess, order: QueryOrder, timeout: number) {
    this.#child = child
    this.#order = order
    this.#gone = new Promise((resolve) => void child.once('exit', resolve))
    this.#timer = setTimeout(() => this.#fail(tookTooLong(timeout)), Math.min(timeout, 2 ** 31 - 1))
    child.on('message', (reply: QueryReply) => this.#hear(reply))
    child.on('error', (error) => this.#fail(new AnalyticsStorageError(order.file, error)))
    child.on('exit', (code, signal) => {
      this.#fail(new AnalyticsStorageError(order.file, `its process ended (${signal ?? code})`))
    })
    order.signal?.addEventListener('abort', this.#onAbort)
  }

  async ask<Is extends QueryReply['is']>(request: QueryRequest, expected: Is): Promise<Reply<Is>> {
    this.#order.signal?.throwIfAborted()
    if (this.#failure !== undefined) throw this.#failure
    const replied = new Promise<QueryReply>((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
    this.#child.send(request, (error) => {
      if (error !== null) this.#fail(new AnalyticsStorageError(this.#order.file, error))
    })
    const reply = await replied
    if (reply.is === expected) return reply as Reply<Is>
    throw new AnalyticsStorageError(this.#order.file, 'its process answered something else')
  }

  /** Ends the process, and waits until it is gone. */
  async end(): Promise<void> {
    clearTimeout(this.#timer)
    this.#order.signal?.removeEventListener('abort', this.#onAbort)
    // One that could not be started has no end.
    if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGKILL')
    await this.#gone
  }

  readonly #onAbort = (): void => {
    this.#waiting?.reject(this.#order.signal!.reason)
    this.#child.kill('SIGKILL')
  }

  #hear(reply: QueryReply): void {
    if (reply.is === 'failure') this.#fail(errorOf(reply.failure, this.#order))
    else this.#waiting?.resolve(reply)
  }

  /** The first failure counts; whoever waits hears of it at once. */
  #fail(error: Error): void {
    this.#failure ??= error
    this.#waiting?.reject(this.#failure)
    this.#child.kill('SIGKILL')
  }
}

function tookTooLong(timeout: number): QueryLimitError {
  return new QueryLimitError(`The query was not done after ${timeout / 1000} s`, {
    hint: 'Ask for less, or give it more time',
    details: { limit: 'time', bound: timeout },
  })
}

const viewNames = views.map(({ name }) => name).join(', ')

function errorOf(failure: QueryFailure, { file, sql, limits }: QueryOrder): Error {
  const { kind, message, offset, hint, details = {}, waited = 0 } = failure
  switch (kind) {
    case 'busy': {
      return new MirrorBusyError(file, waited, message)
    }
    case 'duckdb-missing': {
      return new DuckDbMissingError(message)
    }
    case 'memory': {
      const bound = limits.memory ?? defaults.memory
      return new QueryLimitError(message, {
        hint: 'Ask for less, or give it more memory',
        details: { limit: 'memory', bound },
      })
    }
    case 'refused': {
      return new QueryRefusedError(message, {
        hint: hint ?? 'SQL can read the views of the mirror and nothing else',
        details,
      })
    }
    case 'storage': {
      return new AnalyticsStorageError(file, message)
    }
    case 'sql': {
      const place = offset === undefined ? undefined : placeOf(sql, offset)
      return new QueryError(place === undefined ? message : `${message} (line ${place.line}, column ${place.column})`, {
        hint: `Views: ${viewNames}. \`describe VIEW\` shows the columns of one`,
        details: { ...place },
      })
    }
  }
}

/** Line and column of an offset, both from 1. */
function placeOf(sql: string, offset: number): { readonly line: number; readonly column: number } {
  const before = sql.slice(0, offset).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}
