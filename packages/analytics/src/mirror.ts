import { setImmediate as turn } from 'node:timers/promises'
import { existsSync } from 'node:fs'
import type { DuckDBValue } from '@duckdb/node-api'
import { isForgeError } from '@forge/errors'
import { removeDatabase, type Session, storageError, type WaitOptions, withDatabase } from './database-file.ts'
import { firstLine, MirrorForeignError } from './errors.ts'
import { createMirror, schemaVersion } from './mirror-schema.ts'
import type {
  HistoryMark,
  MirrorSource,
  RevisionMark,
  SourceChanges,
  SourceHistory,
  SourceRun,
  SourceSymbol,
} from './mirror-source.ts'
import { TableAppender } from './table-appender.ts'

/** How far a mirror has come. */
export interface MirrorState {
  /** The revision of the graph that it shows; undefined before the first one. */
  readonly mark: RevisionMark | undefined
  readonly runChange: number
  readonly runCount: number
  /** How far the history of the code was read; undefined where it never was, or cannot be. */
  readonly history: HistoryMark | undefined
  /** Why the history cannot be read; undefined where it can. */
  readonly historyProblem: string | undefined
}

/** What bringing a mirror up to date has done. */
export interface SyncResult {
  /** The revision of the graph that the mirror shows now; 0 before the first one. */
  readonly revision: number
  /** Whether all was written, as the first time, and not only what has changed. */
  readonly anew: boolean
  /** Files of the graph, symbols and edges of theirs, runs and commits that were written. */
  readonly written: Readonly<Record<'files' | 'symbols' | 'edges' | 'runs' | 'commits', number>>
}

/** How far bringing a mirror up to date is. */
export interface SyncProgress {
  readonly phase: 'files' | 'runs' | 'commits'
  readonly done: number
  /** 0 where it is not known. */
  readonly total: number
}

/** How {@link syncMirror} goes about it. */
export interface SyncOptions extends WaitOptions {
  readonly onProgress: ((progress: SyncProgress) => void) | undefined
}

/** Rows of the graph between two looks at the clock and at signals. */
const rowsPerTurn = 50_000
const runsPerPage = 1000

/**
 * Makes the mirror in a file equal to its source, in one transaction; makes it anew where it is damaged or of another version.
 *
 * @throws MirrorBusyError, AnalyticsUnwritableError, MirrorForeignError, AnalyticsStorageError, DuckDbMissingError, what the source throws
 */
export async function syncMirror(file: string, source: MirrorSource, options: SyncOptions): Promise<SyncResult> {
  const state = existsSync(file) ? await stateIn(file, options) : undefined
  if (state !== undefined && (await isCurrent(state, source, options))) return unchanged(state)
  try {
    return await writeMirror(file, source, options)
  } catch (error) {
    if (isForgeError(error) || options.signal?.aborted === true || !isDamage(error)) throw storageError(file, error)
    if (isNoDatabase(error) && !file.endsWith('.duckdb')) throw new MirrorForeignError(file)
    removeDatabase(file)
    try {
      return await writeMirror(file, source, options)
    } catch (again) {
      throw storageError(file, again)
    }
  }
}

/** How far the mirror has come that a session is about; undefined for none of this version. */
export async function readState(session: Session): Promise<MirrorState | undefined> {
  const known = await session.rows<{ found: number }>(
    `select count(*) as found from duckdb_tables() where schema_name = 'mirror' and table_name = 'state'`,
  )
  if (known[0]!.found === 0) return undefined
  const [row] = await session.rows<StateRow>('select * from mirror.state')
  if (row === undefined || row.schema !== schemaVersion) return undefined
  return {
    mark: row.revision === 0 ? undefined : { revision: row.revision, writtenAt: row.written_at },
    runChange: row.run_change,
    runCount: row.run_count,
    history: row.shallow === null ? undefined : { head: row.head, shallow: row.shallow },
    historyProblem: row.history_problem ?? undefined,
  }
}

interface StateRow {
  readonly schema: string
  readonly revision: number
  readonly written_at: number
  readonly run_change: number
  readonly run_count: number
  readonly head: string | null
  readonly shallow: boolean | null
  readonly history_problem: string | null
}

/** The state of a mirror that only this process need read; undefined where it must be written anyway. */
async function stateIn(file: string, options: SyncOptions): Promise<MirrorState | undefined> {
  try {
    return await withDatabase(file, 'read', options, readState)
  } catch (error) {
    if (isForgeError(error) || options.signal?.aborted === true) throw error
    return undefined
  }
}

