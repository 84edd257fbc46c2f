import type { ReportName, ReportOptions } from '@forge/analytics'
import { edgeKinds, nodeKinds, roles } from '@forge/graph'
import type Database from 'better-sqlite3'

type Sqlite = Database.Database

/** The columns of a report that the tables of SQLite do not have: lines are packed with their file. */
export const packedColumns: readonly string[] = ['line']

/** Where the tables of history are, which SQLite has none of: `history_commits (id, committed_at)`, `history_changes (commit_id, path)`. */
const kind = (name: (typeof nodeKinds)[number]): number => nodeKinds.indexOf(name)
const edge = (name: (typeof edgeKinds)[number]): number => edgeKinds.indexOf(name)
const nodeNames = nodeKinds.map((name, code) => `when ${code} then '${name}'`).join(' ')
const edgeNames = edgeKinds.map((name, code) => `when ${code} then '${name}'`).join(' ')
const codes = (...names: (typeof nodeKinds)[number][]): string => names.map(kind).join(', ')
const calls = `kind in (${edge('calls')}, ${edge('instantiates')})`
const contains = edge('contains')
const id = (s: string, f: string): string =>
  `case when ${f}.path is null then ${s}.descriptor when ${s}.descriptor = '' then ${f}.path else ${f}.path || '#' || ${s}.descriptor end`
const functions = codes('function', 'method', 'constructor', 'getter', 'setter')

