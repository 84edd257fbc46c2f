import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fuzzHttp } from './http/fuzz.ts'

// Sends 10,000 hostile requests to `forge serve`, and tells what it answered.
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'forge-http-soak-'))
const start = performance.now()
console.log(`seed ${values.seed}`)
const { statuses, slowest, memory, descriptors, faults } = await fuzzHttp({
  requests: Number(values.requests),
  seed: Number(values.seed),
  stalls: 40,
  folder,
  onProgress: (sent, memory) => {
    if (sent % 1000 === 0) console.log(`${sent} sent, ${memory.toFixed(0)} MiB`)
  },
})
console.log(`${values.requests} requests in ${((performance.now() - start) / 1000).toFixed(0)} s`)
console.log(
  [...statuses]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${status || 'closed'}: ${count}`)
    .join(', '),
)
console.log(
  `slowest ${slowest.toFixed(0)} ms, memory ${memory.map((each) => each.toFixed(0)).join(' -> ')} MiB, descriptors ${descriptors.join(' -> ')}`,
)
console.log(`${faults.length} faults`)
for (const fault of faults) console.log(`  ${fault}`)
rmSync(folder, { recursive: true })
process.exitCode = faults.length > 0 ? 1 : 0
