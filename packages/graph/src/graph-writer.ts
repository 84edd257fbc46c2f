import type { Transaction } from '@forge/db'
import { InternalError } from '@forge/errors'
import { equalBytes } from './bytes.ts'
import { confidenceCode, edgeCode } from './codes.ts'
import { fileNotFound, GraphFileNotFoundError, GraphInputError } from './errors.ts'
import type {
  DiagnosticInput,
  EdgeInput,
  FileInput,
  GraphWriter,
  LocalInput,
  NodeInput,
  StoredFile,
  UnresolvedInput,
} from './graph-types.ts'
import { checkDiagnostic, checkFile, checkNodes } from './input-checks.ts'
import { packLineStarts } from './line-table.ts'
import { packLocals } from './packed-locals.ts'
import { countPlaces, packPlaces, packSites } from './packed-sites.ts'
import { packTexts, unpackTexts } from './packed-texts.ts'
import type { RevisionTotals } from './revision-totals.ts'
import type { GraphTables } from './schema.ts'
import type { SearchChanges } from './symbol-search.sqlite.ts'
import type { BulkInsert } from './tables/bulk-insert.ts'
import { type EdgeRow, edgeValues } from './tables/edge-table.ts'
import { externalRow, type NodeRow, nodeRow, nodeValues } from './tables/node-table.ts'
import type { UnresolvedRow } from './tables/remark-tables.ts'
import type { Tables } from './tables/tables.ts'

const nothing = new Uint8Array(0)

/** The writer of one update: what it was told and has not written yet is written by {@link SqlGraphWriter.finish}. */
export class SqlGraphWriter implements GraphWriter {
  readonly revision: number
  readonly #tx: Transaction<GraphTables>
  readonly #tables: Tables
  readonly #project: number
  readonly #newNodes: BulkInsert
  readonly #newEdges: BulkInsert
  readonly #newUnresolved: BulkInsert
  readonly #search: SearchChanges
  readonly #files: Map<string, StoredFile>
  readonly #filesById: Map<number, StoredFile>
  readonly #nodeIds = new Map<number, ReadonlyMap<string, number>>()
  readonly #externals = new Map<string, number>()
  /** External symbols that may have lost their last edge, or never got one. */
  readonly #doubtedExternals = new Set<number>()
  /** Files this update has inserted and not given edges or unresolved places yet: there is nothing to compare with. */
  readonly #withoutEdges = new Set<number>()
  readonly #withoutUnresolved = new Set<number>()
  readonly #dropped: { readonly hash: Uint8Array; readonly language: string }[] = []
  readonly #hadNodes: boolean
  /** Whether the secondary indexes are gone for the time being. */
  #bulkLoading: boolean
  #lastNode: number
  #lastFile = 0
  #changed = false
  /** Files that are not as they were in the revision before, and those of them of which the database says so already. */
  readonly #changedFiles = new Set<number>()
  readonly #markedFiles = new Set<number>()
  /** How many more there are now than before. */
  #symbols = 0
  #edges = 0
  #unresolved = 0

  constructor(tx: Transaction<GraphTables>, tables: Tables, project: number, revision: number) {
    this.revision = revision
    this.#tx = tx
    this.#tables = tables
    this.#project = project
    this.#newNodes = tables.nodes.bulk(tx)
    this.#newEdges = tables.edges.bulk(tx, this.#newNodes)
    this.#newUnresolved = tables.remarks.unresolvedBulk(tx)
    this.#search = tables.search.changes(tx, project)
    const files = tables.files.all(tx, project)
    this.#files = new Map(files.map((file) => [file.path, file]))
    this.#filesById = new Map(files.map((file) => [file.id, file]))
    for (const file of files) this.#lastFile = Math.max(this.#lastFile, file.id)
    this.#lastNode = tables.nodes.lastId(tx, project)
    this.#hadNodes = this.#lastNode > 0
    this.#bulkLoading = tables.bulkLoad.begin(tx)
  }

  /** Whether anything was written that makes a new revision. */
  get changed(): boolean {
    return this.#changed
  }

