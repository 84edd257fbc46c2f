import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { killAtRandomPoints, killKinds } from './kill-runs.ts'

// Kills processes at many random points and tells whether their files survived.
const { values } = parseArgs({
  options: { points: { type: 'string', default: '200' }, seed: { type: 'string', default: String(Date.now() % 1e9) } },
})
const folder = mkdtempSync(join(tmpdir(), 'forge-soak-'))
const start = performance.now()
console.log(`seed ${values.seed}`)
const points = await killAtRandomPoints({
  points: Number(values.points),
  seed: Number(values.seed),
  folder,
  onPoint: ({ kind, after, faults }) => {
    for (const fault of faults) console.log(`${kind}, killed after ${after.toFixed(1)} ms: ${fault}`)
  },
})
for (const kind of killKinds) {
  const ours = points.filter((point) => point.kind === kind)
  const acknowledged = ours.reduce((sum, point) => sum + point.acknowledged, 0)
  const faulty = ours.filter((point) => point.faults.length > 0).length
  console.log(`${kind}: ${ours.length} kills, ${acknowledged} acknowledged, ${faulty} files with faults`)
}
console.log(`${points.length} kills in ${((performance.now() - start) / 1000).toFixed(0)} s`)
const failed = points.some((point) => point.faults.length > 0)
if (failed) console.log(`the files are in ${folder}`)
else rmSync(folder, { recursive: true })
process.exitCode = failed ? 1 : 0
