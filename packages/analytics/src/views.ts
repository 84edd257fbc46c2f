import { functionKinds, quoted } from './vocabulary.ts'

/** A column of a {@link View}. */
export interface ViewColumn {
  readonly name: string
  /** As DuckDB names it. */
  readonly type: string
  readonly what: string
}

/** A view over the mirror, for SQL and Parquet. */
export interface View {
  readonly name: string
  readonly what: string
  readonly columns: readonly ViewColumn[]
}

/** A view with the query it is. */
export interface DefinedView extends View {
  readonly sql: string
}

const column = (name: string, type: string, what: string): ViewColumn => ({ name, type, what })

/** The id of a symbol of `mirror.symbols` (`s`) in its file (`f`). */
export const symbolId = (s: string, f: string): string =>
  `case when ${f}.path is null then ${s}.descriptor when ${s}.descriptor = '' then ${f}.path else ${f}.path || '#' || ${s}.descriptor end`

const volume =
  'case when s.distinct_operators + s.distinct_operands = 0 then 0 else (s.operators + s.operands) * log2(s.distinct_operators + s.distinct_operands) end'
const difficulty =
  'case when s.distinct_operands = 0 then 0 else s.distinct_operators / 2 * s.operands / s.distinct_operands end'

/** All views, in the order they are documented in. */
export const views: readonly DefinedView[] = [
  {
    name: 'files',
    what: 'source files',
    columns: [
      column('path', 'VARCHAR', 'relative to the project, with `/`'),
      column('folder', 'VARCHAR', 'the part before the last `/`; empty at the top'),
      column('language', 'VARCHAR', '`typescript`, `tsx`, `javascript`, …'),
      column('lines', 'INTEGER', ''),
      column('bytes', 'BIGINT', ''),
      column('changed_revision', 'INTEGER', 'the revision in which anything of it last changed'),
    ],
    sql: 'select path, folder, language, lines, bytes, changed as changed_revision from mirror.files',
  },
  {
    name: 'symbols',
    what: 'what is declared in the files, and what they name outside the project',
    columns: [
      column('id', 'VARCHAR', '`src/pool.ts#Pool.acquire`; a path for a module, `external:…` outside the project'),
      column('name', 'VARCHAR', ''),
      column('qualified_name', 'VARCHAR', '`Pool.acquire`'),
      column('kind', 'VARCHAR', '`function`, `method`, `class`, …, `external`'),
      column('file', 'VARCHAR', 'its path; null outside the project'),
      column('line', 'INTEGER', 'where it starts, from 1'),
      column('lines', 'INTEGER', 'how many it takes'),
      column('exported', 'BOOLEAN', ''),
      column('complexity', 'INTEGER', 'cyclomatic; null where there is no code'),
      column('cognitive', 'INTEGER', 'cognitive complexity'),
      column('created_revision', 'INTEGER', 'the revision it first appeared in'),
      column('updated_revision', 'INTEGER', 'the one in which anything but its position last changed'),
    ],
    sql: `select ${symbolId('s', 'f')} as id, s.name, s.qualified_name, s.kind::varchar as kind, f.path as file,
      s.start_line as line, s.end_line - s.start_line + 1 as lines, s.exported, s.complexity, s.cognitive,
      s.created as created_revision, s.updated as updated_revision
      from mirror.symbols s left join mirror.files f on f.id = s.file`,
  },
  {
    name: 'edges',
    what: 'what symbols have to do with each other, one row for each source, target and kind',
    columns: [
      column('source', 'VARCHAR', 'id of the symbol it leaves'),
      column('target', 'VARCHAR', 'id of the symbol it leads to'),
      column('kind', 'VARCHAR', '`calls`, `imports`, `extends`, `contains`, `reads`, …'),
      column('confidence', 'VARCHAR', '`exact`, `inferred`, `ambiguous`'),
      column('sites', 'INTEGER', 'how many places it stands for'),
      column('exports', 'INTEGER', 'how many of them only export: `export { name }`'),
      column('source_file', 'VARCHAR', ''),
      column('target_file', 'VARCHAR', 'null outside the project'),
    ],
    sql: `select ${symbolId('a', 'fa')} as source, ${symbolId('b', 'fb')} as target, e.kind::varchar as kind,
      e.confidence::varchar as confidence, e.sites, e.exports, fa.path as source_file, fb.path as target_file
      from mirror.edges e join mirror.symbols a on a.id = e.source join mirror.files fa on fa.id = e.file
      join mirror.symbols b on b.id = e.target left join mirror.files fb on fb.id = b.file`,
  },
  {
    name: 'metrics',
    what: 'how complex the code of symbols is, where there is some',
    columns: [
      column('symbol', 'VARCHAR', 'its id'),
      column('is_function', 'BOOLEAN', 'a function, method, constructor, getter or setter'),
      column('cyclomatic', 'INTEGER', 'ways through it'),
      column('cognitive', 'INTEGER', 'how hard it is to follow'),
      column('lines', 'INTEGER', ''),
      column('operators', 'INTEGER', "Halstead's counts"),
      column('operands', 'INTEGER', ''),
      column('distinct_operators', 'INTEGER', ''),
      column('distinct_operands', 'INTEGER', ''),
      column('volume', 'DOUBLE', 'in bits'),
      column('difficulty', 'DOUBLE', ''),
      column('effort', 'DOUBLE', 'difficulty × volume'),
      column('maintainability', 'DOUBLE', 'from 0 to 100, the higher the better'),
    ],
    sql: `select ${symbolId('s', 'f')} as symbol, s.kind in (${quoted(functionKinds)}) as is_function,
      s.complexity as cyclomatic, s.cognitive, s.end_line - s.start_line + 1 as lines, s.operators, s.operands,
      s.distinct_operators, s.distinct_operands, (${volume})::double as volume, (${difficulty})::double as difficulty,
      ((${difficulty}) * (${volume}))::double as effort,
      greatest(0, (171 - 5.2::double * ln(greatest(${volume}, 1)) - 0.23::double * s.complexity
        - 16.2::double * ln(s.end_line - s.start_line + 1)) * 100 / 171)::double as maintainability
      from mirror.symbols s join mirror.files f on f.id = s.file
      where s.complexity is not null and s.cognitive is not null`,
  },
  {
    name: 'unresolved',
    what: 'names whose meaning is not known',
    columns: [
      column('file', 'VARCHAR', ''),
      column('name', 'VARCHAR', ''),
      column('reason', 'VARCHAR', ''),
      column('call', 'BOOLEAN', 'whether it is called'),
      column('places', 'INTEGER', 'how many places name it so'),
    ],
    sql: `select f.path as file, u.name, u.reason, u.call, u.places
      from mirror.unresolved u join mirror.files f on f.id = u.file`,
  },
  {
    name: 'diagnostics',
    what: 'what `forge status` lists of files',
    columns: [column('file', 'VARCHAR', ''), column('code', 'VARCHAR', ''), column('message', 'VARCHAR', '')],
    sql: 'select path as file, code, message from mirror.diagnostics',
  },
  {
    name: 'entry_points',
    what: 'files that are run or imported from outside',
    columns: [
      column('file', 'VARCHAR', ''),
      column('reason', 'VARCHAR', ''),
      column('exports', 'BOOLEAN', 'whether what it exports may be used outside'),
    ],
    sql: 'select path as file, reason, exports from mirror.entry_points',
  },
  {
    name: 'revisions',
    what: 'updates of the graph that changed something, and how much there was then; null where it was not counted',
    columns: [
      column('revision', 'INTEGER', 'from 1'),
      column('written_at', 'TIMESTAMP', 'UTC, as all times'),
      column('files', 'INTEGER', ''),
      column('lines', 'INTEGER', ''),
      column('symbols', 'INTEGER', 'of the project, local ones left out'),
      column('edges', 'INTEGER', ''),
      column('unresolved', 'INTEGER', 'places'),
    ],
    sql: `select revision, make_timestamp_ms(written_at) as written_at, files, lines, symbols, edges, unresolved
      from mirror.revisions`,
  },
  {
    name: 'runs',
    what: 'what agents did',
    columns: [
      column('id', 'VARCHAR', 'sorts by the time it was made'),
      column('plan_id', 'VARCHAR', ''),
      column('objective', 'VARCHAR', ''),
      column('status', 'VARCHAR', '`running`, `succeeded`, `failed`, `cancelled`, `lost`'),
      column('success', 'BOOLEAN', 'null while it is not known'),
      column('error', 'VARCHAR', ''),
      column('tags', 'VARCHAR[]', ''),
      column('parent', 'VARCHAR', 'the id of the run it belongs to'),
      column('revision', 'INTEGER', 'of the graph it ran on'),
      column('commit', 'VARCHAR', 'of the code it ran on'),
      column('started_at', 'TIMESTAMP', ''),
      column('ended_at', 'TIMESTAMP', ''),
      column('duration_ms', 'BIGINT', ''),
      column('steps', 'INTEGER', ''),
      column('plan_bytes', 'BIGINT', ''),
      column('execution_bytes', 'BIGINT', ''),
    ],
    sql: `select id, plan_id, objective, status::varchar as status, success, error, tags, parent, revision, commit,
      make_timestamp_ms(started_at) as started_at, make_timestamp_ms(ended_at) as ended_at, duration_ms, steps,
      plan_bytes, execution_bytes from mirror.runs`,
  },
  {
    name: 'commits',
    what: 'commits of git that changed files of the project, merges left out',
    columns: [
      column('hash', 'VARCHAR', ''),
      column('committed_at', 'TIMESTAMP', ''),
      column('author', 'VARCHAR', ''),
      column('subject', 'VARCHAR', ''),
    ],
    sql: 'select hash, make_timestamp_ms(committed_at) as committed_at, author, subject from mirror.commits',
  },
  {
    name: 'changes',
    what: 'which commit changed which file, under the path it had then',
    columns: [column('commit', 'VARCHAR', 'its hash'), column('file', 'VARCHAR', '')],
    sql: 'select c.hash as commit, x.path as file from mirror.changes x join mirror.commits c on c.id = x.commit',
  },
]
