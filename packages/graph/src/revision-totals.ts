/** What is counted of the graph with each revision, as the columns of `revisions` are called. */
export const revisionTotals = ['files', 'lines', 'symbols', 'edges', 'unresolved'] as const

/**
 * How much there was in a revision: files and their lines, symbols of the project that are not local, edges, and places that
 * could not be resolved.
 */
export type RevisionTotals = Readonly<Record<(typeof revisionTotals)[number], number>>
