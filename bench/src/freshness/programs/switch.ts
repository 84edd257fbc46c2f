/** Checks out branches on which many files differ, and asks for what the last of these files has there. */
import { repeatableRandom } from '../../repeatable-random.ts'
import { median } from '../../statistics.ts'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'
import { checkout, makeBranches } from './branches.ts'
import { savedFiles } from './saves.ts'
import { prepareSide } from './systems/side.ts'
import { ask } from './systems/system.ts'

/** So many of the other files are asked for as well, once the time is taken. */
const checks = 10

await runProgram(async (request) => {
  const name = onlySide(request)
  const side = await prepareSide({ request, system: name, corpus: 'synthetic-2m' })
  const random = repeatableRandom()
  const files = savedFiles(side.root)
    .map((file) => ({ file, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, sizeOf(request, 'files'))
    .map(({ file }) => file)
  const branches = await makeBranches({ root: side.root, files, count: sizeOf(request, 'switches') })
  const system = await side.start()
  const [written, answered]: readonly [number[], number[]] = [[], []]
  for (const { name: branch, expected } of branches) {
    const start = performance.now()
    await checkout(side.root, branch)
    written.push(performance.now() - start)
    await ask(system, expected.at(-1)!)
    answered.push(performance.now() - start)
    for (let check = 0; check < checks; check++) {
      await ask(system, expected[Math.floor((check * expected.length) / checks)]!)
    }
  }
  const memory = process.memoryUsage().rss
  await system.close()
  return {
    [name]: {
      switch: median(answered),
      'switch most': Math.max(...answered),
      written: median(written),
      memory,
    },
  }
})
