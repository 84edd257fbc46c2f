/** The kinds of symbols; `external` is one outside the project. */
export const symbolKinds = [
  'module',
  'function',
  'method',
  'constructor',
  'getter',
  'setter',
  'class',
  'interface',
  'type',
  'enum',
  'enum-member',
  'variable',
  'constant',
  'property',
  'parameter',
  'namespace',
  'external',
] as const

/** One of {@link symbolKinds}. */
export type SymbolKind = (typeof symbolKinds)[number]

/** The kinds of edges. */
export const edgeKinds = [
  'calls',
  'imports',
  'extends',
  'implements',
  'contains',
  'overrides',
  'references',
  'reads',
  'writes',
  'instantiates',
] as const

/** One of {@link edgeKinds}. */
export type EdgeKind = (typeof edgeKinds)[number]

/** How sure an edge is. */
export const confidences = ['exact', 'inferred', 'ambiguous'] as const

/** One of {@link confidences}. */
export type Confidence = (typeof confidences)[number]

/** Where a run stands. */
export const runStatuses = ['running', 'succeeded', 'failed', 'cancelled', 'lost'] as const

/** One of {@link runStatuses}. */
export type RunStatus = (typeof runStatuses)[number]

/** The kinds of symbols that are functions: those complexity is spread over. */
export const functionKinds = ['function', 'method', 'constructor', 'getter', 'setter'] as const

/** The words as SQL, each in quotes; they are ours and hold none. */
export function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ')
}
