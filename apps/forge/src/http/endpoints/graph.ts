import { nodeKinds, type GraphSymbol } from '@forge/graph'
import { z } from '@hono/zod-openapi'
import type { Forge, Freshness } from '../../forge.ts'
import { callsOf, shortestPath } from '../../questions/shortest-path.ts'
import {
  askAboutSymbols,
  calleesQuestion,
  callersQuestion,
  referencesQuestion,
  type FlatAnswer,
  flatAnswer,
  type SymbolQuestion,
} from '../../questions/symbol-rows.ts'
import { symbolsAt, symbolsCalled } from '../../questions/targets.ts'
import { type Endpoint, endpoint, type EndpointContext } from '../endpoint.ts'
import {
  callsSchema,
  definitionsSchema,
  diagnosticsSchema,
  neighboursSchema,
  pathSchema,
  referencesSchema,
  statusSchema,
  symbolPageSchema,
} from '../graph-schemas.ts'
import { flagOr, wholeNumberOr } from '../parameters.ts'
import {
  freshness,
  freshnessOf,
  indexed,
  name,
  needTarget,
  positionOptions,
  symbolOptions,
  type SymbolQuery,
} from '../symbol-target.ts'

const tag = 'graph'

const limit = wholeNumberOr(50, 1, 1000, 'Rows')
const depth = wholeNumberOr(1, 1, 100, 'How many calls away')

/** Questions about the code. */
export const graphEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/status',
    id: 'getStatus',
    tag,
    summary: 'Revision, counts, what could not be resolved',
    query: z.strictObject({ freshness }),
    content: statusSchema,
    answer: async ({ query }, context) => ({
      root: context.forge.root,
      ...(await context.forge.graph.status()),
      ...(await freshnessOf(context, query)),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/symbols',
    id: 'findSymbols',
    tag,
    summary: 'Symbols by name: exact, prefix, camelCase parts, full text',
    query: z.strictObject({
      query: name,
      kind: z.enum(nodeKinds).optional(),
      file: name.optional().openapi({ description: 'In this file, or below this folder' }),
      language: name.optional(),
      exact: flagOr(false, 'Whether it is the whole name'),
      limit,
      offset: wholeNumberOr(0, 0, 1e9, 'Symbols to leave out'),
      freshness,
    }),
    content: symbolPageSchema,
    problems: [409],
    async answer({ query: { query, freshness, kind, file, language, ...page } }, context) {
      const { graph } = await indexed(context)
      const found = await graph.search(query, {
        ...page,
        ...(kind === undefined ? {} : { kind }),
        ...(file === undefined ? {} : { file }),
        ...(language === undefined ? {} : { language }),
      })
      return { ...found, ...(await freshnessOf(context, { freshness })) }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/definition',
    id: 'getDefinition',
    tag,
    summary: 'The definition of what is named at a position',
    query: z.strictObject({ ...positionOptions, freshness }),
    content: definitionsSchema,
    problems: [404, 409],
    async answer({ query }, context) {
      const { graph } = await indexed(context)
      const { file, line, column } = query
      const definitions = await symbolsAt(graph, { file, line, ...(column === undefined ? {} : { column }) })
      return { definitions, ...(await freshnessOf(context, query)) }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/refs',
    id: 'getReferences',
    tag,
    summary: 'All references to a symbol',
    query: z.strictObject({ ...symbolOptions, limit }),
    content: referencesSchema,
    problems: [404, 409],
    async answer({ query }, context) {
      const { rows, ...rest } = await answerAbout(context, query, referencesQuestion)
      return { ...rest, references: rows }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/callers',
    id: 'getCallers',
    tag,
    summary: 'Who calls a symbol',
    query: z.strictObject({ ...symbolOptions, limit, depth }),
    content: callsSchema,
    problems: [404, 409],
    async answer({ query }, context) {
      const { rows, ...rest } = await answerAbout(context, query, callersQuestion(query.depth))
      return { ...rest, calls: rows }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/callees',
    id: 'getCallees',
    tag,
    summary: 'What a symbol calls',
    query: z.strictObject({ ...symbolOptions, limit, depth }),
    content: callsSchema,
    problems: [404, 409],
    async answer({ query }, context) {
      const { rows, ...rest } = await answerAbout(context, query, calleesQuestion(query.depth))
      return { ...rest, calls: rows }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/path',
    id: 'getPath',
    tag,
    summary: 'The shortest chain of calls from one symbol to another',
    query: z.strictObject({ from: name, to: name, exactOne: symbolOptions.exactOne, freshness }),
    content: pathSchema,
    problems: [404, 409],
    async answer({ query }, context) {
      const { graph } = await indexed(context)
      const from = await symbolsCalled(graph, query.from, query)
      const to = await symbolsCalled(graph, query.to, query)
      const path = await shortestPath(graph, from, to)
      return { from, to, calls: path === undefined ? null : callsOf(path), ...(await freshnessOf(context, query)) }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/neighbours',
    id: 'getNeighbours',
    tag,
    summary: 'The symbols one edge of any kind away',
    query: z.strictObject({ ...symbolOptions, limit }),
    content: neighboursSchema,
    problems: [404, 409],
    async answer({ query }, context) {
      const { graph } = await indexed(context)
      const symbols = await targetsOf(graph, query)
      const all = []
      for (const { id } of symbols) {
        for (const neighbour of await graph.neighbours(id)) all.push({ of: id, ...neighbour })
      }
      const neighbours = all.slice(0, query.limit)
      return { symbols, neighbours, total: all.length, ...(await freshnessOf(context, query)) }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/diagnostics',
    id: 'getDiagnostics',
    tag,
    summary: 'What is wrong with files',
    query: z.strictObject({ limit, freshness }),
    content: diagnosticsSchema,
    async answer({ query }, context) {
      const diagnostics = await context.forge.graph.diagnostics()
      const shown = diagnostics.slice(0, query.limit)
      return { diagnostics: shown, total: diagnostics.length, ...(await freshnessOf(context, query)) }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/export',
    id: 'exportGraph',
    tag,
    summary: 'The whole graph as JSON lines, the same bytes on every machine',
    content: { mediaType: 'application/x-ndjson', description: 'Lines as `forge export` prints them' },
    problems: [409],
    answer: async ({ signal }, context) => (await indexed(context)).graph.exportLines({ signal }),
  }),
]

async function answerAbout<Row>(
  context: EndpointContext,
  query: SymbolQuery & { readonly limit: number; readonly freshness: boolean },
  question: SymbolQuestion<Row>,
): Promise<FlatAnswer<Row> & { readonly freshness?: Freshness }> {
  const { graph } = await indexed(context)
  const symbols = await targetsOf(graph, query)
  const answer = await askAboutSymbols(graph, symbols, question, query.limit)
  return { ...flatAnswer(answer), ...(await freshnessOf(context, query)) }
}

/** The symbols a request means, by name or by position. */
async function targetsOf(graph: Forge['graph'], query: SymbolQuery): Promise<readonly GraphSymbol[]> {
  const target = needTarget(query)
  return typeof target === 'string' ? symbolsCalled(graph, target, query) : symbolsAt(graph, target)
}
