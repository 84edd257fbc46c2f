import { type Analytics, createAnalytics } from '@forge/analytics'
import { type Database, openDatabase } from '@forge/db'
import {
  createGraph,
  type EdgeInput,
  type EdgeKind,
  entryPointsKey,
  type FileInput,
  type Graph,
  graphMigrations,
  type GraphTables,
  type NodeInput,
  type NodeKind,
} from '@forge/graph'
import { createSchemaManager } from '@forge/migrate'
import Driver from 'better-sqlite3'
import { join } from 'node:path'
import { repeatableRandom } from '../../repeatable-random.ts'

/** A graph that is made by chance, the same each time, and its analytics. */
export interface MadeGraph extends AsyncDisposable {
  readonly graphFile: string
  readonly mirrorFile: string
  readonly graph: Graph
  readonly analytics: Analytics
  /** Writes one of its files anew, with another symbol. */
  changeFile(): Promise<void>
}

const symbolsPerFile = 60
const filesPerFolder = 20
/** Of a hundred edges of `effect@4.1.0` that are not `contains`. */
const shares: readonly (readonly [EdgeKind, number])[] = [
  ['calls', 41],
  ['references', 24],
  ['reads', 22],
  ['imports', 7],
  ['instantiates', 3],
  ['writes', 2],
  ['extends', 1],
]
const kinds: readonly NodeKind[] = [
  'property',
  'property',
  'function',
  'constant',
  'method',
  'interface',
  'type',
  'class',
]

/** Makes a graph of so many files and edges. */
export async function makeGraph(
  folder: string,
  size: { readonly files: number; readonly edges: number },
): Promise<MadeGraph> {
  const graphFile = join(folder, 'graph.db')
  const mirrorFile = join(folder, 'analytics.duckdb')
  const db = openDatabase<GraphTables>({ open: () => new Driver(graphFile) })
  await createSchemaManager({ db: db.kysely, migrations: graphMigrations }).up()
  const graph = createGraph(db, { project: 'made' })
  await writeGraph(graph, size)
  return {
    graphFile,
    mirrorFile,
    graph,
    analytics: createAnalytics({ file: mirrorFile, source: { graph } }),
    changeFile: () => changeFile(graph),
    [Symbol.asyncDispose]: () => close(db),
  }
}

async function writeGraph(
  graph: Graph,
  { files, edges }: { readonly files: number; readonly edges: number },
): Promise<void> {
  const random = repeatableRandom()
  const pick = (count: number): number => Math.floor(random() * count)
  const byHundred = shares.flatMap(([kind, share]) => Array.from({ length: share }, () => kind))
  await graph.update((writer) => {
    const made = Array.from({ length: files }, (_, at) => {
      const nodes = Array.from({ length: symbolsPerFile }, (_each, index) => nodeOf(index, pick))
      return writer.putFile(fileOf(at), nodes)
    })
    for (const [at, { fileId, nodeIds }] of made.entries()) {
      const own = new Map<string, EdgeInput>()
      const add = (source: number, target: number, kind: EdgeKind, sites: number): void => {
        const places = Int32Array.from(
          Array.from({ length: sites }, (_, place) => [place * 9, place * 9 + 5, 0]).flat(),
        )
        own.set(`${source} ${target} ${kind}`, { source, target, kind, confidence: 'exact', sites: places })
      }
      for (let index = 1; index < symbolsPerFile; index++) add(nodeIds[0]!, nodeIds[index]!, 'contains', 0)
      for (const wanted = Math.ceil(edges / files); own.size < wanted;) {
        const kind = byHundred[pick(byHundred.length)]!
        const near = random()
        const target = made[near < 0.2 ? at : near < 0.9 ? (at + pick(40)) % files : pick(files)]!
        // A few symbols are named by many, most by few.
        const index = 1 + Math.floor(random() ** 3 * (symbolsPerFile - 1))
        add(nodeIds[kind === 'imports' ? 0 : pick(symbolsPerFile)]!, target.nodeIds[index]!, kind, 1 + pick(3))
      }
      writer.putEdges(fileId, own.values())
    }
    writer.putMeta(entryPointsKey, JSON.stringify([{ path: pathOf(0), reason: 'made', exports: true }]))
  })
}

async function changeFile(graph: Graph): Promise<void> {
  const records = await graph.nodes.getByFile(pathOf(7))
  await graph.update((writer) => {
    const file = writer.files().get(pathOf(7))!
    writer.addNodes(file.id, [{ ...nodeOf(records.length, () => 0), descriptor: `added${records.length}` }])
  })
}

function pathOf(at: number): string {
  return `packages/p${Math.floor(at / filesPerFolder)}/src/file-${at}.ts`
}

function fileOf(at: number): FileInput {
  return {
    path: pathOf(at),
    hash: Buffer.alloc(32, at % 251),
    language: 'typescript',
    size: 9000,
    modified: 1,
    lineStarts: Int32Array.from({ length: symbolsPerFile + 2 }, (_, line) => line * 30),
  }
}

function nodeOf(index: number, pick: (count: number) => number): NodeInput {
  const isModule = index === 0
  const kind = isModule ? 'module' : kinds[pick(kinds.length)]!
  const hasCode = kind === 'function' || kind === 'method'
  const name = isModule ? 'module' : `${kind}Number${index}`
  const complexity = hasCode ? 1 + Math.floor(30 * (pick(1000) / 1000) ** 6) : null
  return {
    name,
    qualifiedName: name,
    descriptor: isModule ? '' : name,
    kind,
    exported: !isModule && pick(3) === 0,
    signature: null,
    doc: null,
    complexity,
    code:
      complexity === null
        ? null
        : { cognitive: complexity - 1, operators: 20, operands: 15, distinctOperators: 8, distinctOperands: 7 },
    hash: null,
    start: index * 30,
    end: index * 30 + 29,
    nameStart: index * 30,
    nameEnd: index * 30 + 10,
  }
}

async function close(db: Database<GraphTables>): Promise<void> {
  await db.close()
}
