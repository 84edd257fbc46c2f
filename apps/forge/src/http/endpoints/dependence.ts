import { z } from '@hono/zod-openapi'
import { askAboutCode, type CodeQuestion } from '../../questions/code-questions.ts'
import { symbolsCalled } from '../../questions/targets.ts'
import { dependencesOfSchema, flowsSchema, sliceSchema } from '../dependence-schemas.ts'
import { type Endpoint, endpoint, type EndpointContext } from '../endpoint.ts'
import { flagOr, wholeNumberOr } from '../parameters.ts'
import { freshnessOf, indexed, needTarget, positionOptions, symbolOptions, type SymbolQuery } from '../symbol-target.ts'

const tag = 'dependence'

/** Questions about what code does: the flow of control, dependences, slices. */
export const dependenceEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/cfg',
    id: 'getFlow',
    tag,
    summary: 'The flow of control in functions',
    query: z.strictObject({ ...symbolOptions, paths: wholeNumberOr(0, 0, 1000, 'How many paths to list') }),
    content: flowsSchema,
    problems: [404, 409],
    async answer({ query }, context) {
      const { cfg } = context.forge
      return {
        ...(await answerOf(context, query, (target) => cfg.of(target, { paths: query.paths }))),
        ...(await freshnessOf(context, query)),
      }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/pdg',
    id: 'getDependences',
    tag,
    summary: 'On what each step of functions depends',
    query: z.strictObject(symbolOptions),
    content: dependencesOfSchema,
    problems: [404, 409],
    async answer({ query }, context) {
      const { pdg } = context.forge
      return {
        ...(await answerOf(context, query, (target) => pdg.of(target))),
        ...(await freshnessOf(context, query)),
      }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/slice',
    id: 'getSlice',
    tag,
    summary: 'What affects a line, or what it affects, through all functions and files',
    query: z.strictObject({
      ...positionOptions,
      direction: z.enum(['backward', 'forward']).default('backward'),
      within: flagOr(false, 'Whether to stay in the function'),
      exceptions: z
        .enum(['direct', 'all'])
        .default('direct')
        .openapi({ description: 'Which calls may throw: those of functions that throw by themselves, or all' }),
      depth: z.coerce
        .number()
        .int()
        .min(0)
        .optional()
        .openapi({ description: 'How many steps from one function to another are followed; default all' }),
      limit: z.coerce
        .number()
        .int()
        .min(0)
        .max(10_000)
        .default(100)
        .openapi({ description: 'How many functions it may be in, the nearest ones' }),
      edges: flagOr(false, 'Whether to list the dependences between the steps'),
      freshness: symbolOptions.freshness,
    }),
    content: sliceSchema,
    problems: [404, 409],
    async answer({ query, signal }, context) {
      const { pdg } = await indexed(context)
      const { freshness, column, depth, ...options } = query
      const slice = await pdg.slice({
        ...options,
        ...(column === undefined ? {} : { column }),
        ...(depth === undefined ? {} : { depth }),
        signal,
      })
      return { ...slice, ...(await freshnessOf(context, { freshness })) }
    },
  }),
]

async function answerOf<T>(context: EndpointContext, query: SymbolQuery, ask: CodeQuestion<T>) {
  const { graph } = await indexed(context)
  const target = needTarget(query)
  if (typeof target !== 'string') return { symbols: [], functions: await ask(target) }
  const symbols = await symbolsCalled(graph, target, query)
  return { symbols, functions: await askAboutCode(symbols, ask) }
}
