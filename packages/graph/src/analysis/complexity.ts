import type { Database } from '@forge/db'
import { nodeCode } from '../codes.ts'
import type { NodeKind } from '../graph-types.ts'
import { unpackHalstead } from '../packed-halstead.ts'
import type { GraphTables } from '../schema.ts'
import type { Session } from '../session.ts'
import type { SymbolReader } from '../symbol-reader.ts'
import type { ComplexityDistribution, Spread } from './analysis-types.ts'
import { type CodeMetrics, codeMetrics } from './code-metrics.ts'

const functionKinds: readonly NodeKind[] = ['function', 'method', 'constructor', 'getter', 'setter']

/** How complex code is, of one symbol and of all. */
export class ComplexityReader {
  readonly #symbols: SymbolReader
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>, symbols: SymbolReader) {
    this.#symbols = symbols
    this.#statements = prepare(db)
  }

  /** The metrics of a symbol; undefined for one without code. Throws `FORGE_GRAPH_SYMBOL_NOT_FOUND`. */
  metrics(session: Session, id: string): CodeMetrics | undefined {
    const found = this.#symbols.require(session, id)
    if (found.type === 'local') return undefined
    const { tx, project } = session
    const { range } = this.#symbols.showNode(session, found.node)
    const row = tx.first(this.#statements.counts, { project, id: found.node.id })
    return row === undefined ? undefined : metricsOf(row, range)
  }

  /** How many functions are how complex. */
  distribution({ tx, project }: Session): ComplexityDistribution {
    const bands = { simple: 0, moderate: 0, complex: 0, veryComplex: 0 }
    const cyclomatic = new Map<number, number>()
    const cognitive = new Map<number, number>()
    let functions = 0
    for (const row of tx.all(this.#statements.distribution, { project })) {
      const { complexity, count } = row
      if (complexity === null) continue
      functions += count
      bands[bandOf(complexity)] += count
      cyclomatic.set(complexity, (cyclomatic.get(complexity) ?? 0) + count)
      if (row.cognitive !== null) cognitive.set(row.cognitive, (cognitive.get(row.cognitive) ?? 0) + count)
    }
    return { functions, cyclomatic: spreadOf(cyclomatic), cognitive: spreadOf(cognitive), ...bands }
  }
}

/** Metrics of what is counted of a node; undefined where nothing is. */
export function metricsOf(
  row: { readonly complexity: number | null; readonly cognitive: number | null; readonly halstead: Uint8Array | null },
  range: { readonly start: { readonly line: number }; readonly end: { readonly line: number } },
): CodeMetrics | undefined {
  const { complexity: cyclomatic, cognitive, halstead } = row
  if (cyclomatic === null || cognitive === null || halstead === null) return undefined
  const lines = range.end.line - range.start.line + 1
  return codeMetrics({ cyclomatic, cognitive, lines, halstead: unpackHalstead(halstead) })
}

function bandOf(complexity: number): 'simple' | 'moderate' | 'complex' | 'veryComplex' {
  return complexity <= 10 ? 'simple' : complexity <= 20 ? 'moderate' : complexity <= 50 ? 'complex' : 'veryComplex'
}

/** Where values lie of which each is there so often. */
function spreadOf(counts: ReadonlyMap<number, number>): Spread {
  const values = [...counts].toSorted(([a], [b]) => a - b)
  const size = values.reduce((sum, [, count]) => sum + count, 0)
  const quantile = (part: number): number => {
    let seen = 0
    return values.find(([, count]) => (seen += count) >= part * size)?.[0] ?? 0
  }
  const total = values.reduce((sum, [value, count]) => sum + value * count, 0)
  return { total, median: quantile(0.5), p90: quantile(0.9), max: values.at(-1)?.[0] ?? 0 }
}

function prepare(db: Database<GraphTables>) {
  return {
    counts: db.prepared((kysely, param: { project: number; id: number }) =>
      kysely
        .selectFrom('nodes')
        .select(['complexity', 'cognitive', 'halstead'])
        .where('project', '=', param.project)
        .where('id', '=', param.id),
    ),
    distribution: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('nodes')
        .select(({ fn }) => ['complexity', 'cognitive', fn.countAll<number>().as('count')])
        .where('project', '=', param.project)
        .where('kind', 'in', functionKinds.map(nodeCode))
        .where('complexity', 'is not', null)
        .groupBy(['complexity', 'cognitive']),
    ),
  }
}
