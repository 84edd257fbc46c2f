import type { Database } from '@forge/db'
import { sql } from 'kysely'
import { callCode, instantiateCode } from '../codes.ts'
import { requireCount } from '../require-count.ts'
import type { GraphTables } from '../schema.ts'
import type { Session } from '../session.ts'
import { byCodeUnit, type SymbolReader } from '../symbol-reader.ts'
import type { ComplexityDistribution, Hotspot, HotspotOptions } from './analysis-types.ts'

/** Code that does much and leans on much. */
export class HotspotFinder {
  readonly #symbols: SymbolReader
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>, symbols: SymbolReader) {
    this.#symbols = symbols
    this.#statements = prepare(db)
  }

  /** The highest score first, then by id. */
  find(session: Session, { complexity = 10, fanOut = 5 }: HotspotOptions): Hotspot[] {
    requireCount('complexity', complexity, 0)
    requireCount('fanOut', fanOut, 0)
    const { tx, project } = session
    return tx
      .all(this.#statements.complex, { project, least: complexity })
      .filter((row) => row.fan_out >= fanOut)
      .flatMap((row): Hotspot[] => {
        const node = this.#symbols.node(session, row.id)
        if (node === undefined || row.complexity === null) return []
        const [fanOut, fanIn] = [row.fan_out, row.fan_in]
        const symbol = this.#symbols.showNode(session, node)
        return [{ symbol, complexity: row.complexity, fanIn, fanOut, score: row.complexity * fanOut }]
      })
      .toSorted((a, b) => b.score - a.score || byCodeUnit(a.symbol.id, b.symbol.id))
  }

  /** How many symbols with code are how complex. */
  distribution({ tx, project }: Session): ComplexityDistribution {
    const counts = { simple: 0, moderate: 0, complex: 0, veryComplex: 0 }
    for (const { complexity, count } of tx.all(this.#statements.distribution, { project })) {
      if (complexity === null) continue
      const band =
        complexity <= 10 ? 'simple' : complexity <= 20 ? 'moderate' : complexity <= 50 ? 'complex' : 'veryComplex'
      counts[band] += count
    }
    return counts
  }
}

const isCall = sql<boolean>`e.kind in (${sql.lit(callCode)}, ${sql.lit(instantiateCode)})`

function prepare(db: Database<GraphTables>) {
  return {
    complex: db.prepared((kysely, param: { project: number; least: number }) =>
      kysely
        .selectFrom('nodes as n')
        .select(({ selectFrom }) => [
          'n.id',
          'n.complexity',
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
        .where('n.complexity', '>=', param.least),
    ),
    distribution: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('nodes')
        .select(({ fn }) => ['complexity', fn.countAll<number>().as('count')])
        .where('project', '=', param.project)
        .where('complexity', 'is not', null)
        .groupBy('complexity'),
    ),
  }
}
