import { writeSync } from 'node:fs'
import { createMemory } from '@forge/memory'
import Driver from 'better-sqlite3'
import { memoryEntry, memoryId } from './memory-entries.ts'
import { seededRandom } from './random.ts'

// Run as a process of its own, to be killed: writes entries, some at a time and some of them anew, and prints number and
// version of each once it is stored.
const [, , path = '', prefix = '', writes = '', seed = ''] = process.argv
const random = seededRandom(Number(seed))
const memory = createMemory({ path, driver: Driver })
writeSync(1, 'ready\n')
const versions = new Map<number, number>()
let written = 0
while (written < Number(writes)) {
  const together = Math.min(1 + Math.floor(random() * 4), Number(writes) - written)
  const numbers = new Set(
    Array.from({ length: together }, (_, index) =>
      random() < 0.2 && written > 0 ? Math.floor(random() * written) : written + index,
    ),
  )
  await Promise.all(
    Array.from(numbers, async (number) => {
      const version = (versions.get(number) ?? 0) + 1
      versions.set(number, version)
      await memory.write(memoryId(prefix, number), memoryEntry(prefix, number, version))
      writeSync(1, `${number} ${version}\n`)
    }),
  )
  written += together
}
await memory.close()
writeSync(1, 'done\n')
