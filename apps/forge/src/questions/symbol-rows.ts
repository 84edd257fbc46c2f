import type { Call, Graph, GraphSymbol, Reference, UnresolvedPlace } from '@forge/graph'

/** Something that is asked about every symbol a name means. */
export interface SymbolQuestion<Row> {
  /** What a row is. */
  readonly noun: 'reference' | 'call'
  readonly ask: (graph: Graph, symbol: GraphSymbol) => Promise<readonly Row[]>
  /** Places that could not be resolved, and may belong to the answer. */
  readonly doubts: (graph: Graph, symbols: readonly GraphSymbol[]) => Promise<readonly UnresolvedPlace[]>
}

/** A symbol and the rows about it. */
interface SymbolRows<Row> {
  readonly symbol: GraphSymbol
  readonly rows: readonly Row[]
  /** With those that were cut. */
  readonly total: number
}

/** Rows under the symbols they are about. */
export interface SymbolAnswer<Row> {
  readonly groups: readonly SymbolRows<Row>[]
  /** Symbols, with those that were cut. */
  readonly symbolsTotal: number
  /** Rows, with those that were cut. */
  readonly total: number
  /** Places that could not be resolved, and may belong to the answer. */
  readonly unresolved: number
}

/** A {@link SymbolAnswer} without its groups. */
export type FlatAnswer<Row> = Omit<SymbolAnswer<Row>, 'groups'> & {
  readonly symbols: readonly GraphSymbol[]
  readonly rows: readonly Row[]
}

/** Every place that names a symbol. */
export const referencesQuestion: SymbolQuestion<Reference> = {
  noun: 'reference',
  ask: (graph, symbol) => graph.references(symbol.id),
  doubts: unresolvedNamed,
}

/** Who calls a symbol, up to `depth` calls away. */
export function callersQuestion(depth: number): SymbolQuestion<Call> {
  return {
    noun: 'call',
    ask: (graph, symbol) => graph.callers(symbol.id, { depth }),
    doubts: async (graph, symbols) => (await unresolvedNamed(graph, symbols)).filter((place) => place.call),
  }
}

/** What the code of a symbol calls, up to `depth` calls away. */
export function calleesQuestion(depth: number): SymbolQuestion<Call> {
  return {
    noun: 'call',
    ask: (graph, symbol) => graph.callees(symbol.id, { depth }),
    doubts: async (graph, symbols) => {
      const places = await Promise.all(symbols.map((symbol) => graph.unresolvedIn(symbol.id)))
      return places.flat().filter((place) => place.call)
    },
  }
}

/** Asks a question about symbols; rows are cut at the limit, and so are symbols without any. */
export async function askAboutSymbols<Row>(
  graph: Graph,
  symbols: readonly GraphSymbol[],
  { ask, doubts }: SymbolQuestion<Row>,
  limit: number,
): Promise<SymbolAnswer<Row>> {
  const groups: SymbolRows<Row>[] = []
  let left = limit
  let total = 0
  for (const symbol of symbols) {
    const found = await ask(graph, symbol)
    total += found.length
    const rows = found.slice(0, left)
    if (rows.length === 0 && groups.length >= limit) continue
    left -= rows.length
    groups.push({ symbol, rows, total: found.length })
  }
  return { groups, symbolsTotal: symbols.length, total, unresolved: (await doubts(graph, symbols)).length }
}

/** The symbols of an answer, and the rows about all of them. */
export function flatAnswer<Row>({ groups, ...counts }: SymbolAnswer<Row>): FlatAnswer<Row> {
  return { symbols: groups.map(({ symbol }) => symbol), rows: groups.flatMap(({ rows }) => rows), ...counts }
}

/** The names of symbols, each once. */
export function namesOf(symbols: readonly GraphSymbol[]): readonly string[] {
  return [...new Set(symbols.map((symbol) => symbol.name))]
}

/** Places that name something of the name of one of the symbols, and could not be resolved. */
export async function unresolvedNamed(
  graph: Graph,
  symbols: readonly GraphSymbol[],
): Promise<readonly UnresolvedPlace[]> {
  const found = await Promise.all(namesOf(symbols).map((name) => graph.unresolvedNamed(name)))
  return found.flat()
}
