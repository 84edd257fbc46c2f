import { confidences, edgeKinds, nodeKinds, roles } from '@forge/graph'
import { z } from '@hono/zod-openapi'
import { time } from './parameters.ts'

const position = z
  .strictObject({ line: z.int().min(1), column: z.int().min(1), offset: z.int().min(0) })
  .readonly()
  .openapi('Position', { description: 'Line and column from 1, columns and the offset in UTF-16 units' })

/** A stretch of a file. */
export const range = z.strictObject({ start: position, end: position }).readonly().openapi('Range')

const confidence = z.enum(confidences).openapi({
  description: 'exact: by scope, import or declared type; inferred: by following values; ambiguous: one of several',
})

/** A symbol. */
const symbolSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    qualifiedName: z.string(),
    kind: z.enum(nodeKinds),
    language: z.string(),
    file: z.string(),
    range,
    signature: z.string().optional(),
    doc: z.string().optional(),
  })
  .readonly()
  .openapi('Symbol')

const referenceSchema = z
  .strictObject({
    symbol: z.string(),
    file: z.string(),
    range,
    role: z.enum(roles),
    in: z.string().nullable().openapi({ description: 'The symbol whose code it is' }),
    confidence,
  })
  .readonly()
  .openapi('Reference')

const site = z.strictObject({ file: z.string(), range }).readonly()

const callSchema = z
  .strictObject({ caller: z.string(), callee: z.string(), site, confidence, depth: z.int() })
  .readonly()
  .openapi('Call')

/** Whether the graph is true to the folder; absent where it was not to be looked. */
const freshnessSchema = z
  .strictObject({
    revision: z.int(),
    stale: z.boolean(),
    pending: z.array(z.string()).readonly().openapi({ description: 'Files that have changed since' }),
  })
  .readonly()
  .openapi('Freshness')

/** As {@link freshnessSchema}, where it was asked for. */
export const freshness = freshnessSchema.optional()
/** Symbols. */
export const symbols = z.array(symbolSchema).readonly()
const total = z.int().openapi({ description: 'How many there are, with those that were cut' })

const aboutSymbols = {
  symbols,
  symbolsTotal: z.int(),
  total,
  unresolved: z.int().openapi({ description: 'Places that could not be resolved, and may belong to the answer' }),
  freshness,
}

/** What search finds. */
export const symbolPageSchema = z.strictObject({ symbols, total, freshness }).readonly().openapi('SymbolPage')

/** What is named at a position. */
export const definitionsSchema = z.strictObject({ definitions: symbols, freshness }).readonly().openapi('Definitions')

/** References of symbols. */
export const referencesSchema = z
  .strictObject({ ...aboutSymbols, references: z.array(referenceSchema).readonly() })
  .readonly()
  .openapi('References')

/** Calls of symbols. */
export const callsSchema = z
  .strictObject({ ...aboutSymbols, calls: z.array(callSchema).readonly() })
  .readonly()
  .openapi('Calls')

/** A shortest chain of calls. */
export const pathSchema = z
  .strictObject({
    from: symbols,
    to: symbols,
    calls: z
      .array(z.strictObject({ caller: z.string(), callee: z.string(), site, confidence }).readonly())
      .readonly()
      .nullable()
      .openapi({ description: 'Null where no chain of known calls leads there' }),
    freshness,
  })
  .readonly()
  .openapi('CallPath')

/** Symbols one edge away. */
export const neighboursSchema = z
  .strictObject({
    symbols,
    neighbours: z
      .array(
        z
          .strictObject({
            of: z.string(),
            kind: z.enum(edgeKinds),
            direction: z.enum(['in', 'out']),
            symbol: symbolSchema,
            confidence,
            sites: z.int(),
          })
          .readonly(),
      )
      .readonly(),
    total,
    freshness,
  })
  .readonly()
  .openapi('Neighbours')

const counts = z.record(z.string(), z.int()).readonly()

/** The graph in numbers. */
export const statusSchema = z
  .strictObject({
    root: z.string(),
    revision: z.int(),
    updated: time.nullable(),
    files: z.int(),
    lines: z.int(),
    nodes: counts,
    edges: counts,
    languages: z.record(z.string(), z.strictObject({ files: z.int(), lines: z.int() }).readonly()).readonly(),
    diagnostics: counts,
    unresolved: z.record(z.string(), z.strictObject({ places: z.int(), calls: z.int() }).readonly()).readonly(),
    calls: counts,
    databaseBytes: z.int(),
    freshness,
  })
  .readonly()
  .openapi('GraphStatus')

/** What is wrong with files. */
export const diagnosticsSchema = z
  .strictObject({
    diagnostics: z
      .array(
        z.strictObject({ path: z.string(), code: z.string(), message: z.string(), range: range.optional() }).readonly(),
      )
      .readonly(),
    total,
    freshness,
  })
  .readonly()
  .openapi('Diagnostics')
