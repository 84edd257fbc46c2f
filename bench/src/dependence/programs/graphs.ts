/** Lowers all files of a side, and makes the graph of each function. */
import { buildPdg } from '@forge/pdg'
import { percentile } from '../../statistics.ts'
import { onlySide, runProgram } from '../../suite/program.ts'
import { lowered, sourcesIn } from './sources.ts'

await runProgram((request) => {
  const side = onlySide(request)
  const times: number[] = []
  const all = { nodes: 0, edges: 0, lower: 0, largest: 0, largestNodes: 0 }
  for (const source of sourcesIn(request.peers)) {
    const start = performance.now()
    const { functions } = lowered(source)
    all.lower += performance.now() - start
    for (const ir of functions) {
      const before = performance.now()
      const { data } = buildPdg(ir)
      const time = performance.now() - before
      times.push(time)
      all.nodes += data.nodes
      all.edges += data.source.length
      if (data.nodes <= all.largestNodes) continue
      all.largestNodes = data.nodes
      all.largest = time
    }
  }
  return {
    [side]: {
      ...all,
      functions: times.length,
      build: times.reduce((sum, time) => sum + time, 0),
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
    },
  }
})
