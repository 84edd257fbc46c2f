import path from 'node:path'
import { isForgeError } from '@forge/errors'
import { removeDatabase, type Session, storageError, type WaitOptions, withDatabase } from './database-file.ts'
import { HistoryMissingError } from './errors.ts'
import { type MirrorState, readState, syncMirror, type SyncProgress, type SyncResult } from './mirror.ts'
import type { MirrorSource } from './mirror-source.ts'
import { type ExportedFile, writeParquet } from './parquet.ts'
import { type QueryLimits, type QueryResult, runQuery } from './query.ts'
import { definitionOf, type ReportName, type ReportOptions, type ReportRows } from './reports.ts'
import { requireWhole } from './reports/report-definition.ts'

/** Where a mirror is, and what it mirrors. */
export interface AnalyticsOptions {
  /** The file of the mirror: derived, made when it is first asked and anew when it is damaged. A name that ends in `.duckdb` says that it may be. */
  readonly file: string
  readonly source: MirrorSource
  /** Milliseconds to wait for another process that has it open. Default 30,000. */
  readonly wait?: number
}

/** How a question is asked. */
export interface AskOptions {
  /** Whether to bring the mirror up to date first. Default true. */
  readonly sync?: boolean
  readonly signal?: AbortSignal | undefined
  /** Told how bringing the mirror up to date goes. */
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined
}

/** How much of a report is wanted. */
export interface ReportPage extends AskOptions {
  /** The most rows. Default: all. */
  readonly limit?: number
}

/** A report. */
export interface Report<Row> {
  /** The revision of the graph that it is from; 0 before the first one. */
  readonly revision: number
  readonly rows: readonly Row[]
  /** How many rows there are without a limit. */
  readonly total: number
}

/** What {@link Analytics.exportParquet} writes. */
export interface ParquetOptions extends AskOptions {
  /** Whether files that are there are replaced. Default false. */
  readonly force?: boolean
  /** Told of each file that is written. */
  readonly onFile?: (file: ExportedFile) => void
}

/**
 * Questions over all rows of a code graph, its runs and its history. Every question brings the mirror up to date first, and opens its
 * file only for as long as it takes, so that several processes may ask.
 *
 * All of it throws `FORGE_ANALYTICS_DUCKDB`, `FORGE_ANALYTICS_BUSY`, `FORGE_ANALYTICS_UNWRITABLE`, `FORGE_ANALYTICS_FOREIGN`,
 * `FORGE_ANALYTICS_STORAGE`, what the source throws, and the reason of the signal.
 */
export interface Analytics {
  /** Brings the mirror up to date: with what has changed, in one transaction. */
  sync(options?: Omit<AskOptions, 'sync'>): Promise<SyncResult>
  /**
   * Answers one of the questions that are asked often.
   *
   * @throws `FORGE_ANALYTICS_REPORT`, `FORGE_ANALYTICS_NO_HISTORY`
   */
  report<Name extends ReportName>(
    name: Name,
    options?: ReportOptions[Name] & ReportPage,
  ): Promise<Report<ReportRows[Name]>>
  /**
   * Answers SQL over the views: one statement that reads, within limits of time and memory, with no way to files, network or settings.
   *
   * @throws `FORGE_ANALYTICS_QUERY`, `FORGE_ANALYTICS_QUERY_REFUSED`, `FORGE_ANALYTICS_QUERY_LIMIT`
   */
  query(sql: string, options?: QueryLimits & AskOptions): Promise<QueryResult>
  /**
   * Writes each view to a Parquet file in a folder.
   *
   * @throws `FORGE_ANALYTICS_EXPORT_EXISTS`; where it fails nothing is written or replaced, but for what a full disk breaks off between two renames
   */
  exportParquet(folder: string, options?: ParquetOptions): Promise<readonly ExportedFile[]>
}

/**
 * Makes the analytics of a code graph; nothing is opened before a question is asked.
 *
 * @example
 * ```ts
 * const analytics = createAnalytics({ file: '.forge/analytics.duckdb', source: { graph } })
 * const { rows } = await analytics.report('fan', { limit: 10 })
 * ```
 */