async function isCurrent(state: MirrorState, source: MirrorSource, { signal }: SyncOptions): Promise<boolean> {
  const head = await source.graph.readChanges(state.mark, ({ head, since }) => ({ head, since }), signal && { signal })
  if (head.head?.revision !== state.mark?.revision || (state.mark !== undefined && head.since === 0)) return false
  if (source.runs !== undefined) {
    const { changes, reset } = await source.runs.changes({ after: state.runChange, limit: 1 })
    if (reset || changes.length > 0 || (await source.runs.count()) !== state.runCount) return false
  } else if (state.runCount > 0) return false
  const { history, problem } = await readHistory(source, state.history, signal)
  if (problem !== state.historyProblem) return false
  return (
    history === undefined || (history.continues && history.mark.head === state.history?.head && !history.mark.shallow)
  )
}

function unchanged(state: MirrorState): SyncResult {
  return {
    revision: state.mark?.revision ?? 0,
    anew: false,
    written: { files: 0, symbols: 0, edges: 0, runs: 0, commits: 0 },
  }
}

async function writeMirror(file: string, source: MirrorSource, options: SyncOptions): Promise<SyncResult> {
  return await withDatabase(file, 'write', options, async (session) => {
    const { connection } = session
    await connection.run('begin')
    try {
      const before = await stateOrNew(session, file)
      const graph = await mirrorGraph(session, source, before, options)
      const runs = await mirrorRuns(session, source, before, options)
      const history = await mirrorHistory(session, source, before, options)
      await writeState(session, {
        mark: graph.mark,
        runChange: runs.change,
        runCount: runs.count,
        history: history.mark,
        historyProblem: history.problem,
      })
      options.signal?.throwIfAborted()
      await connection.run('commit')
      const { files, symbols, edges } = graph
      return {
        revision: graph.mark?.revision ?? 0,
        anew: graph.anew,
        written: { files, symbols, edges, runs: runs.written, commits: history.written },
      }
    } catch (error) {
      // An error of DuckDB may have ended the transaction already.
      await connection.run('rollback').catch(() => undefined)
      throw error
    }
  })
}

const nothing: MirrorState = {
  mark: undefined,
  runChange: 0,
  runCount: 0,
  history: undefined,
  historyProblem: undefined,
}

/** The state of the mirror in an open database; where it has none of this version, its tables are made anew. */
async function stateOrNew(session: Session, file: string): Promise<MirrorState> {
  const state = await readState(session)
  if (state !== undefined) return state
  const tables = await session.rows<{ schema_name: string }>('select distinct schema_name from duckdb_tables()')
  const isOurs = tables.some(({ schema_name }) => schema_name === 'mirror')
  if (tables.length > 0 && !isOurs) throw new MirrorForeignError(file)
  const views = await session.rows<{ view_name: string }>(
    `select view_name from duckdb_views() where not internal and schema_name = 'main'`,
  )
  for (const { view_name: name } of views) await session.connection.run(`drop view "${name.replaceAll('"', '""')}"`)
  await session.connection.run('drop schema if exists mirror cascade')
  await session.connection.run(createMirror)
  await session.connection.run('insert into mirror.state select null, 0, 0, 0, 0, null, null, null')
  return nothing
}

async function writeState(session: Session, state: MirrorState): Promise<void> {
  const { mark, history } = state
  await session.connection.run(
    `update mirror.state set schema = $1, revision = $2, written_at = $3, run_change = $4, run_count = $5, head = $6,
      shallow = $7, history_problem = $8`,
    [
      schemaVersion,
      mark?.revision ?? 0,
      BigInt(mark?.writtenAt ?? 0),
      BigInt(state.runChange),
      BigInt(state.runCount),
      history?.head ?? null,
      history?.shallow ?? null,
      state.historyProblem ?? null,
    ],
  )
}

interface MirroredGraph {
  readonly mark: RevisionMark | undefined
  readonly anew: boolean
  readonly files: number
  readonly symbols: number
  readonly edges: number
}

function mirrorGraph(
  session: Session,
  { graph }: MirrorSource,
  before: MirrorState,
  options: SyncOptions,
): Promise<MirroredGraph> {
  const { signal } = options
  return graph.readChanges(
    before.mark,
    async (changes) => {
      await removeStale(session, changes)
      for (const table of ['entry_points', 'diagnostics']) await session.connection.run(`delete from mirror.${table}`)
      await appendSmall(session, changes)
      const counts = await appendFiles(session, changes, options)
      return { mark: changes.head, anew: changes.since === 0, ...counts }
    },
    signal && { signal },
  )
}

