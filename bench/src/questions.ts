/** The benchmark of questions: how long the graph takes to answer, in the process that asks. */
import { measurements } from './questions/measurements.ts'
import { runSuite } from './suite/run-suite.ts'

await runSuite({
  id: 'questions',
  title: 'Questions',
  usage: `Measures questions to the graph of a repository and of one four times as large, in process.

  pnpm --filter @forge/bench questions
  pnpm --filter @forge/bench questions --rounds 1 --no-write
`,
  measurements,
})
