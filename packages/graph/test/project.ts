import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Driver from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { type Database, openDatabase } from '@forge/db'
import { createSchemaManager } from '@forge/migrate'
import {
  type CodeCounts,
  type Confidence,
  createGraph,
  type EdgeInput,
  type EdgeKind,
  type Graph,
  graphMigrations,
  type GraphTables,
  type GraphUpdate,
  type GraphWriter,
  type LocalInput,
  type NodeInput,
  type NodeKind,
  type Role,
  roles,
} from '@forge/graph'

/** A database in a folder that is removed when the test ends, with the tables of the graph. */
export interface Opened {
  readonly db: Database<GraphTables>
  readonly graph: Graph
  readonly path: string
  /** Every statement SQLite ran, with its values. */
  readonly sent: string[]
}

/** What {@link openGraph} starts from. */
export interface OpenOptions {
  readonly path?: string
  readonly project?: string
  readonly clock?: () => number
}

/** Opens a graph. */
export async function openGraph(options: OpenOptions = {}): Promise<Opened> {
  const { project = 'test', clock = () => 1000 } = options
  const path = options.path ?? temporaryFile()
  const sent: string[] = []
  const db = openDatabase<GraphTables>({
    open: () => new Driver(path, { verbose: (text) => void sent.push(String(text)) }),
  })
  onTestFinished(() => db.close())
  await createSchemaManager({ db: db.kysely, migrations: graphMigrations }).up()
  return { db, graph: createGraph(db, { project, clock }), path, sent }
}

/** A path in a folder that is removed when the test ends. */
function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'forge-graph-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'graph.db')
}

/** A symbol of a {@link FileSpec}: the text of its declaration, in which its name comes first where it has one. */
export interface SymbolSpec {
  readonly code: string
  readonly kind?: NodeKind
  readonly exported?: boolean
  readonly signature?: string
  readonly doc?: string
  readonly embedding?: Uint8Array
  /** Default 1. */
  readonly complexity?: number
  readonly counted?: CodeCounts
}

/** An edge of a {@link FileSpec}, from a descriptor of the file to an id; `at` are unique pieces of text, `…‹name›…` marks the site. */
export interface EdgeSpec {
  readonly from: string
  readonly to: string
  readonly kind?: EdgeKind
  readonly at?: readonly string[]
  readonly role?: Role
  readonly confidence?: Confidence
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** A local symbol, and the places that name it. */
export interface LocalSpec {
  readonly in: string
  readonly code: string
  readonly at?: readonly string[]
  readonly role?: Role
}

/** A file by what it says and what is known about it. */
export interface FileSpec {
  readonly text: string
  readonly symbols?: Readonly<Record<string, SymbolSpec>>
  readonly edges?: readonly EdgeSpec[]
  readonly locals?: Readonly<Record<string, LocalSpec>>
  readonly unresolved?: readonly {
    readonly in: string
    readonly at: string
    readonly reason?: string
    readonly call?: boolean
  }[]
}

/** Files by path. */
export type ProjectSpec = Readonly<Record<string, FileSpec>>

/** Makes the graph equal to `project`; files in `keep` are not written again, only their edges are. */
export function writeProject(
  graph: Graph,
  project: ProjectSpec,
  keep: readonly string[] = [],
): Promise<GraphUpdate<void>> {
  return graph.update((writer) => {
    for (const path of writer.files().keys()) if (project[path] === undefined) writer.removeFile(path)
    for (const [path, spec] of Object.entries(project)) {
      if (!keep.includes(path)) putFile(writer, path, spec)
    }
    for (const [path, spec] of Object.entries(project)) putLinks(writer, path, spec, project)
  })
}

/** The export as one text. */
export async function exported(graph: Graph): Promise<string> {
  let text = ''
  for await (const line of graph.exportLines()) text += line
  return text
}

/** The bytes that stand for a BLAKE3 hash. */
export function hashOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}

/** A node with nothing special about it. */
export function nodeInput(descriptor: string, rest: Partial<NodeInput> = {}): NodeInput {
  return {
    name: descriptor.slice(descriptor.lastIndexOf('.') + 1),
    qualifiedName: descriptor,
    descriptor,
    kind: 'function',
    exported: false,
    signature: null,
    doc: null,
    complexity: null,
    hash: null,
    start: 0,
    end: 0,
    nameStart: 0,
    nameEnd: 0,
    ...rest,
  }
}

