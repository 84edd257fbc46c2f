import type { ConnectionRole } from '@forge/pool'

/** Where a call for a connection is. */
export type CallState = 'waits' | 'served' | 'returned' | 'timed out' | 'aborted' | 'not opened' | 'closed'

/** A call for a connection, as the model sees it. */
export interface ModelCall {
  readonly role: ConnectionRole
  readonly deadline: number
  state: CallState
  connection?: ModelConnection
}

interface ModelConnection {
  readonly openedAt: number
  idleSince: number
}

/** When connections of the model end. */
export interface ModelTimes {
  readonly idleTimeout: number
  readonly maxLifetime: number
}

/** The connections of one role, and the line for them. */
class ModelGroup {
  readonly max: number
  /** The one used last is the last. */
  idle: ModelConnection[] = []
  leased = 0
  readonly line: ModelCall[] = []

  constructor(max: number) {
    this.max = max
  }

  get open(): number {
    return this.idle.length + this.leased
  }
}

/** What a pool does, without connections: two fair lines, and numbers. */
export class PoolModel {
  now = 0
  /** Whether no connection can be opened. */
  failing = false
  /** Whether the pool is closed, and when it stops to wait for those who hold connections. */
  closing: { readonly deadline: number } | undefined
  /** Whether it was closed under somebody. */
  cutOff = false
  opened = 0
  closed = 0
  readonly groups: Readonly<Record<ConnectionRole, ModelGroup>>
  readonly #times: ModelTimes

  constructor(readers: number, times: ModelTimes) {
    this.groups = { writer: new ModelGroup(1), reader: new ModelGroup(readers) }
    this.#times = times
  }

  /** Whether the pool has closed everything. */
  get ended(): boolean {
    if (this.closing === undefined) return false
    const { writer, reader } = this.groups
    return (
      this.now >= this.closing.deadline || writer.leased + reader.leased + writer.line.length + reader.line.length === 0
    )
  }

  acquire(call: ModelCall): void {
    if (this.closing !== undefined) {
      call.state = 'closed'
      return
    }
    this.groups[call.role].line.push(call)
    this.#serve(call.role)
  }

  /** What asking for a connection that is free leads to. */
  canLend(role: ConnectionRole): 'lent' | 'none is free' | 'closed' {
    if (this.closing !== undefined) return 'closed'
    return this.groups[role].idle.length > 0 ? 'lent' : 'none is free'
  }

  /** @param broken whether its user has closed the connection */
  release(call: ModelCall, broken: boolean): void {
    const group = this.groups[call.role]
    const { connection } = call
    if (connection === undefined) throw new Error('nothing to release')
    call.state = 'returned'
    if (this.ended) return
    group.leased--
    if (broken || this.now - connection.openedAt >= this.#times.maxLifetime) this.closed++
    else {
      connection.idleSince = this.now
      group.idle.push(connection)
    }
    this.#serve(call.role)
    this.#end()
  }

  abort(call: ModelCall): void {
    this.#leave(call, 'aborted')
    this.#end()
  }

  advance(milliseconds: number): void {
    this.now += milliseconds
    for (const { line } of Object.values(this.groups)) {
      for (const call of line.filter(({ deadline }) => deadline <= this.now)) this.#leave(call, 'timed out')
    }
    const { reader } = this.groups
    const kept = reader.idle.filter(({ idleSince }) => idleSince > this.now - this.#times.idleTimeout)
    this.closed += reader.idle.length - kept.length
    reader.idle = kept
    this.#end()
  }

  /** The pool has no writer any more: it may have borrowed and closed one whose life was over, to look after the WAL. */
  noWriter(): void {
    const { writer } = this.groups
    const [idle] = writer.idle
    if (idle === undefined || this.now - idle.openedAt < this.#times.maxLifetime) return
    writer.idle = []
    this.closed++
  }

  close(deadline: number): void {
    this.closing ??= { deadline: this.now + deadline }
    this.#end()
  }

  #leave(call: ModelCall, state: CallState): void {
    if (call.state !== 'waits') return
    const { line } = this.groups[call.role]
    line.splice(line.indexOf(call), 1)
    call.state = state
  }

  #serve(role: ConnectionRole): void {
    const group = this.groups[role]
    for (let [first] = group.line; first !== undefined; [first] = group.line) {
      let connection = group.idle.pop()
      if (connection === undefined) {
        if (group.open === group.max) return
        if (this.failing) {
          this.#leave(first, 'not opened')
          continue
        }
        connection = this.#open(role)
      }
      this.#leave(first, 'served')
      first.connection = connection
      group.leased++
    }
  }

  #open(role: ConnectionRole): ModelConnection {
    const { writer } = this.groups
    // The writer is opened first, whoever asks.
    if (role === 'reader' && writer.open === 0) writer.idle.push(this.#open('writer'))
    this.opened++
    return { openedAt: this.now, idleSince: this.now }
  }

  #end(): void {
    if (!this.ended) return
    for (const group of Object.values(this.groups)) {
      if (group.leased + group.line.length > 0) this.cutOff = true
      while (group.line[0] !== undefined) this.#leave(group.line[0], 'closed')
      this.closed += group.open
      group.idle = []
      group.leased = 0
    }
  }
}
