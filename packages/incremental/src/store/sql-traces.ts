import type { Database } from '@forge/db'
import { sql } from 'kysely'
import { hashOf, nodeHashBytes, type NodeHash } from '../node-hash.ts'
import type { Trace, TraceStore } from '../query-types.ts'
import type { IncrementalTables } from './schema.ts'

/** Traces in a database. They are written behind: in one transaction for all that come in one turn of the event loop. */
export interface PersistentTraces extends TraceStore {
  load(query: string, key: string): Promise<readonly Trace[]>
  /** Done when the trace will be found; it is not written yet. */
  save(query: string, key: string, trace: Trace): void
  /** Writes what was saved. Throws what writing has thrown since the last call. */
  flush(): Promise<void>
  /**
   * Drops the oldest traces, so that those that are left take no more than `maxBytes`.
   *
   * @returns how many.
   */
  prune(maxBytes: number): Promise<number>
}

interface Saved {
  readonly query: string
  readonly key: string
  readonly digest: NodeHash
  readonly dependencies: string
  readonly value: Uint8Array
}

export class SqlTraces implements PersistentTraces {
  readonly #db: Database<IncrementalTables>
  readonly #project: number
  readonly #maxTraces: number
  readonly #statements: ReturnType<typeof prepare>
  /** By query and key, then by digest: saved and not written yet. */
  #waiting = new Map<string, Map<NodeHash, Saved>>()
  #writing: Promise<void> = Promise.resolve()
  #isScheduled = false
  #failure: { readonly error: unknown } | undefined

  constructor(db: Database<IncrementalTables>, project: number, maxTraces: number) {
    this.#db = db
    this.#project = project
    this.#maxTraces = maxTraces
    this.#statements = prepare(db)
  }

  async load(query: string, key: string): Promise<readonly Trace[]> {
    // What is being written now is found in the database when that is done.
    await this.#writing
    const waiting = [...(this.#waiting.get(question(query, key))?.values() ?? [])].toReversed()
    const stored = await this.#statements.load.all({ project: this.#project, query, key })
    return [...waiting, ...stored].map(({ dependencies, value }) => ({ dependencies: parse(dependencies), value }))
  }

  save(query: string, key: string, { dependencies, value }: Trace): void {
    const text = JSON.stringify(dependencies.map((one) => [one.query, one.key, one.fingerprint]))
    const digest = hashOf(text)
    const id = question(query, key)
    let traces = this.#waiting.get(id)
    if (traces === undefined) this.#waiting.set(id, (traces = new Map()))
    traces.delete(digest)
    traces.set(digest, { query, key, digest, dependencies: text, value })
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => void this.#write())
  }

  async flush(): Promise<void> {
    await this.#write()
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure.error
  }

  async prune(maxBytes: number): Promise<number> {
    await this.#write()
    const { changes } = await this.#statements.prune.run({ project: this.#project, maxBytes })
    return changes
  }

  #write(): Promise<void> {
    this.#isScheduled = false
    const waiting = this.#waiting
    if (waiting.size === 0) return this.#writing
    this.#waiting = new Map()
    this.#writing = this.#writing
      .then(() => this.#writeAll(waiting))
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
    return this.#writing
  }

  async #writeAll(waiting: ReadonlyMap<string, ReadonlyMap<NodeHash, Saved>>): Promise<void> {
    const project = this.#project
    const { last, put, cut } = this.#statements
    await this.#db.transaction((tx) => {
      let number = tx.first(last, { project })?.number ?? 0
      for (const traces of waiting.values()) {
        for (const { query, key, digest, dependencies, value } of traces.values()) {
          tx.run(put, { project, query, key, digest: nodeHashBytes(digest), number: ++number, dependencies, value })
        }
        const [one] = traces.values()
        tx.run(cut, { project, query: one!.query, key: one!.key, kept: this.#maxTraces })
      }
    })
  }
}

function question(query: string, key: string): string {
  return `${query} ${key}`
}

function parse(dependencies: string): Trace['dependencies'] {
  const rows = JSON.parse(dependencies) as readonly (readonly [string, string, NodeHash])[]
  return rows.map(([query, key, fingerprint]) => ({ query, key, fingerprint }))
}

interface TraceKey {
  project: number
  query: string
  key: string
}

function prepare(db: Database<IncrementalTables>) {
  return {
    load: db.prepared((kysely, param: TraceKey) =>
      kysely
        .selectFrom('incremental_traces')
        .select(['dependencies', 'value'])
        .where('project', '=', param.project)
        .where('query', '=', param.query)
        .where('key', '=', param.key)
        .orderBy('number', 'desc'),
    ),
    last: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('incremental_traces')
        .select('number')
        .where('project', '=', param.project)
        .orderBy('number', 'desc')
        .limit(1),
    ),
    put: db.prepared((kysely, param: IncrementalTables['incremental_traces']) =>
      kysely
        .insertInto('incremental_traces')
        .values({
          project: param.project,
          query: param.query,
          key: param.key,
          digest: param.digest,
          number: param.number,
          dependencies: param.dependencies,
          value: param.value,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['project', 'query', 'key', 'digest'])
            .doUpdateSet((eb) => ({ number: eb.ref('excluded.number'), value: eb.ref('excluded.value') })),
        ),
    ),
    cut: db.prepared((kysely, param: TraceKey & { kept: number }) =>
      kysely
        .deleteFrom('incremental_traces')
        .where('project', '=', param.project)
        .where('query', '=', param.query)
        .where('key', '=', param.key)
        .where('number', 'not in', (eb) =>
          eb
            .selectFrom('incremental_traces')
            .select('number')
            .where('project', '=', param.project)
            .where('query', '=', param.query)
            .where('key', '=', param.key)
            .orderBy('number', 'desc')
            .limit(param.kept),
        ),
    ),
    prune: db.prepared((kysely, param: { project: number; maxBytes: number }) =>
      kysely
        .deleteFrom('incremental_traces')
        .where('project', '=', param.project)
        .where('number', 'in', (eb) =>
          eb
            .selectFrom(
              eb
                .selectFrom('incremental_traces')
                .select([
                  'number',
                  sql<number>`sum(length(value) + length(dependencies)) over (order by number desc)`.as('bytes'),
                ])
                .where('project', '=', param.project)
                .as('sizes'),
            )
            .select('sizes.number')
            .where('sizes.bytes', '>', param.maxBytes),
        ),
    ),
  }
}
