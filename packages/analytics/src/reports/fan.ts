import { symbolId } from '../views.ts'
import { bar, number, type ReportDefinition, requireWord, text } from './report-definition.ts'

/** How {@link fan} orders. */
export interface FanOptions {
  /** What is shown first: what many call, or what calls many. Default `in`. */
  readonly by?: 'in' | 'out'
}

/** How many symbols call a symbol, and how many it calls, each counted once. */
export interface FanRow {
  readonly symbol: string
  readonly kind: string
  readonly file: string
  readonly line: number
  readonly fanIn: number
  readonly fanOut: number
}

/** Fan-in and fan-out. */
export const fan: ReportDefinition<FanOptions> = {
  summary: 'by how many others symbols are called, and how many they call',
  columns: [bar('fanIn', 'called by'), number('fanOut', 'calls'), text('kind'), text('symbol'), number('line')],
  needsHistory: () => false,
  query({ by = 'in' }, limit) {
    const [first, second] = requireWord('order', by, ['in', 'out']) === 'in' ? ['i', 'o'] : ['o', 'i']
    return {
      // An edge is the only one of its source, target and kind, so only what is both called and constructed is there twice. Names are
      // made for the rows that are wanted alone, and for those that may come before them by their names.
      sql: `with calls as materialized (
          select source, target, kind from mirror.edges where kind in ('calls', 'instantiates')
        ),
        twice as materialized (
          select source, target from calls a
          semi join (select source, target from calls where kind = 'instantiates') b using (source, target)
          where a.kind = 'calls'
        ),
        counts as (
          select id, sum(i) as i, sum(o) as o from (
            select target as id, count(*) as i, 0 as o from calls group by target
            union all select source, 0, count(*) from calls group by source
            union all select target, -count(*), 0 from twice group by target
            union all select source, 0, -count(*) from twice group by source
          ) group by id
        ),
        ranked as materialized (
          select s.id, s.file, s.kind, s.descriptor, s.start_line, c.i, c.o, count(*) over () as total,
            rank() over (order by c.${first} desc, c.${second} desc) as place
          from counts c join mirror.symbols s on s.id = c.id where s.file is not null
        )
        select ${symbolId('r', 'f')} as symbol, r.kind::varchar as kind, f.path as file, r.start_line as line,
          r.i as "fanIn", r.o as "fanOut", r.total as "rowTotal"
        from ranked r join mirror.files f on f.id = r.file ${limit === undefined ? '' : `where r.place <= ${limit}`}
        order by r.${first} desc, r.${second} desc, symbol`,
      values: [],
      counted: true,
    }
  },
}
