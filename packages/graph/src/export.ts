import type { EdgeColumns, ExportedFile, ExportedGap, ExportSnapshot } from './export-snapshot.ts'
import { confidences, edgeKinds, nodeKinds, roles } from './graph-types.ts'
import { unpackLocals } from './packed-locals.ts'
import { eachMention, eachPlace, eachSite } from './packed-sites.ts'
import { byCodeUnit, symbolId } from './symbol-reader.ts'

interface SymbolLine {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly qualifiedName: string
  readonly file: string
  readonly start: number
  readonly end: number
  readonly nameStart: number
  readonly nameEnd: number
}

interface OccurrenceLine {
  readonly start: number
  readonly end: number
  readonly symbol: string
  readonly role: string
}

/**
 * The JSON lines of a project, each with its line break: files, symbols, occurrences, edges, unresolved places.
 *
 * Invariant: nothing here depends on row ids or on the order rows were written in. Text is ordered by UTF-16 code
 * unit, numbers by value.
 */
export function* exportedLines(snapshot: ExportSnapshot): Generator<string, void, undefined> {
  const files = snapshot.files.toSorted((left, right) => byCodeUnit(left.path, right.path))
  const paths = new Map(files.map((file) => [file.id, file.path]))
  const ids = new Map<number, string>()
  for (const { id, file, descriptor } of snapshot.nodes) {
    ids.set(id, file === null ? descriptor : symbolId(paths.get(file) ?? '', descriptor))
  }
  for (const { path, hash, language, lines } of files) {
    yield line({ t: 'file', path, hash: Buffer.from(hash).toString('hex'), language, lines })
  }
  for (const symbol of symbolLines(snapshot, paths, ids)) yield line({ t: 'symbol', ...symbol })
  const edgesOfFile = groupEdges(snapshot)
  for (const file of files) {
    const lines = occurrenceLines(file, snapshot.edges, edgesOfFile.get(file.id) ?? [], ids)
    for (const { start, end, symbol, role } of lines) {
      yield line({ t: 'occurrence', file: file.path, start, end, symbol, role })
    }
  }
  yield* edgeLines(snapshot, paths, ids)
  const gapsOfFile = Map.groupBy(snapshot.gaps, (gap) => gap.file)
  for (const file of files) {
    for (const { start, end, name, reason } of gapLines(gapsOfFile.get(file.id) ?? [])) {
      yield line({ t: 'unresolved', file: file.path, start, end, name, reason })
    }
  }
}

function symbolLines(
  { files, nodes }: ExportSnapshot,
  paths: ReadonlyMap<number, string>,
  ids: ReadonlyMap<number, string>,
): SymbolLine[] {
  const symbols: SymbolLine[] = []
  for (const node of nodes) {
    const file = node.file === null ? undefined : paths.get(node.file)
    if (file === undefined) continue
    symbols.push({
      id: ids.get(node.id)!,
      kind: nodeKinds[node.kind]!,
      name: node.name,
      qualifiedName: node.qualified_name,
      file,
      start: node.start_offset,
      end: node.end_offset,
      nameStart: node.name_start,
      nameEnd: node.name_end,
    })
  }
  for (const { path, locals } of files) {
    for (const { name, qualifiedName, descriptor, kind, start, end, nameStart, nameEnd } of unpackLocals(locals)
      .symbols) {
      const id = symbolId(path, descriptor)
      symbols.push({ id, kind, name, qualifiedName, file: path, start, end, nameStart, nameEnd })
    }
  }
  return symbols.toSorted((left, right) => byCodeUnit(left.id, right.id))
}

/** The edges that leave each file. */
function groupEdges({ nodes, edges }: ExportSnapshot): Map<number, number[]> {
  const fileOf = new Map(nodes.map((node) => [node.id, node.file]))
  const groups = new Map<number, number[]>()
  for (let edge = 0; edge < edges.count; edge++) {
    const file = fileOf.get(edges.source[edge]!)
    if (file === undefined || file === null) continue
    const group = groups.get(file)
    if (group === undefined) groups.set(file, [edge])
    else group.push(edge)
  }
  return groups
}