/** The reports of `@forge/analytics` as one would ask SQLite for them, of the one project that is in its tables. */
const queries: { readonly [Name in ReportName]: (options: ReportOptions[Name]) => string } = {
  kinds:
    () => `select 'symbols' as "of", case kind ${nodeNames} end as kind, count(*) as count from nodes group by nodes.kind
    union all select 'edges', case kind ${edgeNames} end, count(*) from edges group by edges.kind
    order by "of" desc, count desc, kind`,

  complexity: ({ by = 'cyclomatic' }) => {
    const ranges =
      by === 'cyclomatic'
        ? `(1, 1, 'simple'), (2, 2, 'simple'), (3, 5, 'simple'), (6, 10, 'simple'), (11, 20, 'moderate'), (21, 50, 'complex'), (51, null, 'very complex')`
        : '(0, 0, null), (1, 2, null), (3, 5, null), (6, 10, null), (11, 15, null), (16, 25, null), (26, 50, null), (51, null, null)'
    return `with ranges("from", "to", band) as (values ${ranges}),
      functions as (select ${by === 'cyclomatic' ? 'complexity' : 'cognitive'} as value from nodes where kind in (${functions}) and complexity is not null)
      select r."from", r."to", r.band, count(f.value) as functions from ranges r
      left join functions f on f.value >= r."from" and (r."to" is null or f.value <= r."to")
      group by r."from" order by r."from"`
  },

  hotspots: (options) => {
    const { by = 'cyclomatic', fanOut = 5, churn = true } = options
    const value = by === 'cyclomatic' ? 'complexity' : 'cognitive'
    const least = options.complexity ?? (by === 'cyclomatic' ? 10 : 15)
    const since =
      options.since === undefined
        ? ''
        : `join history_commits k on k.id = x.commit_id and k.committed_at >= ${Math.floor(options.since / 1000) * 1000}`
    const history = `, changed as materialized (select x.commit_id, x.path from history_changes x ${since}),
      churn as materialized (select path, count(*) as commits from changed group by path),
      small as materialized (select commit_id from changed group by commit_id having count(*) <= 50),
      pairs as (select a.path, b.path as other from changed a join small using (commit_id) join changed b on b.commit_id = a.commit_id
        where a.path <> b.path group by a.path, b.path having count(*) >= 3),
      together as materialized (select path, count(*) as files from pairs group by path)`
    // As Forge itself asks: for each symbol that is complex enough, what its edges say.
    return `with candidates as materialized (
        select n.id, n.file, n.descriptor, n.${value} as value,
          (select count(distinct e.target) from edges e where e.project = n.project and e.source = n.id and e.${calls}) as fan_out,
          (select count(distinct e.source) from edges e where e.project = n.project and e.target = n.id and e.${calls}) as fan_in
        from nodes n where n.project = 1 and n.file is not null and n.${value} >= ${least}
      )${churn ? history : ''}
      select ${id('c', 'f')} as symbol, f.path as file, c.value as complexity, c.fan_out as "fanOut", c.fan_in as "fanIn",
        ${churn ? 'h.commits, coalesce(t.files, 0)' : 'null as commits, null'} as "coChanged", c.value * c.fan_out ${churn ? '* h.commits' : ''} as score
      from candidates c join files f on f.project = 1 and f.id = c.file
      ${churn ? 'join churn h on h.path = f.path left join together t on t.path = f.path' : ''}
      where c.fan_out >= ${fanOut} order by score desc, symbol`
  },

  'co-change': (options) => {
    const { together = 3, largestCommit = 50 } = options
    const since =
      options.since === undefined
        ? ''
        : `join history_commits k on k.id = x.commit_id and k.committed_at >= ${Math.floor(options.since / 1000) * 1000}`
    return `with changed as materialized (select x.commit_id, x.path from history_changes x ${since}),
      small as materialized (select commit_id from changed group by commit_id having count(*) <= ${largestCommit}),
      kept as materialized (select c.commit_id, f.id, f.path from changed c join small using (commit_id) join files f on f.project = 1 and f.path = c.path),
      commits as materialized (select id, count(*) as n from kept group by id),
      pairs as materialized (select a.id as a, b.id as b, a.path as file, b.path as other, count(*) as together from kept a join kept b on b.commit_id = a.commit_id and b.path > a.path
        group by a.id, b.id having count(*) >= ${together})
      select p.file, p.other, p.together, ca.n as "fileCommits", cb.n as "otherCommits", cast(p.together as real) / min(ca.n, cb.n) as share,
        exists (select 1 from nodes s join edges e on e.project = 1 and e.source = s.id join nodes t on t.project = 1 and t.id = e.target
          where s.project = 1 and e.kind <> ${contains} and ((s.file = p.a and t.file = p.b) or (s.file = p.b and t.file = p.a))) as linked
      from pairs p join commits ca on ca.id = p.a join commits cb on cb.id = p.b
      order by p.together desc, share desc, p.file, p.other`
  },

  coupling: ({ by = 'folder' }) => {
    const name = (f: string): string =>
      by === 'file' ? `${f}.path` : `rtrim(rtrim(${f}.path, replace(${f}.path, '/', '')), '/')`
    return `with links as materialized (
        select s.file as a, t.file as b, count(*) as edges, count(*) filter (where e.${calls}) as calls,
          count(*) filter (where e.kind = ${edge('imports')}) as imports
        from edges e join nodes s on s.project = e.project and s.id = e.source join nodes t on t.project = e.project and t.id = e.target
        where e.kind <> ${contains} and s.file is not null and t.file is not null and s.file <> t.file
        group by s.file, t.file
      )
      select ${name('a')} as "from", ${name('b')} as "to", sum(l.edges) as edges, sum(l.calls) as calls, sum(l.imports) as imports
      from links l join files a on a.project = 1 and a.id = l.a join files b on b.project = 1 and b.id = l.b
      where ${name('a')} <> ${name('b')} group by 1, 2 order by 3 desc, 1, 2`
  },

  fan: ({ by = 'in' }) => `with calls as materialized (select distinct source, target from edges where ${calls}),
    counts as (
      select id, sum(i) as i, sum(o) as o from (
        select target as id, count(*) as i, 0 as o from calls group by target union all select source, 0, count(*) from calls group by source
      ) group by id
    )
    select ${id('s', 'f')} as symbol, case s.kind ${nodeNames} end as kind, f.path as file, c.i as "fanIn", c.o as "fanOut"
    from counts c join nodes s on s.project = 1 and s.id = c.id join files f on f.project = 1 and f.id = s.file
    order by ${by === 'in' ? '"fanIn"' : '"fanOut"'} desc, "fanIn" desc, "fanOut" desc, symbol`,

  'dead-exports': () => `with known as materialized (
      select f.id, f.path, json_extract(p.value, '$.exports') as exports
      from project_meta m, json_each(m.value) p join files f on f.project = 1 and f.path = json_extract(p.value, '$.path') where m.key = 'entry-points'
    ),
    modules as materialized (select id, file from nodes where project = 1 and descriptor = '' and file is not null),
    imports as materialized (
      select s.file, e.source, t.file as target_file, t.descriptor = '' as whole, s.descriptor = '' as by_module
      from edges e join nodes s on s.project = 1 and s.id = e.source join nodes t on t.project = 1 and t.id = e.target
      where e.project = 1 and e.kind = ${edge('imports')} and t.file is not null and t.file <> s.file
    ),
    named as materialized (select distinct source, target_file from imports where not whole),
    entries as materialized (
      select id, path from known where exports union select f.id, f.path from files f join modules m on m.file = f.id
      where not exists (select 1 from known)
        and not exists (select 1 from edges e where e.project = 1 and e.target = m.id and e.kind <> ${contains} and e.source <> e.target)
    ),
    offered as materialized (
      select id from entries
      union select f.id from entries d join files f on (d.path like '%.d.ts' and f.path = substr(d.path, 1, length(d.path) - 5) || '.js')
        or (d.path like '%.d.mts' and f.path = substr(d.path, 1, length(d.path) - 6) || '.mjs') or (d.path like '%.d.cts' and f.path = substr(d.path, 1, length(d.path) - 6) || '.cjs')
      union select target_file from imports i
        where i.whole and (not i.by_module or not exists (select 1 from named n where n.source = i.source and n.target_file = i.target_file))
    ),
    candidates as materialized (
      select s.id, s.file, s.kind, s.descriptor, f.path from nodes s join files f on f.project = 1 and f.id = s.file
      where s.project = 1 and s.exported and s.kind in (${codes('function', 'class', 'interface', 'type', 'enum', 'variable', 'constant', 'namespace')})
        and s.name <> '' and s.name not like '(%' and f.path not like '%.d.ts' and f.path not like '%.d.mts' and f.path not like '%.d.cts'
        and s.file not in (select id from offered)
    )
    select ${id('c', 'c')} as symbol, case c.kind ${nodeNames} end as kind, c.path as file,
      (select count(distinct e.source) from edges e join nodes u on u.project = 1 and u.id = e.source
        where e.project = 1 and e.target = c.id and e.kind <> ${contains} and e.source <> c.id and u.file = c.file and not (u.descriptor = '' and only_exports(e.sites))) as "usedInside"
    from candidates c
    where not exists (select 1 from edges e join nodes u on u.project = 1 and u.id = e.source where e.project = 1 and e.target = c.id and e.kind <> ${contains} and u.file <> c.file)
      and not exists (select 1 from edges e join nodes u on u.project = 1 and u.id = e.source where e.project = 1 and e.target = c.id and e.kind = ${contains} and u.descriptor <> '')
    order by file, (select start_offset from nodes n where n.project = 1 and n.id = c.id), symbol`,

  runs: ({ unit = 'day' }) => {
    const day = `date(started_at / 1000, 'unixepoch'${unit === 'month' ? ", 'start of month'" : unit === 'week' ? ", '-6 days', 'weekday 1'" : ''})`
    const status = (name: string): string => `count(*) filter (where status = '${name}') as ${name}`
    return `with numbered as (
        select ${day} as day, status, duration_ms,
          row_number() over (partition by ${day} order by duration_ms nulls last) as place,
          count(duration_ms) over (partition by ${day}) as done
        from runs
      )
      select day as "from", count(*) as runs, ${['succeeded', 'failed', 'cancelled', 'lost', 'running'].map(status).join(', ')},
        max(duration_ms) filter (where place = (done + 1) / 2) as "medianMs",
        max(duration_ms) filter (where place = (done * 95 + 99) / 100) as "p95Ms"
      from numbered group by day order by day desc`
  },

  growth:
    () => `select revision, strftime('%Y-%m-%dT%H:%M:', created_at / 1000, 'unixepoch') || printf('%06.3fZ', created_at % 60000 / 1000.0) as "writtenAt",
    files, lines, symbols, edges, unresolved from revisions order by revision desc`,
}

