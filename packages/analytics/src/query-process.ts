/** The process that runs one query: it can be ended at any time, whatever DuckDB is at. */
import process from 'node:process'
import type {
  DuckDBConnection,
  DuckDBExtractedStatements,
  DuckDBPreparedStatement,
  DuckDBResult,
} from '@duckdb/node-api'
import { isForgeError } from '@forge/errors'
import { openInstance } from './database-file.ts'
import { type DuckDbModule, loadDuckDb } from './duckdb.ts'
import { DuckDbMissingError, firstLine, MirrorBusyError } from './errors.ts'
import { jsonValueOf, typeName } from './json-value.ts'
import type { QueryFailure, QueryReply, QueryRequest } from './query-protocol.ts'

/** How often the memory of the process is looked at, in milliseconds: one call of a function knows no limit of DuckDB's. */
const watchInterval = 20

/** What takes effect before SQL is seen. Invariant: it reads no file but the mirror, loads nothing, and changes no setting. */
const settings = [
  'set errors_as_json = true',
  "set temp_directory = ''",
  'set autoinstall_known_extensions = false',
  'set autoload_known_extensions = false',
  'set allow_community_extensions = false',
  'set enable_external_access = false',
  'set lock_configuration = true',
]

let result: DuckDBResult | undefined
let duckdb: DuckDbModule

process.on('message', (request: QueryRequest) => void answer(request))
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

async function answer(request: QueryRequest): Promise<void> {
  try {
    reply(await answerTo(request))
  } catch (error) {
    reply({ is: 'failure', failure: failureOf(error, sql) })
  }
}

function answerTo(request: QueryRequest): Promise<QueryReply> {
  switch (request.do) {
    case 'start': {
      return start(request)
    }
    case 'next': {
      return nextRows()
    }
    case 'count': {
      return countRows(request.most)
    }
  }
}

let sql = ''

async function start(request: Extract<QueryRequest, { do: 'start' }>): Promise<QueryReply> {
  sql = request.sql
  duckdb = await loadDuckDb()
  const instance = await openInstance(duckdb, request.file, 'read', { wait: request.wait, signal: undefined })
  const connection = await instance.connect()
  await connection.run(`set memory_limit = '${request.memory}B'`)
  for (const setting of settings) await connection.run(setting)
  watchMemory(request.memory)
  const statement = await oneThatReads(connection, sql)
  result = await statement.stream()
  const types = result.columnTypes()
  return {
    is: 'columns',
    columns: result.deduplicatedColumnNames().map((name, column) => ({ name, type: typeName(types[column]!) })),
  }
}

/** The statement of a text with only one, of a kind that reads. */
async function oneThatReads(connection: DuckDBConnection, text: string): Promise<DuckDBPreparedStatement> {
  const statements = await extract(connection, text)
  if (statements.count > 1) {
    throw new Refusal(
      'There is more than one statement',
      'Write one; where PIVOT made several of it, name its values: PIVOT … ON kind IN (…)',
    )
  }
  const statement = await prepare(statements)
  const { SELECT, EXPLAIN } = duckdb.StatementType
  const type = statement.statementType
  if (type === SELECT || type === EXPLAIN) return statement
  const name = duckdb.StatementType[type]
  throw new Refusal(
    `${name} is no statement that reads`,
    'Only queries are run: SELECT, WITH, VALUES, FROM, DESCRIBE, EXPLAIN',
    {
      statement: name,
    },
  )
}

/** Where a statement cannot be prepared, that it would not have been run either says more. */
async function prepare(statements: DuckDBExtractedStatements): Promise<DuckDBPreparedStatement> {
  try {
    return await statements.prepare(0)
  } catch (error) {
    const told = parseError(messageOf(error))
    if (
      told?.exception_type === 'Binder' &&
      /^can only (insert|update|delete|alter)|read-only/i.test(told.exception_message)
    )
      throw new Refusal(told.exception_message, 'Only queries are run: SELECT, WITH, VALUES, FROM, DESCRIBE, EXPLAIN')
    throw error
  }
}

/** Statements by DuckDB's own parser, which has an error of its own for a text without one. */
async function extract(connection: DuckDBConnection, text: string): Promise<DuckDBExtractedStatements> {
  try {
    const statements = await connection.extractStatements(text)
    if (statements.count > 0) return statements
  } catch (error) {
    if (parseError(messageOf(error)) !== undefined) throw error
  }
  throw new Refusal('There is no statement', 'Write one, such as: select * from symbols')
}

async function nextRows(): Promise<QueryReply> {
  const chunk = await result!.fetchChunk()
  if (chunk === null || chunk.rowCount === 0) return { is: 'rows', rows: [], done: true }
  const rows = chunk.getRows().map((row) => row.map((value) => jsonValueOf(duckdb, value)))
  return { is: 'rows', rows, done: false }
}

async function countRows(most: number): Promise<QueryReply> {
  let rows = 0
  while (rows <= most) {
    const chunk = await result!.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return { is: 'count', rows, done: true }
    rows += chunk.rowCount
  }
  return { is: 'count', rows, done: false }
}

/** What is not run. */
class Refusal extends Error {
  readonly hint: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(message: string, hint: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.hint = hint
    this.details = details
  }
}

/** Ends the process when it takes half as much again as DuckDB may: what grows in one call, DuckDB does not count. */
function watchMemory(limit: number): void {
  const most = process.memoryUsage.rss() + limit + Math.max(limit / 2, 128 * 2 ** 20)
  setInterval(() => {
    if (process.memoryUsage.rss() <= most) return
    const failure: QueryFailure = { kind: 'memory', message: 'The query needs more memory than it may take' }
    process.send!({ is: 'failure', failure } satisfies QueryReply, () => process.kill(process.pid, 'SIGKILL'))
  }, watchInterval).unref()
}

function reply(message: QueryReply): void {
  process.send!(message)
}

/** What DuckDB says with `errors_as_json`. */
interface DuckDbError {
  readonly exception_type: string
  readonly exception_message: string
  /** The offset in the SQL, in bytes. */
  readonly position?: string
}

function failureOf(error: unknown, text: string): QueryFailure {
  if (error instanceof Refusal)
    return { kind: 'refused', message: error.message, hint: error.hint, details: error.details }
  if (error instanceof MirrorBusyError) return { kind: 'busy', message: firstLine(error.cause), waited: error.waited }
  if (error instanceof DuckDbMissingError) return { kind: 'duckdb-missing', message: firstLine(error.cause) }
  if (isForgeError(error)) return { kind: 'storage', message: error.message }
  const said = messageOf(error)
  const told = parseError(said)
  if (told === undefined)
    return { kind: result === undefined && sql === '' ? 'storage' : 'sql', message: firstLine(said) }
  const { exception_type: type, exception_message: message, position } = told
  if (type === 'Out of Memory') return { kind: 'memory', message: 'The query needs more memory than it may take' }
  if (type === 'Permission') return { kind: 'refused', message: firstLine(message) }
  if (type === 'IO' || type === 'FATAL' || type === 'INTERNAL') return { kind: 'storage', message: firstLine(message) }
  const offset = position === undefined ? undefined : Buffer.from(text).toString('utf8', 0, Number(position)).length
  return {
    kind: /cannot execute statement of type|read-only/i.test(message) ? 'refused' : 'sql',
    message,
    ...(offset === undefined ? {} : { offset }),
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function parseError(said: string): DuckDbError | undefined {
  try {
    return JSON.parse(said.slice(Math.max(said.indexOf('{'), 0))) as DuckDbError
  } catch {
    return undefined
  }
}
