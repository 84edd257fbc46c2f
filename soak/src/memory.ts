import { writeMemoriesWithKills } from './memory-rounds.ts'
import { runRounds } from './rounds.ts'

// Lets 8 processes write 1,000 entries each to one memory, kills some, and tells whether anything was lost.
await runRounds(
  'memory',
  writeMemoriesWithKills,
  ({ acknowledged, entries }) => `${acknowledged} entries acknowledged, ${entries} there`,
)
