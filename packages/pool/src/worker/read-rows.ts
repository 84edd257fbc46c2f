import { DatabaseReadOnlyError } from '../database-errors.ts'
import { isBusy } from '../driver-error.ts'
import type { SqliteConnection, SqliteStatement } from '../sqlite-connection.ts'
import { packRows, rowSize } from './packed-rows.ts'
import { type Credit, packetsAhead, type ReadRequest, stopped, type ThreadReply } from './worker-protocol.ts'

/** A packet is sent when it is this full: unpacked in a fraction of a millisecond, and large enough to make its own cost small. */
const packetBytes = 128 * 1024

/** Milliseconds between two attempts while another connection holds a lock. */
const busyPause = 2

/** Sends a reply, with what it hands over. */
export type Post = (reply: ThreadReply, transfer: readonly ArrayBuffer[]) => void

interface NamedStatement extends SqliteStatement {
  columns(): readonly { readonly name: string }[]
}

/**
 * Runs a reading statement and sends its rows, until the last one or until nobody waits for them.
 *
 * @throws what the driver throws, and `FORGE_DB_READ_ONLY`
 */
export function readRows(connection: SqliteConnection, request: ReadRequest, busyDeadline: number, post: Post): void {
  const start = performance.now()
  for (;;) {
    const sender = new PacketSender(request, post)
    try {
      if (!sendRows(connection, request, sender)) post({ kind: 'stopped' }, [])
      return
    } catch (error) {
      if (!isBusy(error) || sender.sent > 0 || performance.now() - start > busyDeadline) throw error
      Atomics.wait(request.credit, 0, 0, busyPause)
      if (isStopped(request.credit)) {
        post({ kind: 'stopped' }, [])
        return
      }
    }
  }
}

/** Whether nobody waits for an answer any more. */
export function isStopped(credit: Credit): boolean {
  return Atomics.load(credit, 0) === stopped
}

function sendRows(connection: SqliteConnection, request: ReadRequest, sender: PacketSender): boolean {
  const { sql, parameters, bigint, credit } = request
  const statement = connection.prepare(sql) as NamedStatement
  if (!statement.readonly) {
    throw new DatabaseReadOnlyError('A statement that writes cannot run in a thread for reads', {
      hint: 'Write through the writer: pool.write, pool.run, or a transaction',
      details: { sql },
    })
  }
  statement.raw(true)
  statement.safeIntegers(bigint)
  for (const row of statement.iterate(...parameters) as IterableIterator<readonly unknown[]>) {
    if (isStopped(credit)) return false
    // Not before the first row: until then a change of the schema may change the columns.
    if (sender.names === undefined) sender.names = statement.columns().map(({ name }) => name)
    if (!sender.add(row)) return false
  }
  return sender.flush(true)
}

/** Gathers rows into packets, and waits where they are not unpacked as fast as they are sent. */
class PacketSender {
  /** How many packets have been sent. */
  sent = 0
  names: readonly string[] | undefined
  readonly #request: ReadRequest
  readonly #post: Post
  #rows: (readonly unknown[])[] = []
  #size = 0

  constructor(request: ReadRequest, post: Post) {
    this.#request = request
    this.#post = post
  }

  /** False when nobody waits for rows any more. */
  add(row: readonly unknown[]): boolean {
    const size = rowSize(row)
    // Invariant: a row larger than a packet is alone in its packet, so that the texts of a packet always fit into one.
    if (this.#rows.length > 0 && this.#size + size > packetBytes && !this.flush(false)) return false
    this.#rows.push(row)
    this.#size += size
    return true
  }

  /** False when nobody waits for rows any more. */
  flush(last: boolean): boolean {
    if (!this.#awaitCredit()) return false
    const { result } = this.#request
    const width = result === 'pluck' ? 1 : (this.#rows[0]?.length ?? 0)
    const transfer: ArrayBuffer[] = []
    const rows = packRows(this.#rows, width, transfer)
    const names = this.sent === 0 && result === 'rows' ? this.names : undefined
    this.#post({ kind: 'rows', rows, last, ...(names === undefined ? {} : { names }) }, transfer)
    this.sent++
    this.#rows = []
    this.#size = 0
    return true
  }

  #awaitCredit(): boolean {
    const { credit } = this.#request
    for (;;) {
      const taken = Atomics.load(credit, 0)
      if (taken === stopped) return false
      if (this.sent - taken < packetsAhead) return true
      Atomics.wait(credit, 0, taken)
    }
  }
}
