import { bar, number, type ReportDefinition, requireWord, text } from './report-definition.ts'

/** How {@link coupling} groups. */
export interface CouplingOptions {
  /** What is coupled. Default `folder`. */
  readonly by?: 'folder' | 'file'
}

/** What one module has to do with another. */
export interface CouplingRow {
  /** The path of a file or a folder; empty for the top folder. */
  readonly from: string
  readonly to: string
  /** Edges of any kind but `contains`. */
  readonly edges: number
  /** Those of them that call or construct. */
  readonly calls: number
  readonly imports: number
  /** The places they stand for. */
  readonly sites: number
}

/** Coupling between modules. */
export const coupling: ReportDefinition<CouplingOptions> = {
  summary: 'which folders (or files) depend on which, and how much',
  columns: [bar('edges'), number('calls'), number('imports'), number('sites'), text('from'), text('to')],
  needsHistory: () => false,
  query({ by = 'folder' }) {
    const name = requireWord('grouping', by, ['folder', 'file']) === 'folder' ? 'folder' : 'path'
    return {
      // Grouped by numbers, and named when there are few rows left.
      sql: `with modules as materialized (select id, ${name} as name, dense_rank() over (order by ${name}) as n from mirror.files),
        links as (
          select e.file as a, t.file as b, count(*) as edges,
            count(*) filter (where e.kind in ('calls', 'instantiates')) as calls,
            count(*) filter (where e.kind = 'imports') as imports, sum(e.sites) as sites
          from mirror.edges e join mirror.symbols t on t.id = e.target
          where e.kind <> 'contains' and t.file is not null and t.file <> e.file
          group by e.file, t.file
        ),
        coupled as materialized (
          select a.n as a, b.n as b, sum(l.edges) as edges, sum(l.calls) as calls, sum(l.imports) as imports,
            sum(l.sites) as sites
          from links l join modules a on a.id = l.a join modules b on b.id = l.b where a.n <> b.n group by a.n, b.n
        ),
        names as (select distinct n, name from modules)
        select a.name as "from", b.name as "to", c.edges, c.calls, c.imports, c.sites
        from coupled c join names a on a.n = c.a join names b on b.n = c.b order by c.edges desc, "from", "to"`,
      values: [],
    }
  },
}
