import { setImmediate } from 'node:timers/promises'
import type { Database, PreparedQuery, Transaction } from '@forge/db'
import { isForgeError } from '@forge/errors'
import { executionPart, firstStepPart, planPart } from './run-parts.ts'
import type { RunTables } from './schema.ts'
import { searchDocument } from './search-words.ts'
import { decodeSnapshot } from './snapshot.ts'
import type { TextIndex } from './text-index.sqlite.ts'
import { textsOf } from './text-of.ts'
import type { WaitOptions } from './wait-options.ts'

type Tx = Transaction<RunTables>

/** What indexing needs of the runs of a project. */
export interface TextHost {
  readonly db: Database<RunTables>
  readonly texts: TextIndex
  projectId(): Promise<number>
  write<T>(body: (tx: Tx) => T, options?: WaitOptions): Promise<T>
  guard<T>(work: () => Promise<T>): Promise<T>
}

/** A text that waits to be indexed, with what is said of it outside of its snapshot. */
interface PendingText {
  readonly run: number
  readonly part: number
  readonly objective: string
  readonly error: string | null
  readonly encoding: number | null
  readonly data: Uint8Array | null
  readonly step_name: string | null
  readonly step_tool: string | null
  readonly step_error: string | null
}

/** Texts of one transaction, at most; and UTF-16 units of them, after which it ends. */
const mostTexts = 256
const mostUnits = 2 ** 18

/**
 * Brings the full-text index up to date, after the fact: cutting a run of 49 KB into words takes several times as long as
 * writing it, so that whoever searches first does it, or whoever has time.
 */
export class TextIndexing {
  readonly #next: PreparedQuery<{ project: number; limit: number }, PendingText>
  readonly #done: PreparedQuery<{ project: number; run: number; part: number }, unknown>
  readonly #waiting: PreparedQuery<{ project: number; limit: number }, { run: number }>

  constructor(db: Database<RunTables>) {
    this.#next = db.prepared((db, p: { project: number; limit: number }) =>
      db
        .selectFrom('run_unindexed as u')
        .innerJoin('runs as r', (join) => join.onRef('r.project', '=', 'u.project').onRef('r.number', '=', 'u.run'))
        .leftJoin('run_snapshots as s', (join) =>
          join.onRef('s.project', '=', 'u.project').onRef('s.run', '=', 'u.run').onRef('s.part', '=', 'u.part'),
        )
        .leftJoin('run_steps as t', (join) =>
          join
            .onRef('t.project', '=', 'u.project')
            .onRef('t.run', '=', 'u.run')
            .on((eb) => eb('t.position', '=', eb('u.part', '-', firstStepPart))),
        )
        .select(['u.run', 'u.part', 'r.objective', 'r.error', 's.encoding', 's.data'])
        .select(['t.name as step_name', 't.tool as step_tool', 't.error as step_error'])
        .where('u.project', '=', p.project)
        .orderBy('u.run')
        .orderBy('u.part')
        .limit(p.limit),
    )
    this.#done = db.prepared((db, p: { project: number; run: number; part: number }) =>
      db
        .deleteFrom('run_unindexed')
        .where('project', '=', p.project)
        .where('run', '=', p.run)
        .where('part', '=', p.part),
    )
    this.#waiting = db.prepared((db, p: { project: number; limit: number }) =>
      db.selectFrom('run_unindexed').select('run').where('project', '=', p.project).limit(p.limit),
    )
  }

  /**
   * Indexes what waits, a few texts at a time, so that others write in between.
   *
   * @returns how many texts
   */
  async catchUp(host: TextHost, options: WaitOptions = {}): Promise<number> {
    const project = await host.projectId()
    let count = 0
    while (await this.#isWaiting(host, project)) {
      count += await host.write((tx) => this.#indexSome(host, tx, project), options)
      await setImmediate()
      options.signal?.throwIfAborted()
    }
    return count
  }

  /**
   * {@link TextIndexing.catchUp}, or nothing where the database can only be read.
   *
   * @returns how many texts are not indexed
   */
  async tryToCatchUp(host: TextHost, options: WaitOptions): Promise<number> {
    try {
      if (!host.db.pool.readOnly) await this.catchUp(host, options)
    } catch (error) {
      if (!isReadOnly(error)) throw error
    }
    const project = await host.projectId()
    const waiting = await host.guard(() => this.#waiting.all({ project, limit: Number.MAX_SAFE_INTEGER }))
    return waiting.length
  }

  async #isWaiting(host: TextHost, project: number): Promise<boolean> {
    return (await host.guard(() => this.#waiting.first({ project, limit: 1 }))) !== undefined
  }

  #indexSome(host: TextHost, tx: Tx, project: number): number {
    let count = 0
    let units = 0
    for (let texts = 0; texts < mostTexts && units < mostUnits; texts++) {
      const text = tx.first(this.#next, { project, limit: 1 })
      if (text === undefined) break
      units += this.index(host, tx, project, text)
      tx.run(this.#done, { project, run: text.run, part: text.part })
      count++
    }
    return count
  }

  /** Makes a text findable; returns its length. */
  index(host: TextHost, tx: Tx, project: number, text: PendingText): number {
    const words = searchDocument([...headerOf(text), ...bodyOf(text)])
    host.texts.put(tx, project, text.run, text.part, words)
    return words.length
  }
}

/** What a summary or a step says. */
function headerOf({ part, objective, error, step_name, step_tool, step_error }: PendingText): readonly string[] {
  const said = part === planPart ? [objective] : part === executionPart ? [error] : [step_name, step_tool, step_error]
  return said.filter((each) => each !== null && each !== '') as string[]
}

/** What a snapshot says; one that is damaged says nothing here, and says so to whoever asks for it. */
function bodyOf({ encoding, data }: PendingText): readonly string[] {
  if (encoding === null || data === null) return []
  try {
    return textsOf(JSON.parse(decodeSnapshot(encoding, data)))
  } catch {
    return []
  }
}

const readOnlyCodes: ReadonlySet<unknown> = new Set(['FORGE_DB_READ_ONLY', 'FORGE_POOL_READ_ONLY'])

function isReadOnly(error: unknown): boolean {
  return isForgeError(error) && readOnlyCodes.has(error.details?.['code'])
}
