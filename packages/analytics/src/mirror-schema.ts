import { views } from './views.ts'
import { confidences, edgeKinds, quoted, runStatuses, symbolKinds } from './vocabulary.ts'

/** The tables the mirror is kept in. Files and symbols are known by the numbers that the graph gives them; `file` of an edge is that of its source. */
const tables = `
create schema mirror;
create type mirror.symbol_kind as enum (${quoted(symbolKinds)});
create type mirror.edge_kind as enum (${quoted(edgeKinds)});
create type mirror.confidence as enum (${quoted(confidences)});
create type mirror.run_status as enum (${quoted(runStatuses)});
create table mirror.state (
  schema varchar, revision integer, written_at bigint, run_change bigint, run_count bigint,
  head varchar, shallow boolean, history_problem varchar
);
create table mirror.files (
  id integer, path varchar, folder varchar, language varchar, lines integer, bytes bigint, changed integer
);
create table mirror.symbols (
  id integer, file integer, name varchar, qualified_name varchar, descriptor varchar, kind mirror.symbol_kind,
  exported boolean, complexity integer, cognitive integer, operators integer, operands integer,
  distinct_operators integer, distinct_operands integer, start_line integer, end_line integer, created integer,
  updated integer
);
create table mirror.edges (
  file integer, source integer, target integer, kind mirror.edge_kind, confidence mirror.confidence, sites integer,
  exports integer
);
create table mirror.unresolved (file integer, name varchar, reason varchar, call boolean, places integer);
create table mirror.entry_points (path varchar, reason varchar, exports boolean);
create table mirror.diagnostics (path varchar, code varchar, message varchar);
create table mirror.revisions (
  revision integer, written_at bigint, files integer, lines integer, symbols integer, edges integer, unresolved integer
);
create table mirror.runs (
  id varchar, plan_id varchar, objective varchar, status mirror.run_status, success boolean, error varchar,
  tags varchar[], parent varchar, revision integer, commit varchar, started_at bigint, ended_at bigint,
  duration_ms bigint, steps integer, plan_bytes bigint, execution_bytes bigint
);
create table mirror.commits (id integer, hash varchar, committed_at bigint, author varchar, subject varchar);
create table mirror.changes (commit integer, path varchar);
`

/** The statements that make an empty mirror. */
export const createMirror: string = [tables, ...views.map(({ name, sql }) => `create view ${name} as ${sql};`)].join(
  '\n',
)

/** Tells mirrors apart that were made by other statements: those are made anew. */
export const schemaVersion: string = fingerprint(createMirror)

/** FNV-1a, 32 bits (G. Fowler, L. C. Noll, K.-P. Vo), in hexadecimal digits, and the length. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return `${(hash >>> 0).toString(16)}-${text.length}`
}
