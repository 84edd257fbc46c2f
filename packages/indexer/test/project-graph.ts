import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Driver from 'better-sqlite3'
import { openDatabase } from '@forge/db'
import { createGraph, graphMigrations, type Graph, type GraphTables } from '@forge/graph'
import { createIndexer, type Indexer, type IndexerOptions } from '@forge/indexer'
import { createSchemaManager } from '@forge/migrate'
import { onTestFinished } from 'vitest'

/** A graph in a database file of its own, as long as the test runs. */
export async function openGraph(): Promise<Graph> {
  const folder = mkdtempSync(join(tmpdir(), 'forge-indexer-db-'))
  const path = join(folder, 'graph.db')
  const db = openDatabase<GraphTables>({ open: () => new Driver(path) })
  onTestFinished(async () => {
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  await createSchemaManager({ db: db.kysely, migrations: graphMigrations }).up()
  return createGraph(db, { project: 'test' })
}

/** An indexer of the folder into a graph, as long as the test runs. */
export async function openIndexer(
  root: string,
  options: Partial<IndexerOptions> = {},
): Promise<{ readonly graph: Graph; readonly indexer: Indexer }> {
  const graph = options.graph ?? (await openGraph())
  const indexer = createIndexer({ root, ...options, graph })
  onTestFinished(() => indexer[Symbol.asyncDispose]())
  return { graph, indexer }
}

/** All lines of the export. */
export async function exportOf(graph: Graph): Promise<string> {
  let lines = ''
  for await (const line of graph.exportLines()) lines += line
  return lines
}

/** What a fresh index of the folder exports. */
export async function freshExportOf(root: string, jobs = 1): Promise<string> {
  const graph = await openGraph()
  await using indexer = createIndexer({ root, graph })
  await indexer.run({ jobs })
  return exportOf(graph)
}
