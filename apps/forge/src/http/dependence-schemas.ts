import { flowKinds, opcodes } from '@forge/pdg'
import { z } from '@hono/zod-openapi'
import { freshness, range, symbols } from './graph-schemas.ts'

const codePlace = {
  file: z.string(),
  range,
  text: z.string().openapi({ description: 'What stands there: one line, shortened' }),
}

const functionPlace = {
  ...codePlace,
  name: z.string().openapi({ description: 'The name it has where it is written; empty for none' }),
  kind: z.enum(['module', 'function', 'arrow', 'method', 'constructor', 'getter', 'setter', 'fields']),
  symbol: z.string().nullable().openapi({ description: 'The symbol whose code it is' }),
}

const functionSchema = z.strictObject(functionPlace).readonly().openapi('CodeFunction')

const stepSchema = z
  .strictObject({
    ...codePlace,
    id: z.int().openapi({ description: 'Its number among those of the function' }),
    op: z.enum(opcodes),
  })
  .readonly()
  .openapi('CodeStep', { description: 'What a function evaluates at once' })

const steps = z.array(stepSchema).readonly()
const blockNumber = z.int()
const blockNumbers = z.array(blockNumber).readonly()

const blockSchema = z
  .strictObject({
    id: blockNumber,
    role: z.enum(['entry', 'exit', 'raise', 'end', 'code']),
    steps,
    isReachable: z.boolean(),
    dominator: blockNumber.nullable().openapi({ description: 'The nearest block that is on every way here' }),
    postDominator: blockNumber
      .nullable()
      .openapi({ description: 'The nearest block that is on every way from here to the end' }),
    frontier: blockNumbers.nullable().openapi({
      description: 'Where ways from here first meet others; null where those of all blocks are more than a million',
    }),
    loopDepth: z.int(),
  })
  .readonly()
  .openapi('FlowBlock')

const flowSchema = z
  .strictObject({
    function: functionSchema,
    blocks: z.array(blockSchema).readonly(),
    edges: z
      .array(
        z.strictObject({ from: blockNumber, to: blockNumber, kind: z.enum(flowKinds), isBack: z.boolean() }).readonly(),
      )
      .readonly(),
    loops: z
      .array(
        z
          .strictObject({ header: blockNumber, blocks: blockNumbers, parent: blockNumber.nullable(), depth: z.int() })
          .readonly(),
      )
      .readonly(),
    irreducible: z.array(z.strictObject({ entries: blockNumbers, blocks: blockNumbers }).readonly()).readonly(),
    unreachable: z.array(z.strictObject(codePlace).readonly()).readonly(),
    independentPaths: z.int().openapi({ description: 'Edges − nodes + 2 of this graph, exceptions included' }),
    pathCount: z
      .string()
      .openapi({ description: 'How many ways lead from the entry to the end without going back, in decimal digits' }),
    paths: z.array(blockNumbers).readonly(),
  })
  .readonly()
  .openapi('FunctionFlow')

const dependencesSchema = z
  .strictObject({
    function: functionSchema,
    steps,
    edges: z
      .array(
        z
          .strictObject({
            from: z.int().openapi({ description: 'The step that depends' }),
            on: z.int().nullable().openapi({ description: 'The step it depends on; null for what comes from outside' }),
            kind: z.enum(['control', 'data']),
            label: z.string().openapi({ description: 'The outcome that leads there, or the variable' }),
            assumedFor: z
              .int()
              .nullable()
              .openapi({ description: 'The call of which not all is known, for which it is assumed' }),
          })
          .readonly(),
      )
      .readonly(),
    cut: z.int().openapi({
      description: 'Of how many steps, the last ones, the edges are left out because there are more than 200,000',
    }),
  })
  .readonly()
  .openapi('FunctionDependences')

const slicePlace = z
  .strictObject({
    function: z.int().openapi({ description: 'An index of functions' }),
    step: z.int().nullable().openapi({ description: 'Null for the function as a whole' }),
  })
  .readonly()

/** The flow of control of functions. */
export const flowsSchema = z
  .strictObject({ symbols, functions: z.array(flowSchema).readonly(), freshness })
  .readonly()
  .openapi('Flows')

/** What depends on what in functions. */
export const dependencesOfSchema = z
  .strictObject({ symbols, functions: z.array(dependencesSchema).readonly(), freshness })
  .readonly()
  .openapi('Dependences')

/** What affects a place, or what it affects. */
export const sliceSchema = z
  .strictObject({
    direction: z.enum(['backward', 'forward']),
    criterion: steps.openapi({ description: 'What was sliced from' }),
    files: z
      .array(
        z
          .strictObject({
            file: z.string(),
            lines: z.array(z.int()).readonly(),
            distances: z
              .array(z.int())
              .readonly()
              .openapi({ description: 'For each line, how many steps from one function to another it is away' }),
            ofLines: z.int().openapi({ description: 'How many lines the functions have that it is in' }),
          })
          .readonly(),
      )
      .readonly(),
    cut: z
      .int()
      .openapi({ description: 'How many steps to other functions were not followed, because of depth and limit' }),
    functions: z.array(z.strictObject({ ...functionPlace, steps }).readonly()).readonly(),
    assumed: steps.openapi({ description: 'Calls of which it is not known all that they call' }),
    edges: z
      .array(
        z
          .strictObject({
            from: slicePlace,
            on: slicePlace,
            kind: z.enum(['control', 'data', 'call']),
            label: z.string(),
            isAssumed: z.boolean(),
          })
          .readonly(),
      )
      .readonly()
      .optional(),
    edgesCut: z
      .int()
      .optional()
      .openapi({ description: 'Of how many steps the edges are left out because there are more than 200,000' }),
    freshness,
  })
  .readonly()
  .openapi('Slice')
