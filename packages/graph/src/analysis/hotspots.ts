import type { Database } from '@forge/db'
import { type NotNull, sql } from 'kysely'
import { callCode, instantiateCode } from '../codes.ts'
import { GraphInputError } from '../errors.ts'
import { requireCount } from '../require-count.ts'
import type { GraphTables } from '../schema.ts'
import type { Session } from '../session.ts'
import { byCodeUnit, type SymbolReader } from '../symbol-reader.ts'
import type { ComplexityMeasure, Hotspot, HotspotOptions } from './analysis-types.ts'
import { metricsOf } from './complexity.ts'

/** The least complexity where none is given: what is no longer simple (SEI), and what SonarSource calls too hard to follow. */
const defaultLeast: Readonly<Record<ComplexityMeasure, number>> = { cyclomatic: 10, cognitive: 15 }

/** Code that does much and leans on much. */
export class HotspotFinder {
  readonly #symbols: SymbolReader
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>, symbols: SymbolReader) {
    this.#symbols = symbols
    this.#statements = prepare(db)
  }

  /** The highest score first, then by id. */
  find(session: Session, options: HotspotOptions): Hotspot[] {
    const { by = 'cyclomatic', fanOut: leastFanOut = 5, churn } = options
    requireMeasure(by)
    const least = requireCount('complexity', options.complexity ?? defaultLeast[by], 0)
    requireCount('fanOut', leastFanOut, 0)
    const { tx, project } = session
    return tx
      .all(this.#statements[by], { project, least })
      .filter((row) => row.fan_out >= leastFanOut)
      .flatMap((row): Hotspot[] => {
        const node = this.#symbols.node(session, row.id)
        if (node === undefined) return []
        const changes = churn?.get(node.path ?? '')
        if (churn !== undefined && changes === undefined) return []
        const symbol = this.#symbols.showNode(session, node)
        const metrics = metricsOf(row, symbol.range)
        const { value: complexity, fan_in: fanIn, fan_out: fanOut } = row
        return [
          {
            symbol,
            complexity,
            ...(metrics === undefined ? {} : { metrics }),
            fanIn,
            fanOut,
            ...(changes === undefined ? {} : { churn: changes }),
            score: complexity * fanOut * (changes ?? 1),
          },
        ]
      })
      .toSorted((a, b) => b.score - a.score || byCodeUnit(a.symbol.id, b.symbol.id))
  }
}

function requireMeasure(by: string): void {
  if (Object.hasOwn(defaultLeast, by)) return
  throw new GraphInputError(`There is no measure of complexity ${JSON.stringify(by)}`, {
    hint: `Give one of: ${Object.keys(defaultLeast).join(', ')}`,
    details: { by },
  })
}

const isCall = sql<boolean>`e.kind in (${sql.lit(callCode)}, ${sql.lit(instantiateCode)})`

function prepare(db: Database<GraphTables>) {
  const complex = (column: 'complexity' | 'cognitive') =>
    db.prepared((kysely, param: { project: number; least: number }) =>
      kysely
        .selectFrom('nodes as n')
        .select(({ selectFrom }) => [
          'n.id',
          'n.complexity',
          `n.${column} as value`,
          'n.cognitive',
          'n.halstead',
          selectFrom('edges as e')
            .select(({ fn }) => fn.count<number>('e.target').distinct().as('count'))
            .whereRef('e.project', '=', 'n.project')
            .whereRef('e.source', '=', 'n.id')
            .where(isCall)
            .$asScalar()
            .$notNull()
            .as('fan_out'),
          selectFrom('edges as e')
            .select(({ fn }) => fn.count<number>('e.source').distinct().as('count'))
            .whereRef('e.project', '=', 'n.project')
            .whereRef('e.target', '=', 'n.id')
            .where(isCall)
            .$asScalar()
            .$notNull()
            .as('fan_in'),
        ])
        .where('n.project', '=', param.project)
        .where(`n.${column}`, '>=', param.least)
        .$narrowType<{ value: NotNull }>(),
    )
  return { cyclomatic: complex('complexity'), cognitive: complex('cognitive') }
}
