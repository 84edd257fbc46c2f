import type { Measurement } from '../../suite/measurement.ts'

/** Point reads through Kysely, all at once, as a busy server asks for them. */
export function kyselyReads(reads: number, sizeText: string): Measurement {
  return {
    id: `kysely-reads-${reads}`,
    title: `Kysely, ${sizeText} concurrent point reads`,
    what:
      `\`await Promise.all\` of ${sizeText} selects of one row by its primary key, from a file of 10,000 rows in WAL mode, ` +
      `from the first call until the last answer. Every side has a process of its own.`,
    program: new URL('../programs/kysely-reads.ts', import.meta.url),
    together: false,
    baseline: 'kysely',
    sides: [
      { name: 'kysely', note: 'Kysely with its own `SqliteDialect` over one better-sqlite3 connection.' },
      {
        name: 'forge',
        note: '`db.kysely` of `@forge/db`, its defaults: the same queries, built and compiled each time.',
      },
      { name: 'forge prepared', note: '`db.prepared(…).first({ id })` of `@forge/db`.' },
      { name: 'better-sqlite3', note: 'The floor: a loop over a statement kept by hand, no promises.' },
    ],
    metrics: [{ id: 'allMs', label: 'all answers', unit: 'ms', over: 'median' }],
    bars: [
      { text: 'Forge against Kysely', side: 'kysely', against: 'forge', metric: 'allMs', atLeast: 15 },
      { text: 'prepared against Kysely', side: 'kysely', against: 'forge prepared', metric: 'allMs', atLeast: 15 },
    ],
    size: { reads },
    smallSize: { reads: 50 },
  }
}
