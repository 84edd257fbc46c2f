/** Saves files of a corpus again and again, and asks for what each save has brought. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { repeatableRandom } from '../../repeatable-random.ts'
import { median, percentile } from '../../statistics.ts'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'
import { type SaveKind, saveKinds } from '../measurements.ts'
import { nextSave, savedFiles } from './saves.ts'
import { prepareSide } from './systems/side.ts'
import { ask, type Expected } from './systems/system.ts'

/** What stands behind the name of a system where it has the larger corpus. */
const largeSuffix = ', 2M lines'
/** From an answer, and all that is done after it, to the next save: nobody saves at once. */
const pauseMs = 100
/** Questions when nothing was saved. */
const questions = 10

await runProgram(async (request) => {
  const name = onlySide(request)
  const large = name.endsWith(largeSuffix)
  const system = large ? name.slice(0, -largeSuffix.length) : name
  const side = await prepareSide({ request, system, corpus: large ? 'synthetic-2m' : 'effect' })
  const files = savedFiles(side.root)
  const random = repeatableRandom()
  const times: Readonly<Record<SaveKind, number[]>> = { comment: [], call: [], function: [] }
  const first = await side.start()
  let last: Expected | undefined
  const saves = sizeOf(request, large ? 'saves of 2M' : 'saves')
  // One of each kind warms up.
  for (let index = -saveKinds.length; index < saves; index++) {
    const kind = saveKinds[(index + saveKinds.length) % saveKinds.length]!
    const { text, expected } = nextSave({ root: side.root, files, kind, index: index + saveKinds.length, random })
    await first.settled?.()
    await sleep(pauseMs)
    const start = performance.now()
    writeFileSync(join(side.root, expected.file), text)
    await ask(first, expected)
    if (index >= 0) times[kind].push(performance.now() - start)
    last = expected
  }
  await first.settled?.()
  const unchanged: number[] = []
  for (let question = 0; question < questions; question++) {
    const start = performance.now()
    await ask(first, last!)
    unchanged.push(performance.now() - start)
  }
  const memory = process.memoryUsage().rss
  await first.close()
  const started = performance.now()
  const again = await side.start()
  const start = performance.now() - started
  await ask(again, last!)
  await again.close()
  const all = Object.values(times).flat()
  return {
    [name]: {
      'save p50': percentile(all, 0.5),
      'save p99': percentile(all, 0.99),
      ...Object.fromEntries(saveKinds.map((kind) => [`${kind} p50`, percentile(times[kind], 0.5)])),
      'ask p50': median(unchanged),
      start,
      memory,
    },
  }
})