export function createAnalytics(options: AnalyticsOptions): Analytics {
  return new DuckDbAnalytics(options)
}

class DuckDbAnalytics implements Analytics {
  readonly #file: string
  readonly #source: MirrorSource
  readonly #wait: number

  constructor({ file, source, wait = 30_000 }: AnalyticsOptions) {
    this.#file = path.resolve(file)
    this.#source = source
    this.#wait = wait
  }

  async sync({ signal, onProgress }: Omit<AskOptions, 'sync'> = {}): Promise<SyncResult> {
    return await syncMirror(this.#file, this.#source, { wait: this.#wait, signal, onProgress })
  }

  async report<Name extends ReportName>(
    name: Name,
    options: ReportOptions[Name] & ReportPage = {},
  ): Promise<Report<ReportRows[Name]>> {
    const definition = definitionOf(name)
    const limit = options.limit === undefined ? undefined : requireWhole('limit', options.limit, 0)
    // Without a row nobody says how many there are.
    const most = limit === undefined ? undefined : Math.max(limit, 1)
    const { sql, values, counted = false } = definition.query(options, most)
    return await this.#read(options, async (session, { mark, historyProblem }) => {
      if (historyProblem !== undefined && definition.needsHistory(options)) throw noHistory(name, historyProblem)
      const total = counted ? '' : ', count(*) over () as "rowTotal"'
      const found = await session.rows<ReportRows[Name] & { rowTotal?: number }>(
        `select *${total} from (${sql})${most === undefined ? '' : ` limit ${most}`}`,
        values,
      )
      const rowTotal = found[0]?.rowTotal ?? 0
      for (const row of found) delete row.rowTotal
      return { revision: mark?.revision ?? 0, rows: limit === 0 ? [] : found, total: rowTotal }
    })
  }

  async query(sql: string, options: QueryLimits & AskOptions = {}): Promise<QueryResult> {
    const revision = await this.#revision(options)
    return await runQuery({
      file: this.#file,
      sql,
      revision,
      wait: this.#wait,
      limits: options,
      signal: options.signal,
    })
  }

  async exportParquet(folder: string, options: ParquetOptions = {}): Promise<readonly ExportedFile[]> {
    const { force = false, onFile } = options
    return await this.#read(options, (session) =>
      writeParquet(session, { folder: path.resolve(folder), force, onFile }),
    )
  }

  /** The revision the mirror shows, after bringing it up to date unless told not to. */
  async #revision(options: AskOptions): Promise<number> {
    if (options.sync !== false) return (await this.sync(options)).revision
    return await this.#read(options, async (_session, { mark }) => mark?.revision ?? 0)
  }

  /** Brings the mirror up to date, unless told not to, and reads it; once more where it turns out to be damaged. */
  async #read<T>(options: AskOptions, body: (session: Session, state: MirrorState) => Promise<T>): Promise<T> {
    const { sync = true, signal } = options
    const waiting: WaitOptions = { wait: this.#wait, signal }
    for (let attempt = 1; ; attempt++) {
      if (sync || attempt > 1) await this.sync(options)
      try {
        return await withDatabase(this.#file, 'read', waiting, async (session) => {
          const state = await readState(session)
          if (state === undefined) throw new Error('IO Error: the mirror is of another version')
          return await body(session, state)
        })
      } catch (error) {
        if (isForgeError(error) || signal?.aborted === true) throw error
        if (attempt > 1) throw storageError(this.#file, error)
        if (sync && isBroken(error)) removeDatabase(this.#file)
      }
    }
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof Error && /^(IO|Serialization|INTERNAL|FATAL|Corrupt)\b/i.test(error.message)
}

function noHistory(report: string, reason: string): HistoryMissingError {
  return new HistoryMissingError(`The report ${report} needs the history of the code: ${reason}`, {
    hint:
      report === 'hotspots'
        ? 'Ask for hotspots without churn, or in a git repository'
        : 'Ask for it in a git repository',
    details: { report, reason },
  })
}
