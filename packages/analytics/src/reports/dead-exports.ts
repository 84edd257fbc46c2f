import { symbolId } from '../views.ts'
import { quoted } from '../vocabulary.ts'
import { number, type ReportDefinition, text } from './report-definition.ts'

/**
 * A symbol whose `export` nobody needs: no other file names it, nobody imports its whole file, and its file is no entry point that offers
 * its exports.
 */
export interface DeadExportRow {
  readonly symbol: string
  readonly kind: string
  readonly file: string
  readonly line: number
  /** Other symbols of its own file that name it, its top-level code as one; where there is none, nothing names it at all. */
  readonly usedInside: number
}

/** The kinds that are exported by themselves, not as a member of something. */
const exportedKinds = ['function', 'class', 'interface', 'type', 'enum', 'variable', 'constant', 'namespace']

/**
 * Dead exports. What is offered outside is decided as `forge dead` does: where no entry point is known, a file that no other imports is one;
 * a module that a file imports with no name of it (`import()`, `import *`, `export *`) may be asked for everything.
 */
export const deadExports: ReportDefinition<object> = {
  summary: 'exports that no other file names and no entry point offers',
  columns: [number('usedInside', 'used inside'), text('kind'), text('symbol'), number('line')],
  needsHistory: () => false,
  query: () => ({
    sql: `with modules as materialized (select id, file from mirror.symbols where descriptor = '' and file is not null),
      imports as materialized (
        select e.file, e.source, t.id as target, t.file as target_file, t.descriptor = '' as whole,
          e.source in (select id from modules) as by_module
        from mirror.edges e join mirror.symbols t on t.id = e.target
        where e.kind = 'imports' and t.file is not null and t.file <> e.file
      ),
      named as (select distinct source, target_file from imports where not whole),
      known as (select f.id, f.path, p.exports from mirror.entry_points p join mirror.files f on f.path = p.path),
      entries as (
        select id, path from known where exports
        union select f.id, f.path from mirror.files f join modules m on m.file = f.id
          where not exists (select 1 from known)
          and m.id not in (select target from mirror.edges where kind <> 'contains' and target <> source)
      ),
      offered as (
        select id from entries
        union select f.id from entries d join mirror.files f on f.path = regexp_replace(d.path, '\\.d\\.([cm]?)ts$', '.\\1js')
        union select target_file from imports i
          where i.whole and (not i.by_module or not exists (
            select 1 from named n where n.source = i.source and n.target_file = i.target_file))
      ),
      named_outside as (
        select distinct t.id from mirror.edges e join mirror.symbols t on t.id = e.target
        where e.kind <> 'contains' and t.exported and t.file <> e.file
      ),
      candidates as materialized (
        select s.id, s.file, s.kind, s.descriptor, s.start_line, f.path
        from mirror.symbols s join mirror.files f on f.id = s.file
        where s.exported and s.kind in (${quoted(exportedKinds)}) and s.name <> '' and not starts_with(s.name, '(')
          and not regexp_matches(f.path, '\\.d\\.[cm]?ts$') and s.file not in (select id from offered)
          and s.id not in (select id from named_outside)
      ),
      members as (
        select e.target as id from mirror.edges e
        where e.kind = 'contains' and e.target in (select id from candidates) and e.source not in (select id from modules)
      ),
      inside as (
        select e.target as id, count(distinct e.source) as n from mirror.edges e
        where e.kind <> 'contains' and e.source <> e.target and e.target in (select id from candidates)
          and (e.exports = 0 or e.exports < e.sites)
        group by e.target
      )
      select ${symbolId('c', 'c')} as symbol, c.kind::varchar as kind, c.path as file, c.start_line as line,
        coalesce(i.n, 0) as "usedInside"
      from candidates c left join inside i on i.id = c.id
      where c.id not in (select id from members)
      order by file, line, symbol`,
    values: [],
  }),
}