/** Asks SQLite for a report: its first rows, and how many there are. */
export function sqliteReport<Name extends ReportName>(
  sqlite: Sqlite,
  name: Name,
  options: ReportOptions[Name],
  limit = -1,
): { readonly rows: readonly Readonly<Record<string, unknown>>[]; readonly total: number } {
  sqlite.function('only_exports', { deterministic: true }, (sites) => (onlyExports(sites as Uint8Array) ? 1 : 0))
  const found = sqlite
    .prepare(`select *, count(*) over () as row_total from (${queries[name](options)}) limit ${limit}`)
    .all() as Record<string, unknown>[]
  const total = Number(found[0]?.['row_total'] ?? 0)
  for (const row of found) {
    delete row['row_total']
    if (name === 'co-change') row['linked'] = row['linked'] === 1
  }
  return { rows: found, total }
}

/** Puts history into tables of SQLite, where {@link sqliteReport} asks for it. */
export function loadHistory(
  sqlite: Sqlite,
  commits: readonly { readonly committedAt: number; readonly files: readonly string[] }[],
): void {
  sqlite.exec(`drop table if exists temp.history_commits; drop table if exists temp.history_changes;
    create temp table history_commits (id integer primary key, committed_at integer);
    create temp table history_changes (commit_id integer, path text)`)
  const addCommit = sqlite.prepare('insert into history_commits values (?, ?)')
  const addChange = sqlite.prepare('insert into history_changes values (?, ?)')
  sqlite.transaction(() => {
    for (const [at, { committedAt, files }] of commits.entries()) {
      addCommit.run(at + 1, committedAt)
      for (const path of files) addChange.run(at + 1, path)
    }
  })()
  sqlite.exec('create index temp.history_changes_commit on history_changes (commit_id, path)')
}

/** Whether an edge has sites and all of them export: the second number of each is its length times 8, and its role. */
function onlyExports(packed: Uint8Array): boolean {
  const numbers: number[] = []
  let value = 0
  let place = 1
  for (const byte of packed) {
    value += (byte % 128) * place
    place *= 128
    if (byte >= 128) continue
    numbers.push(value)
    value = 0
    place = 1
  }
  return numbers.length > 0 && numbers.every((number, at) => at % 2 === 0 || number % 8 === roles.indexOf('export'))
}