function putFile(writer: GraphWriter, path: string, { text, symbols = {} }: FileSpec): void {
  const lineStarts = [0]
  for (const { index } of text.matchAll(/\r\n|\r|\n/g))
    lineStarts.push(index + (text.startsWith('\r\n', index) ? 2 : 1))
  const file = {
    path,
    hash: hashOf(text),
    language: path.endsWith('.js') ? 'javascript' : 'typescript',
    size: Buffer.byteLength(text),
    modified: 1.5,
    lineStarts: Int32Array.from(lineStarts),
  }
  const name = path.slice(path.lastIndexOf('/') + 1)
  const module = nodeInput('', { name, qualifiedName: name, kind: 'module', end: text.length, hash: hashOf(text) })
  writer.putFile(file, [module, ...Object.entries(symbols).map(([descriptor, spec]) => nodeOf(text, descriptor, spec))])
}

function nodeOf(text: string, descriptor: string, spec: SymbolSpec): NodeInput {
  const qualifiedName = descriptor.replace(/\(\d+\)/g, '')
  const name = qualifiedName.slice(qualifiedName.lastIndexOf('.') + 1)
  const start = find(text, spec.code)
  const named = spec.code.indexOf(name)
  const nameStart = start + Math.max(named, 0)
  return nodeInput(descriptor, {
    name,
    qualifiedName,
    kind: spec.kind ?? 'function',
    exported: spec.exported ?? false,
    signature: spec.signature ?? null,
    doc: spec.doc ?? null,
    complexity: spec.complexity ?? 1,
    ...(spec.counted === undefined ? {} : { code: spec.counted }),
    hash: hashOf(spec.code),
    start,
    end: start + spec.code.length,
    nameStart,
    nameEnd: nameStart + (named === -1 ? 0 : name.length),
    ...(spec.embedding === undefined ? {} : { embedding: spec.embedding }),
  })
}

function putLinks(writer: GraphWriter, path: string, spec: FileSpec, project: ProjectSpec): void {
  const { id: fileId } = writer.files().get(path)!
  const { text, edges = [], locals = {}, unresolved = [] } = spec
  const source = (descriptor: string): number => writer.nodeIds(fileId).get(descriptor)!
  const target = (id: string): number => {
    if (id.startsWith('external:')) return writer.externalNode(id)
    const file = Object.keys(project).find((name) => id === name || id.startsWith(`${name}#`))!
    return writer.nodeIds(writer.files().get(file)!.id).get(id.slice(file.length + 1))!
  }
  writer.putEdges(
    fileId,
    edges.map((edge) => edgeInput(text, edge, source(edge.from), target(edge.to))),
  )
  const descriptors = Object.keys(locals)
  const occurrences = Object.values(locals).flatMap(({ in: around, at = [], role = 'read' }, index) =>
    at.map((mark) => [...place(text, mark), roles.indexOf(role), index, source(around)]),
  )
  writer.putLocals(
    fileId,
    descriptors.map((descriptor): LocalInput => nodeOf(text, descriptor, { kind: 'variable', ...locals[descriptor]! })),
    Float64Array.from(occurrences.toSorted((left, right) => left[0]! - right[0]!).flat()),
  )
  writer.putUnresolved(
    fileId,
    unresolved.map(({ in: around, at, reason = 'undeclared', call = true }) => {
      const [start, end] = place(text, at)
      return { name: text.slice(start, end), reason, call, sites: Int32Array.of(start, end, source(around)) }
    }),
  )
}

function edgeInput(text: string, spec: EdgeSpec, source: number, target: number): EdgeInput {
  const { kind = 'calls', confidence = 'exact', at = [], role = kind === 'calls' ? 'call' : 'read', metadata } = spec
  const sites = at.map((mark) => place(text, mark)).toSorted((left, right) => left[0] - right[0])
  const edge = {
    source,
    target,
    kind,
    confidence,
    sites: Int32Array.from(sites.flatMap(([start, end]) => [start, end, roles.indexOf(role)])),
  }
  return metadata === undefined ? edge : { ...edge, metadata }
}

/** Start and end of a piece of text, or of what is between ‹ and › in it. */
function place(text: string, mark: string): [start: number, end: number] {
  const [before, inside, after] = /^([^‹]*)‹([^›]*)›(.*)$/s.exec(mark)?.slice(1) ?? ['', mark, '']
  const start = find(text, `${before}${inside}${after}`) + before!.length
  return [start, start + inside!.length]
}

function find(text: string, piece: string): number {
  const at = text.indexOf(piece)
  if (at === -1 || text.includes(piece, at + 1)) throw new Error(`${JSON.stringify(piece)} is not in the text once`)
  return at
}
