import { symbolId } from '../views.ts'
import type { ComplexityMeasure } from './complexity.ts'
import { changesSince, largestCommit, leastTogether } from './history-sql.ts'
import {
  bar,
  number,
  type ReportDefinition,
  requireTime,
  requireWhole,
  requireWord,
  text,
} from './report-definition.ts'

/** What {@link hotspots} takes for one: as `forge hotspots`. */
export interface HotspotOptions {
  /** Default `cyclomatic`. */
  readonly by?: ComplexityMeasure
  /** The least complexity. Default 10, cognitive 15. */
  readonly complexity?: number
  /** The least number of symbols called. Default 5. */
  readonly fanOut?: number
  /** Whether to multiply by how many commits have changed the file. Default true. */
  readonly churn?: boolean
  /** Of these, only commits from then on, in milliseconds since the epoch. Default: all. */
  readonly since?: number | undefined
}

/** A symbol of high complexity that calls many others. */
export interface HotspotRow {
  readonly symbol: string
  readonly file: string
  readonly line: number
  readonly complexity: number
  readonly fanOut: number
  readonly fanIn: number
  /** Commits that have changed its file; null without churn. */
  readonly commits: number | null
  /** Other files that have changed with its file in three commits or more, of those that changed up to 50 files; null without churn. */
  readonly coChanged: number | null
  /** Complexity × symbols called × commits. */
  readonly score: number
}

const isCall = "kind in ('calls', 'instantiates')"

/** What is complex, calls much and changes often. */
export const hotspots: ReportDefinition<HotspotOptions> = {
  summary: 'what is complex, calls many others and changes often, with the files that change with it',
  columns: [
    bar('score'),
    number('complexity'),
    number('fanOut', 'calls'),
    number('fanIn', 'called by'),
    number('commits'),
    number('coChanged', 'co-changed files'),
    text('symbol'),
    number('line'),
  ],
  needsHistory: ({ churn = true }) => churn,
  query(options) {
    const by = requireWord('measure', options.by ?? 'cyclomatic', ['cyclomatic', 'cognitive'])
    const least = requireWhole('complexity', options.complexity ?? (by === 'cyclomatic' ? 10 : 15), 0)
    const fanOut = requireWhole('fanOut', options.fanOut ?? 5, 0)
    const churn = options.churn ?? true
    const since = churn && options.since !== undefined ? requireTime('since', options.since) : undefined
    const { sql: changes, values } = changesSince(since, 3)
    const history = `, changed as (${changes}),
      churn as (select path, count(*) as commits from changed group by path),
      small as (select commit from changed group by commit having count(*) <= ${largestCommit}),
      pairs as (
        select a.path, b.path as other from changed a join small using (commit) join changed b on b.commit = a.commit
        where a.path <> b.path and a.path in (select f.path from candidates c join mirror.files f on f.id = c.file)
        group by a.path, b.path having count(*) >= ${leastTogether}
      ),
      together as (select path, count(*) as files from pairs group by path)`
    return {
      sql: `with candidates as (
          select id, file, ${by === 'cyclomatic' ? 'complexity' : 'cognitive'} as value from mirror.symbols
          where file is not null and value >= $1
        ),
        outgoing as (
          select source as id, count(distinct target) as n from mirror.edges
          where ${isCall} and source in (select id from candidates) group by source having n >= $2
        ),
        incoming as (
          select target as id, count(distinct source) as n from mirror.edges
          where ${isCall} and target in (select id from candidates) group by target
        )${churn ? history : ''}
        select ${symbolId('s', 'f')} as symbol, f.path as file, s.start_line as line, c.value as complexity,
          coalesce(o.n, 0) as "fanOut", coalesce(i.n, 0) as "fanIn",
          ${churn ? 'h.commits' : 'null::integer'} as commits,
          ${churn ? 'coalesce(t.files, 0)' : 'null::integer'} as "coChanged",
          c.value * coalesce(o.n, 0)${churn ? ' * h.commits' : ''} as score
        from candidates c join mirror.symbols s on s.id = c.id join mirror.files f on f.id = c.file
          ${fanOut === 0 ? 'left join' : 'join'} outgoing o on o.id = c.id left join incoming i on i.id = c.id
          ${churn ? 'join churn h on h.path = f.path left join together t on t.path = f.path' : ''}
        order by score desc, symbol`,
      values: [least, fanOut, ...(churn ? values : [])],
    }
  },
}