function occurrenceLines(
  file: ExportedFile,
  edges: EdgeColumns,
  edgesOfFile: readonly number[],
  ids: ReadonlyMap<number, string>,
): OccurrenceLine[] {
  const lines: OccurrenceLine[] = []
  for (const edge of edgesOfFile) {
    const symbol = ids.get(edges.target[edge]!) ?? ''
    eachMention(edges.sites(edge), (start, end, role) => lines.push({ start, end, symbol, role: roles[role]! }))
  }
  const { symbols, occurrences } = unpackLocals(file.locals)
  const localIds = symbols.map((local) => symbolId(file.path, local.descriptor))
  for (const { start, end, role, local } of occurrences) {
    lines.push({ start, end, symbol: localIds[local]!, role: roles[role]! })
  }
  lines.sort(
    (left, right) =>
      left.start - right.start ||
      left.end - right.end ||
      byCodeUnit(left.symbol, right.symbol) ||
      byCodeUnit(left.role, right.role),
  )
  return lines.filter((line, index) => {
    const before = lines[index - 1]
    return (
      before === undefined ||
      before.start !== line.start ||
      before.end !== line.end ||
      before.symbol !== line.symbol ||
      before.role !== line.role
    )
  })
}

function* edgeLines(
  { nodes, edges }: ExportSnapshot,
  paths: ReadonlyMap<number, string>,
  ids: ReadonlyMap<number, string>,
): Generator<string, void, undefined> {
  // Ids are compared once: an edge is ordered by the places of its ends among them.
  const sorted = nodes.toSorted((left, right) => byCodeUnit(ids.get(left.id)!, ids.get(right.id)!))
  const order = new Map(sorted.map((node, index) => [node.id, index]))
  const fileOf = new Map(nodes.map((node) => [node.id, node.file]))
  const byKind = Map.groupBy(
    Array.from({ length: edges.count }, (_, edge) => edge),
    (edge) => edges.kind[edge]!,
  )
  for (const kind of edgeKinds.toSorted()) {
    const ofKind = byKind.get(edgeKinds.indexOf(kind)) ?? []
    ofKind.sort(
      (left, right) =>
        order.get(edges.source[left]!)! - order.get(edges.source[right]!)! ||
        order.get(edges.target[left]!)! - order.get(edges.target[right]!)!,
    )
    for (const edge of ofKind) {
      const source = edges.source[edge]!
      const file = paths.get(fileOf.get(source) ?? -1) ?? ''
      yield line({
        t: 'edge',
        kind,
        from: ids.get(source)!,
        to: ids.get(edges.target[edge]!)!,
        confidence: confidences[edges.confidence[edge]!]!,
        sites: siteList(file, edges.sites(edge)),
      })
    }
  }
}

function siteList(file: string, packed: Uint8Array): (readonly [string, number, number])[] {
  const sites: [string, number, number][] = []
  eachSite(packed, (start, end) => sites.push([file, start, end]))
  sites.sort((left, right) => left[1] - right[1] || left[2] - right[2])
  return sites.filter(([, start, end], index) => sites[index - 1]?.[1] !== start || sites[index - 1]?.[2] !== end)
}

interface GapLine {
  readonly start: number
  readonly end: number
  readonly name: string
  readonly reason: string
}

function gapLines(gaps: readonly ExportedGap[]): GapLine[] {
  const lines: GapLine[] = []
  for (const { name, reason, sites } of gaps) eachPlace(sites, (start, end) => lines.push({ start, end, name, reason }))
  lines.sort(
    (left, right) =>
      left.start - right.start ||
      left.end - right.end ||
      byCodeUnit(left.name, right.name) ||
      byCodeUnit(left.reason, right.reason),
  )
  return lines.filter((line, index) => JSON.stringify(line) !== JSON.stringify(lines[index - 1]))
}

function line(record: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(record)}\n`
}
