import { changesSince, largestCommit, leastTogether } from './history-sql.ts'
import { bar, number, type ReportDefinition, requireTime, requireWhole, text } from './report-definition.ts'

/** What {@link coChange} counts. */
export interface CoChangeOptions {
  /** The least number of commits that changed both. Default 3. */
  readonly together?: number
  /** Leave out commits that changed more files than this. Default 50. */
  readonly largestCommit?: number
  /** Only commits from then on, in milliseconds since the epoch. Default: all. */
  readonly since?: number | undefined
}

/** Two files of the project that change in the same commits. */
export interface CoChangeRow {
  readonly file: string
  readonly other: string
  /** Commits that changed both. */
  readonly together: number
  readonly fileCommits: number
  readonly otherCommits: number
  /** `together` of the commits of the one that has fewer, from 0 to 1. */
  readonly share: number
  /** Whether code of one names code of the other; where not, what couples them is not in the code. */
  readonly linked: boolean
}

/** Files that change together. */
export const coChange: ReportDefinition<CoChangeOptions> = {
  summary: 'pairs of files that change in the same commits, and whether their code says why',
  columns: [
    bar('together'),
    number('share'),
    number('fileCommits', 'commits'),
    number('otherCommits', 'of the other'),
    text('linked'),
    text('file'),
    text('other'),
  ],
  needsHistory: () => true,
  query(options) {
    const together = requireWhole('together', options.together ?? leastTogether, 1)
    const largest = requireWhole('largestCommit', options.largestCommit ?? largestCommit, 2)
    const since = options.since === undefined ? undefined : requireTime('since', options.since)
    const { sql, values } = changesSince(since, 3)
    return {
      sql: `with changed as (${sql}),
        small as (select commit from changed group by commit having count(*) <= $2),
        kept as (
          select c.commit, f.id, f.path from changed c join small using (commit) join mirror.files f on f.path = c.path
        ),
        commits as (select id, count(*) as n from kept group by id),
        pairs as (
          select a.id as a, b.id as b, a.path as file, b.path as other, count(*) as together
          from kept a join kept b on b.commit = a.commit and b.path > a.path
          group by a.id, b.id, a.path, b.path having count(*) >= $1
        ),
        links as (
          select distinct e.file as a, t.file as b from mirror.edges e join mirror.symbols t on t.id = e.target
          where e.kind <> 'contains' and t.file is not null and t.file <> e.file
        )
        select p.file, p.other, p.together, ca.n as "fileCommits", cb.n as "otherCommits",
          p.together::double / least(ca.n, cb.n) as share,
          exists (select 1 from links l where l.a = p.a and l.b = p.b)
            or exists (select 1 from links l where l.a = p.b and l.b = p.a) as linked
        from pairs p join commits ca on ca.id = p.a join commits cb on cb.id = p.b
        order by p.together desc, share desc, p.file, p.other`,
      values: [together, largest, ...values],
    }
  },
}
