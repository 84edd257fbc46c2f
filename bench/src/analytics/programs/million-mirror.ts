/** Mirrors a million edges, and writes them as Parquet. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { ProgramRequest } from '../../suite/measurement.ts'
import { runProgram, sizeOf } from '../../suite/program.ts'
import { makeGraph } from './million-edges.ts'

await runProgram(async (request: ProgramRequest) => {
  const size = { files: sizeOf(request, 'files'), edges: sizeOf(request, 'edges') }
  await using made = await makeGraph(request.folder, size)
  const { analytics, graphFile, mirrorFile } = made
  const [anew, { written }] = await timed(() => analytics.sync())
  const rows = written.files + written.symbols + written.edges
  const mirrorBytes = statSync(mirrorFile).size
  await made.changeFile()
  const [change] = await timed(() => analytics.sync())
  const [nothing] = await timed(() => analytics.sync())
  const [parquet, files] = await timed(() => analytics.exportParquet(join(request.folder, 'parquet'), { sync: false }))
  return {
    forge: {
      rows,
      anew,
      rate: (rows / anew) * 1000,
      change,
      nothing,
      graphBytes: statSync(graphFile).size,
      mirrorBytes,
      parquet,
      parquetBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    },
  }
})

async function timed<T>(work: () => Promise<T>): Promise<readonly [number, T]> {
  const start = performance.now()
  const answer = await work()
  return [performance.now() - start, answer]
}
