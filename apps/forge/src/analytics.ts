import path from 'node:path'
import type { Analytics, RunSource } from '@forge/analytics'
import { readGitHistory } from '@forge/indexer'
import { AnalyticsMissingError } from './errors.ts'
import type { Forge } from './forge.ts'

/** How to open the analytics of a project. */
export interface OpenAnalyticsOptions {
  /** The file of the mirror. Default: `analytics.duckdb` beside `graph.db`. */
  readonly file?: string
  /** The runs that are mirrored. Default: those of the project. */
  readonly runs?: RunSource
  /** Milliseconds to wait for another process that has the mirror open. Default 30,000. */
  readonly wait?: number
}

/**
 * The analytics of a project: reports, SQL and Parquet over its graph, its runs and its git history. They are a package of their own,
 * which must be installed; nothing is opened before a question is asked, and there is nothing to close.
 *
 * @example
 * ```ts
 * await using forge = await Forge.open('./project')
 * const analytics = await openAnalytics(forge)
 * const { rows } = await analytics.report('hotspots', { limit: 10 })
 * ```
 * @throws `FORGE_ANALYTICS_MISSING`
 */
export async function openAnalytics(forge: Forge, options: OpenAnalyticsOptions = {}): Promise<Analytics> {
  const { createAnalytics } = await loadAnalytics()
  const { file = besideGraph(forge.store.file), wait } = options
  return createAnalytics({
    file,
    source: {
      graph: forge.graph,
      runs: options.runs ?? forge.runs,
      history: { readHistory: (since, reading) => readGitHistory(forge.root, since, reading) },
    },
    ...(wait === undefined ? {} : { wait }),
  })
}

/** The package `@forge/analytics`, which need not be installed. Throws `FORGE_ANALYTICS_MISSING`. */
export async function loadAnalytics(): Promise<typeof import('@forge/analytics')> {
  try {
    return await import('@forge/analytics')
  } catch (cause) {
    throw new AnalyticsMissingError(cause)
  }
}

function besideGraph(database: string): string {
  const { dir, base, name } = path.parse(database)
  return path.join(dir, base === 'graph.db' ? 'analytics.duckdb' : `${name}.analytics.duckdb`)
}
