import { runRounds } from './rounds.ts'
import { writeRunsWithKills } from './run-rounds.ts'

// Lets 8 processes write 1,000 times each to one run history, kills some, and tells whether anything was lost.
await runRounds(
  'runs',
  writeRunsWithKills,
  ({ acknowledged, runs, lost }) =>
    `${acknowledged} writes acknowledged, ${runs} runs there, ${lost} lost with their process`,
)
