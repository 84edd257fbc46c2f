import { functionKinds, quoted } from '../vocabulary.ts'
import { bar, number, type ReportDefinition, requireWord, text } from './report-definition.ts'

/** What complexity is: ways through code, or how hard it is to follow. */
export type ComplexityMeasure = 'cyclomatic' | 'cognitive'

/** How {@link complexity} counts. */
export interface ComplexityOptions {
  /** Default `cyclomatic`. */
  readonly by?: ComplexityMeasure
}

/** How many functions have a complexity in a range, both ends included. */
export interface ComplexityRow {
  readonly from: number
  /** Null: without an end. */
  readonly to: number | null
  /** The band of `forge status`; null for cognitive complexity, which has none. */
  readonly band: 'simple' | 'moderate' | 'complex' | 'very complex' | null
  readonly functions: number
}

const measures = { cyclomatic: 'complexity', cognitive: 'cognitive' } as const

const ranges: Readonly<Record<ComplexityMeasure, string>> = {
  cyclomatic: `(1, 1, 'simple'), (2, 2, 'simple'), (3, 5, 'simple'), (6, 10, 'simple'), (11, 20, 'moderate'),
    (21, 50, 'complex'), (51, null, 'very complex')`,
  cognitive:
    '(0, 0, null), (1, 2, null), (3, 5, null), (6, 10, null), (11, 15, null), (16, 25, null), (26, 50, null), (51, null, null)',
}

/** How complexity is spread over functions. */
export const complexity: ReportDefinition<ComplexityOptions> = {
  summary: 'how complex functions are: how many in which range',
  columns: [number('from'), number('to'), text('band'), bar('functions')],
  needsHistory: () => false,
  query({ by = 'cyclomatic' }) {
    const measure = requireWord('measure', by, ['cyclomatic', 'cognitive'])
    return {
      sql: `with ranges("from", "to", band) as (values ${ranges[measure]}),
        functions as (
          select ${measures[measure]} as value from mirror.symbols
          where kind in (${quoted(functionKinds)}) and complexity is not null and ${measures[measure]} is not null
        )
        select r."from", r."to", r.band, count(f.value) as functions
        from ranges r left join functions f on f.value >= r."from" and f.value <= coalesce(r."to", 2147483647)
        group by r."from", r."to", r.band order by r."from"`,
      values: [],
    }
  },
}