/** Takes out what is gone, and what is written again. */
async function removeStale({ connection, rows }: Session, changes: SourceChanges): Promise<void> {
  if (changes.since === 0) {
    const all = ['files', 'symbols', 'edges', 'unresolved', 'revisions']
    for (const table of all) await connection.run(`delete from mirror.${table}`)
    return
  }
  const known = await rows<{ id: number }>('select id from mirror.files')
  const there = new Set(changes.files)
  const files = [...changes.changed, ...known.flatMap(({ id }) => (there.has(id) ? [] : [id]))]
  const knownExternals = await rows<{ id: number }>('select id from mirror.symbols where file is null')
  const thereExternals = new Set(changes.externals)
  const externals = [
    ...changes.newExternals.map(({ id }) => id),
    ...knownExternals.flatMap(({ id }) => (thereExternals.has(id) ? [] : [id])),
  ]
  if (files.length > 0) {
    const list = files.join(', ')
    await connection.run(`delete from mirror.files where id in (${list})`)
    for (const table of ['symbols', 'edges', 'unresolved'])
      await connection.run(`delete from mirror.${table} where file in (${list})`)
  }
  if (externals.length > 0)
    await connection.run(`delete from mirror.symbols where file is null and id in (${externals.join(', ')})`)
}

async function appendSmall(session: Session, changes: SourceChanges): Promise<void> {
  await append(session, 'entry_points', changes.entryPoints, ({ path, reason, exports }) => [path, reason, exports])
  await append(session, 'diagnostics', changes.diagnostics, ({ path, code, message }) => [path, code, message])
  await append(session, 'revisions', changes.newRevisions, (row) => [
    row.revision,
    BigInt(row.writtenAt),
    row.files,
    row.lines,
    row.symbols,
    row.edges,
    row.unresolved,
  ])
}

async function appendFiles(
  session: Session,
  changes: SourceChanges,
  { signal, onProgress }: SyncOptions,
): Promise<{ readonly files: number; readonly symbols: number; readonly edges: number }> {
  const files = await TableAppender.open(session, 'files')
  const symbols = await TableAppender.open(session, 'symbols')
  const edges = await TableAppender.open(session, 'edges')
  const unresolved = await TableAppender.open(session, 'unresolved')
  for (const symbol of changes.newExternals) addSymbol(symbols, null, symbol)
  let atTurn = 0
  for (const file of changes.changedFiles()) {
    const { id, path, language, lines, size, changed } = file
    files.add(id, path, path.slice(0, Math.max(path.lastIndexOf('/'), 0)), language, lines, BigInt(size), changed)
    for (const symbol of file.symbols) addSymbol(symbols, id, symbol)
    for (const { source, target, kind, confidence, sites, exports } of file.edges)
      edges.add(id, source, target, kind, confidence, sites, exports)
    for (const { name, reason, call, places } of file.unresolved) unresolved.add(id, name, reason, call, places)
    if (symbols.rows + edges.rows - atTurn < rowsPerTurn) continue
    atTurn = symbols.rows + edges.rows
    onProgress?.({ phase: 'files', done: files.rows, total: changes.changed.length })
    await turn()
    signal?.throwIfAborted()
  }
  for (const table of [files, symbols, edges, unresolved]) table.close()
  return { files: files.rows, symbols: symbols.rows, edges: edges.rows }
}

function addSymbol(table: TableAppender, file: number | null, symbol: SourceSymbol): void {
  const { code } = symbol
  table.add(
    symbol.id,
    file,
    symbol.name,
    symbol.qualifiedName,
    symbol.descriptor,
    symbol.kind,
    symbol.exported,
    symbol.complexity,
    code?.cognitive ?? null,
    code?.operators ?? null,
    code?.operands ?? null,
    code?.distinctOperators ?? null,
    code?.distinctOperands ?? null,
    symbol.startLine,
    symbol.endLine,
    symbol.created,
    symbol.updated,
  )
}

