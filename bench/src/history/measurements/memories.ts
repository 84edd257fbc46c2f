import type { Bar, Measurement, Metric, Side } from '../../suite/measurement.ts'

const ms = (id: string, label: string): Metric => ({ id, label, unit: 'ms', over: 'median' })

const metrics: readonly Metric[] = [
  ms('fillMs', 'fill, an entry'),
  ms('writeMs', 'write'),
  ms('writeP99Ms', 'write p99'),
  ms('replaceMs', 'replace'),
  ms('togetherMs', '64 at once, each'),
  ms('readMs', 'read'),
  ms('searchMs', 'search'),
  ms('searchP99Ms', 'search p99'),
  { id: 'entries', label: 'entries', unit: 'count', over: 'median' },
  { id: 'fileBytes', label: 'database', unit: 'bytes', over: 'median' },
  { id: 'wrong', label: 'wrong answers', unit: 'count', over: 'sum' },
]

const like: Side = {
  name: 'like',
  note: 'One table of better-sqlite3, a search is `like` for the words in a row, the newest first, as small plugins have it. WAL, `synchronous` `FULL`.',
}
const forge: Side = {
  name: 'forge',
  note: '`@forge/memory` in its defaults: `writeMany` to fill, `write`, `read`, `search`; `synchronous` `FULL`.',
}
const memvid: Side = {
  name: 'memvid',
  note: '`@memvid/sdk`, kind `basic`, without embeddings: `put`, `find` with `lex`. It takes no more than some hundred entries in a file of its free size, so it has 100. It has no read by id.',
  peer: '@memvid/sdk',
}

const what = (entries: string): string =>
  `${entries} entries of 1 KB, of a vocabulary of 5,000 words, each with a word of its own. Filled in transactions of 500; then single writes, each awaited, of new entries and in place of others, 64 ` +
  'writes that are asked for at once, reads by id, and searches for three words, one of which only one entry has. Times are medians of one call. Wrong answers: entries that are ' +
  'not read as they were written, searches whose first hit is another, entries that are missing in the end.'

const bars: readonly Bar[] = [
  { text: 'write', side: 'forge', metric: 'writeMs', atMost: 0.2 },
  { text: 'search', side: 'forge', metric: 'searchMs', atMost: 1 },
  { text: 'no wrong answer, nothing lost', side: 'forge', metric: 'wrong', atMost: 0 },
]

const common = {
  program: new URL('../programs/memories.ts', import.meta.url),
  together: false,
  baseline: 'like',
  metrics,
  smallSize: { entries: 120, calls: 10 },
}

/** As many entries as an agent makes in some months. */
export const fewMemories: Measurement = {
  ...common,
  id: 'memory-5000',
  title: '5,000 memories of 1 KB',
  what: what('5,000'),
  sides: [like, forge, memvid],
  bars: [
    ...bars,
    { text: 'write against memvid', side: 'forge', metric: 'writeMs', against: 'memvid', atMost: 0.1 },
    { text: 'search against memvid', side: 'forge', metric: 'searchMs', against: 'memvid', atMost: 0.5 },
  ],
  size: { entries: 5000, calls: 300 },
}

/** A hundred times as many. */
export const manyMemories: Measurement = {
  ...common,
  id: 'memory-500000',
  title: '500,000 memories of 1 KB',
  what: `${what('500,000')} Building it takes a minute or more, so it is done once.`,
  sides: [like, forge],
  bars,
  mostRounds: 1,
  minutes: 30,
  size: { entries: 500_000, calls: 300 },
}