  files(): ReadonlyMap<string, StoredFile> {
    return this.#files
  }

  removeFile(path: string): void {
    const file = this.#files.get(path)
    if (file === undefined) throw fileNotFound(path, this.removeFile)
    this.#endBulkLoad()
    this.#removeNodes([...this.#idsOf(file.id).values()])
    this.#removeUnresolved(file.id)
    this.#tables.files.remove(this.#tx, this.#project, file.id)
    this.#files.delete(path)
    this.#filesById.delete(file.id)
    this.#nodeIds.delete(file.id)
    this.#withoutEdges.delete(file.id)
    this.#withoutUnresolved.delete(file.id)
    this.#changedFiles.delete(file.id)
    this.#dropped.push(file)
    this.#changed = true
  }

  putFile(file: FileInput, nodes: readonly NodeInput[]): { readonly fileId: number; readonly nodeIds: Float64Array } {
    checkFile(file, this.putFile)
    checkNodes(file.path, nodes, this.putFile)
    const before = this.#files.get(file.path)
    const fileId = before?.id ?? ++this.#lastFile
    const { files } = this.#tables
    this.#markedFiles.add(fileId)
    if (before === undefined) {
      files.insert(this.#tx, this.#project, fileId, file, this.revision)
      this.#withoutEdges.add(fileId)
      this.#withoutUnresolved.add(fileId)
    } else {
      this.#endBulkLoad()
      files.update(this.#tx, this.#project, fileId, file, this.revision)
      this.#removeUnresolved(fileId)
      this.#withoutUnresolved.add(fileId)
      if (!equalBytes(before.hash, file.hash) || before.language !== file.language) this.#dropped.push(before)
    }
    const { path, hash, language, size, modified } = file
    const stored: StoredFile = { id: fileId, path, hash, language, size, modified }
    this.#files.set(path, stored)
    this.#filesById.set(fileId, stored)
    const lineStarts = packLineStarts(file.lineStarts)
    const nodeIds = before === undefined ? this.#insertNodes(fileId, nodes) : this.#replaceNodes(fileId, nodes)
    const texts = packTexts(nodes.map((node, index) => [nodeIds[index]!, node]))
    files.putContents(this.#tx, this.#project, fileId, { line_starts: lineStarts, locals: nothing, texts })
    this.#nodeIds.set(fileId, new Map(nodes.map((node, index) => [node.descriptor, nodeIds[index]!])))
    this.#changed = true
    return { fileId, nodeIds }
  }

  touchFile(path: string, stat: { readonly size: number; readonly modified: number }): void {
    const file = this.#files.get(path)
    if (file === undefined) throw fileNotFound(path, this.touchFile)
    this.#tables.files.touch(this.#tx, this.#project, file.id, stat)
    const touched = { ...file, size: stat.size, modified: stat.modified }
    this.#files.set(path, touched)
    this.#filesById.set(file.id, touched)
  }

  nodeIds(fileId: number): ReadonlyMap<string, number> {
    this.#requireFile(fileId, this.nodeIds)
    return this.#idsOf(fileId)
  }

  externalNode(id: string): number {
    const known = this.#externals.get(id)
    if (known !== undefined) return known
    if (!id.startsWith('external:')) {
      throw new GraphInputError(`${JSON.stringify(id)} is no id of a symbol outside the project`, {
        hint: 'Begin it with "external:"',
        details: { id },
        callSite: this.externalNode,
      })
    }
    let node = this.#hadNodes ? this.#tables.nodes.external(this.#tx, this.#project, id) : undefined
    if (node === undefined) {
      node = ++this.#lastNode
      this.#newNodes.add(nodeValues(externalRow(this.#project, node, id, this.revision)))
      this.#doubtedExternals.add(node)
    }
    this.#externals.set(id, node)
    return node
  }

  putEdges(fileId: number, edges: Iterable<EdgeInput>): void {
    this.#requireFile(fileId, this.putEdges)
    const sources = new Set(this.#idsOf(fileId).values())
    const before = this.#edgesBefore(fileId)
    let wrote = false
    for (const edge of edges) {
      if (!sources.has(edge.source)) throw strangeSource(edge, this.putEdges)
      if (this.#putEdge(edgeRow(this.#project, edge), before)) wrote = true
    }
    for (const row of before?.values() ?? []) {
      this.#tables.edges.remove(this.#tx, this.#project, row.source, row.target, row.kind)
      this.#doubtedExternals.add(row.target)
      this.#edges--
      wrote = true
    }
    if (wrote) this.#markChanged(fileId)
  }

  putLocals(fileId: number, locals: readonly LocalInput[], occurrences: Float64Array): void {
    this.#requireFile(fileId, this.putLocals)
    const packed = packLocals(locals, occurrences)
    const before = this.#tables.files.contents(this.#tx, this.#project, fileId)
    if (before !== undefined && equalBytes(before.locals, packed)) return
    this.#tables.files.putLocals(this.#tx, this.#project, fileId, packed, this.revision)
    this.#changed = true
  }

  putUnresolved(fileId: number, unresolved: Iterable<UnresolvedInput>): void {
    this.#requireFile(fileId, this.putUnresolved)
    const rows = Array.from(unresolved, ({ name, reason, call, sites }): UnresolvedRow => ({
      project: this.#project,
      file: fileId,
      name,
      reason,
      call: call ? 1 : 0,
      sites: packPlaces(sites),
    }))
    const { remarks } = this.#tables
    let wrote = rows.length > 0
    if (!this.#withoutUnresolved.delete(fileId)) {
      this.#endBulkLoad()
      if (sameUnresolved(remarks.unresolvedOfFile(this.#tx, this.#project, fileId), rows)) return
      this.#removeUnresolved(fileId)
      wrote = true
    }
    for (const row of rows) {
      this.#newUnresolved.add([row.project, row.file, row.name, row.reason, row.call, row.sites])
      this.#unresolved += countPlaces(row.sites)
    }
    if (wrote) this.#markChanged(fileId)
  }

  putDiagnostics(diagnostics: readonly DiagnosticInput[]): void {
    for (const diagnostic of diagnostics) checkDiagnostic(diagnostic, this.putDiagnostics)
    const sorted = diagnostics.toSorted(byPlace)
    const before = this.#tables.remarks
      .diagnostics(this.#tx, this.#project)
      .map((row) => [row.path, row.start_offset, row.end_offset, row.code, row.message])
    if (JSON.stringify(before) === JSON.stringify(sorted.map(diagnosticKey))) return
    this.#tables.remarks.replaceDiagnostics(this.#tx, this.#project, sorted)
    this.#changed = true
  }

  getFacts(hash: Uint8Array, language: string, version: number): Uint8Array | undefined {
    return this.#tables.files.getFacts(this.#tx, hash, language, version)
  }

  putFacts(hash: Uint8Array, language: string, version: number, facts: Uint8Array): void {
    this.#tables.files.putFacts(this.#tx, hash, language, version, facts)
  }

  getMeta(key: string): string | undefined {
    return this.#tables.projects.meta(this.#tx, this.#project, key)
  }

  putMeta(key: string, value: string): void {
    this.#tables.projects.putMeta(this.#tx, this.#project, key, value)
  }

  addNodes(fileId: number, nodes: readonly NodeInput[]): Float64Array {
    const file = this.#requireFile(fileId, this.addNodes)
    checkNodes(file.path, nodes, this.addNodes)
    const ids = this.#idsOf(fileId)
    for (const { descriptor } of nodes) {
      if (!ids.has(descriptor)) continue
      throw new GraphInputError(`The file "${file.path}" has a symbol "${descriptor}" already`, {
        hint: 'Give it another descriptor, or replace the file',
        details: { path: file.path, descriptor },
        callSite: this.addNodes,
      })
    }
    const added = this.#insertNodes(fileId, nodes)
    const { files } = this.#tables
    if (nodes.some(({ signature, doc }) => signature !== null || doc !== null)) {
      const contents = files.contents(this.#tx, this.#project, fileId)
      if (contents === undefined) throw new InternalError(`The file "${file.path}" has no contents`)
      const given = nodes.map((node, index): [number, NodeInput] => [added[index]!, node])
      const texts = packTexts([...unpackTexts(contents.texts), ...given])
      files.putContents(this.#tx, this.#project, fileId, { ...contents, texts })
    }
    files.markWritten(this.#tx, this.#project, fileId, this.revision)
    const known = new Map(ids)
    for (const [index, { descriptor }] of nodes.entries()) known.set(descriptor, added[index]!)
    this.#nodeIds.set(fileId, known)
    this.#markChanged(fileId)
    return added
  }

  removeNodes(fileId: number, nodeIds: readonly number[]): void {
    const file = this.#requireFile(fileId, this.removeNodes)
    const strange = new Set(nodeIds)
    const known = new Map([...this.#idsOf(fileId)].filter(([, id]) => !strange.delete(id)))
    if (strange.size > 0) {
      throw new GraphInputError(`The file "${file.path}" has no node ${[...strange].join(', ')}`, {
        hint: 'Give row ids that nodeIds gives for the file',
        details: { path: file.path, nodes: [...strange] },
        callSite: this.removeNodes,
      })
    }
    if (nodeIds.length === 0) return
    this.#endBulkLoad()
    this.#removeNodes(nodeIds)
    const { files } = this.#tables
    const contents = files.contents(this.#tx, this.#project, fileId)
    if (contents === undefined) throw new InternalError(`The file "${file.path}" has no contents`)
    const removed = new Set(nodeIds)
    const texts = packTexts([...unpackTexts(contents.texts)].filter(([id]) => !removed.has(id)))
    files.putContents(this.#tx, this.#project, fileId, { ...contents, texts })
    files.markWritten(this.#tx, this.#project, fileId, this.revision)
    this.#nodeIds.set(fileId, known)
    this.#markChanged(fileId)
  }

  /** The row id of a file that is there. */
  fileId(path: string): number {
    const file = this.#files.get(path)
    if (file === undefined) throw fileNotFound(path)
    return file.id
  }

  /** Inserts an edge or replaces what is stored of it, for {@link EdgeStore}. */
  addEdge(edge: EdgeInput): void {
    this.#endBulkLoad()
    const row = edgeRow(this.#project, edge)
    const { edges, nodes } = this.#tables
    const isThere = edges
      .bySource(this.#tx, this.#project, row.source)
      .some(({ target, kind }) => target === row.target && kind === row.kind)
    edges.put(this.#tx, row)
    if (!isThere) this.#edges++
    this.#changed = true
    const file = nodes.get(this.#tx, this.#project, row.source)?.file
    if (file != null) this.#markChanged(file)
  }

  /** Writes what was kept back and drops what nothing refers to any more. */
  finish(): void {
    this.#endBulkLoad()
    for (const id of this.#doubtedExternals) {
      this.#tables.nodes.removeUnusedExternal(this.#tx, this.#project, id)
    }
    this.#search.flush()
    for (const { hash, language } of this.#dropped) this.#tables.files.dropUnusedFacts(this.#tx, hash, language)
    for (const id of this.#changedFiles) this.#tables.files.markChanged(this.#tx, this.#project, id, this.revision)
  }

  /** How much there is now: from what there was and what was done since or, where that is not known, by counting. After {@link SqlGraphWriter.finish}. */
  totals(before: Partial<Record<keyof RevisionTotals, number | null>>): RevisionTotals {
    const { nodes, edges, remarks, files } = this.#tables
    const [tx, project] = [this.#tx, this.#project]
    return {
      ...files.totals(tx, project),
      symbols: before.symbols == null ? nodes.count(tx, project) : before.symbols + this.#symbols,
      edges: before.edges == null ? edges.count(tx, project) : before.edges + this.#edges,
      unresolved:
        before.unresolved == null ? remarks.countUnresolved(tx, project) : before.unresolved + this.#unresolved,
    }
  }

  #insertNodes(fileId: number, nodes: readonly NodeInput[]): Float64Array {
    const ids = new Float64Array(nodes.length)
    for (const [index, node] of nodes.entries()) {
      const row = nodeRow(this.#project, (ids[index] = ++this.#lastNode), fileId, node, this.revision)
      this.#newNodes.add(nodeValues(row))
      this.#symbols++
      this.#search.put({ id: row.id, name: node.name, signature: node.signature, doc: node.doc })
    }
    return ids
  }

  #replaceNodes(fileId: number, nodes: readonly NodeInput[]): Float64Array {
    const { files, nodes: table } = this.#tables
    const texts = unpackTexts(files.contents(this.#tx, this.#project, fileId)?.texts ?? nothing)
    const before = new Map(table.ofFile(this.#tx, this.#project, fileId).map((row) => [row.descriptor, row] as const))
    const ids = new Float64Array(nodes.length)
    for (const [index, node] of nodes.entries()) {
      const old = before.get(node.descriptor)
      before.delete(node.descriptor)
      const row = nodeRow(this.#project, old?.id ?? ++this.#lastNode, fileId, node, this.revision)
      ids[index] = row.id
      const { name, signature, doc } = node
      const found = { id: row.id, name, signature, doc }
      if (old === undefined) {
        this.#newNodes.add(nodeValues(row))
        this.#symbols++
        this.#search.put(found)
        continue
      }
      row.created = old.created
      if (node.embedding === undefined && equalBytes(old.hash, row.hash)) row.embedding = old.embedding
      const text = texts.get(row.id)
      const sameText = text.signature === signature && text.doc === doc
      if (sameText && sameContent(old, row)) row.updated = old.updated
      if (row.updated !== old.updated || !samePlace(old, row)) table.update(this.#tx, row)
      if (sameText && old.name === name) continue
      this.#search.drop(row.id)
      this.#search.put(found)
    }
    this.#removeNodes([...before.values()].map((row) => row.id))
    return ids
  }

  #removeNodes(ids: readonly number[]): void {
    const { nodes, edges } = this.#tables
    for (const id of ids) {
      for (const target of edges.externalTargets(this.#tx, this.#project, id)) this.#doubtedExternals.add(target)
      for (const file of edges.filesLeadingTo(this.#tx, this.#project, id)) this.#markChanged(file)
      this.#edges -= edges.removeTouching(this.#tx, this.#project, id)
    }
    this.#symbols -= ids.length
    for (const id of ids) {
      nodes.remove(this.#tx, this.#project, id)
      this.#search.drop(id)
    }
  }

  /** The edges stored for a file by key; undefined where there cannot be any. */
  #edgesBefore(fileId: number): Map<string, EdgeRow> | undefined {
    if (this.#withoutEdges.delete(fileId)) return undefined
    this.#endBulkLoad()
    const rows = this.#tables.edges.ofFile(this.#tx, this.#project, fileId)
    return new Map(rows.map((row) => [edgeKey(row), row]))
  }

  /** Whether that changed anything. */
  #putEdge(row: EdgeRow, before: Map<string, EdgeRow> | undefined): boolean {
    const key = before === undefined ? '' : edgeKey(row)
    const old = before?.get(key)
    if (old === undefined) {
      this.#newEdges.add(edgeValues(row))
      this.#edges++
      return true
    }
    before?.delete(key)
    if (sameEdge(old, row)) return false
    this.#tables.edges.put(this.#tx, row)
    return true
  }

  #removeUnresolved(fileId: number): void {
    const { remarks } = this.#tables
    for (const { sites } of remarks.unresolvedOfFile(this.#tx, this.#project, fileId))
      this.#unresolved -= countPlaces(sites)
    remarks.removeUnresolved(this.#tx, this.#project, fileId)
  }

  /** Invariant: whatever is written of a file, its nodes or edges that leave them comes by here, or writes its row. */
  #markChanged(fileId: number): void {
    if (!this.#markedFiles.has(fileId)) this.#changedFiles.add(fileId)
    this.#changed = true
  }

  #idsOf(fileId: number): ReadonlyMap<string, number> {
    let ids = this.#nodeIds.get(fileId)
    if (ids === undefined) {
      const rows = this.#tables.nodes.idsOfFile(this.#tx, this.#project, fileId)
      ids = new Map(rows.map((row) => [row.descriptor, row.id]))
      this.#nodeIds.set(fileId, ids)
    }
    return ids
  }

  #requireFile(fileId: number, callSite: (...args: never[]) => unknown): StoredFile {
    const file = this.#filesById.get(fileId)
    if (file !== undefined) return file
    throw new GraphFileNotFoundError(`The graph has no file with the id ${fileId}`, {
      hint: 'Give an id that putFile or files() returned, of a file that was not removed',
      details: { fileId },
      callSite,
    })
  }

  /** Writes what was kept back, and makes the indexes that what follows looks things up in. */
  #endBulkLoad(): void {
    this.#flush()
    if (this.#bulkLoading) this.#tables.bulkLoad.end(this.#tx)
    this.#bulkLoading = false
  }

  #flush(): void {
    this.#newNodes.flush()
    this.#newEdges.flush()
    this.#newUnresolved.flush()
  }
}

function edgeRow(project: number, edge: EdgeInput): EdgeRow {
  return {
    project,
    source: edge.source,
    target: edge.target,
    kind: edgeCode(edge.kind),
    confidence: confidenceCode(edge.confidence),
    sites: packSites(edge.sites),
    metadata: edge.metadata === undefined ? null : JSON.stringify(edge.metadata),
  }
}

function edgeKey(row: EdgeRow): string {
  return `${row.source} ${row.target} ${row.kind}`
}

function sameEdge(old: EdgeRow, row: EdgeRow): boolean {
  return old.confidence === row.confidence && old.metadata === row.metadata && equalBytes(old.sites, row.sites)
}

function samePlace(old: NodeRow, row: NodeRow): boolean {
  return (
    old.start_offset === row.start_offset &&
    old.end_offset === row.end_offset &&
    old.name_offset === row.name_offset &&
    old.name_length === row.name_length
  )
}

function sameContent(old: NodeRow, row: NodeRow): boolean {
  return (
    old.name === row.name &&
    old.qualified_name === row.qualified_name &&
    old.kind === row.kind &&
    old.exported === row.exported &&
    old.complexity === row.complexity &&
    old.cognitive === row.cognitive &&
    equalBytes(old.halstead, row.halstead) &&
    equalBytes(old.hash, row.hash) &&
    equalBytes(old.embedding, row.embedding)
  )
}

function sameUnresolved(before: readonly UnresolvedRow[], rows: readonly UnresolvedRow[]): boolean {
  if (before.length !== rows.length) return false
  const key = (row: UnresolvedRow): string => JSON.stringify([row.name, row.reason, row.call])
  const sites = new Map(before.map((row) => [key(row), row.sites]))
  return rows.every((row) => equalBytes(sites.get(key(row)) ?? null, row.sites))
}

function diagnosticKey(diagnostic: DiagnosticInput): unknown[] {
  const { path, start = null, end = null, code, message } = diagnostic
  return [path, start, end, code, message]
}

function byPlace(left: DiagnosticInput, right: DiagnosticInput): number {
  const [a, b] = [JSON.stringify(diagnosticKey(left)), JSON.stringify(diagnosticKey(right))]
  if (left.path !== right.path) return left.path < right.path ? -1 : 1
  if (left.start !== right.start) return (left.start ?? -1) - (right.start ?? -1)
  return a < b ? -1 : a > b ? 1 : 0
}

function strangeSource(edge: EdgeInput, callSite: (...args: never[]) => unknown): GraphInputError {
  return new GraphInputError(`An edge leaves the node ${edge.source}, which is not one of the file`, {
    hint: 'Put each edge with the file of its source',
    details: { source: edge.source, target: edge.target, kind: edge.kind },
    callSite,
  })
}