async function mirrorRuns(
  session: Session,
  { runs }: MirrorSource,
  before: MirrorState,
  { signal, onProgress }: SyncOptions,
): Promise<{ readonly change: number; readonly count: number; readonly written: number }> {
  const { connection } = session
  let after = before.runChange
  let written = 0
  let last = 0
  for (let more = runs !== undefined; more;) {
    const page = await runs!.changes({ after, limit: runsPerPage })
    if (page.reset) {
      await connection.run('delete from mirror.runs')
      after = 0
      continue
    }
    const ids = page.changes.map((change) => (change.kind === 'saved' ? change.run.id : change.id))
    if (ids.length > 0)
      await connection.run('delete from mirror.runs where id in (select unnest($1))', [session.duckdb.listValue(ids)])
    const saved = page.changes.flatMap((change) => (change.kind === 'saved' ? [change.run] : []))
    await append(session, 'runs', saved, (run) => runValues(session, run))
    written += saved.length
    after = last = page.last
    more = page.more
    if (more) onProgress?.({ phase: 'runs', done: written, total: 0 })
    signal?.throwIfAborted()
  }
  if (runs === undefined) await connection.run('delete from mirror.runs')
  const [counted] = await session.rows<{ n: number }>('select count(*) as n from mirror.runs')
  if (runs !== undefined && before.runChange > 0 && counted!.n !== (await runs.count())) {
    // Another history, which has come at least as far as the one before.
    await connection.run('delete from mirror.runs')
    return await mirrorRuns(session, { runs } as MirrorSource, nothing, { signal, onProgress, wait: 0 })
  }
  return { change: last, count: counted!.n, written }
}

function runValues({ duckdb }: Session, run: SourceRun): DuckDBValue[] {
  const big = (value: number | null): bigint | null => (value === null ? null : BigInt(Math.round(value)))
  return [
    run.id,
    run.planId,
    run.objective,
    run.status,
    run.success,
    run.error,
    duckdb.listValue([...run.tags]),
    run.parent,
    run.revision,
    run.commit,
    big(run.startedAt),
    big(run.endedAt),
    big(run.durationMs),
    run.steps,
    big(run.planBytes),
    big(run.executionBytes),
  ]
}

async function mirrorHistory(
  session: Session,
  source: MirrorSource,
  before: MirrorState,
  { signal, onProgress }: SyncOptions,
): Promise<{ readonly mark: HistoryMark | undefined; readonly problem: string | undefined; readonly written: number }> {
  const { connection } = session
  const { history, problem } = await readHistory(source, before.history, signal)
  if (history === undefined || !history.continues) {
    for (const table of ['commits', 'changes']) await connection.run(`delete from mirror.${table}`)
  }
  if (history === undefined) return { mark: undefined, problem, written: 0 }
  onProgress?.({ phase: 'commits', done: 0, total: 0 })
  const found = await history.commits()
  const [last] = await session.rows<{ id: number }>('select coalesce(max(id), 0) as id from mirror.commits')
  const commits = await TableAppender.open(session, 'commits')
  const changes = await TableAppender.open(session, 'changes')
  let id = last!.id
  for (const { hash, committedAt, author, subject, files } of found) {
    commits.add(++id, hash, BigInt(committedAt), author, subject)
    for (const path of files) changes.add(id, path)
  }
  commits.close()
  changes.close()
  return { mark: history.mark, problem: undefined, written: found.length }
}

/** The history, or why there is none: that is no reason to have no mirror. */
async function readHistory(
  { history }: MirrorSource,
  since: HistoryMark | undefined,
  signal: AbortSignal | undefined,
): Promise<{ readonly history: SourceHistory | undefined; readonly problem: string | undefined }> {
  if (history === undefined) return { history: undefined, problem: 'no history is given' }
  try {
    return { history: await history.readHistory(since, signal && { signal }), problem: undefined }
  } catch (error) {
    signal?.throwIfAborted()
    if (!isForgeError(error)) throw error
    return { history: undefined, problem: firstLine(error) }
  }
}

async function append<Row>(
  session: Session,
  table: string,
  rows: readonly Row[],
  values: (row: Row) => readonly DuckDBValue[],
): Promise<void> {
  if (rows.length === 0) return
  const appender = await TableAppender.open(session, table)
  for (const row of rows) appender.add(...values(row))
  appender.close()
}

/** Whether an error of DuckDB says that its file never was one of its own: where its name does not say so, it is somebody's. */
function isNoDatabase(error: unknown): boolean {
  return /not a valid DuckDB database file/i.test(firstLine(error))
}

/** Whether an error of DuckDB says that its file is not whole, or of another version; not that a disk is full. */
function isDamage(error: unknown): boolean {
  const message = firstLine(error)
  if (/no space left|disk quota|out of memory/i.test(message)) return false
  return /^(IO|Serialization|INTERNAL|FATAL|Corrupt|Invalid Input|Catalog|Binder|Conversion)\b.*Error/i.test(message)
}
