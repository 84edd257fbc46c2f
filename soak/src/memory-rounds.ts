import { createMemory, type MemoryEntry } from '@forge/memory'
import Driver from 'better-sqlite3'
import type { Ended } from './killed-writers.ts'
import { memoryEntry, memoryId } from './memory-entries.ts'
import { type Round, type RoundsOptions, writeWithKills } from './rounds.ts'

/** Processes that wrote to one memory, and what they left. */
export interface MemoryRound extends Round {
  readonly entries: number
}

/** Lets processes write to a fresh memory at the same time, kills some, and looks at what is there. */
export function writeMemoriesWithKills(options: RoundsOptions<MemoryRound>): Promise<MemoryRound[]> {
  return writeWithKills({ name: 'memory', program: new URL('memory-process.ts', import.meta.url), lookAt }, options)
}

/** The newest version of each entry that a process was told is stored. */
type Acknowledged = ReadonlyMap<number, number>

async function lookAt(file: string, ends: readonly Ended[], random: () => number): Promise<MemoryRound> {
  const faults: string[] = []
  const memory = createMemory({ path: file, driver: Driver })
  try {
    const { problems } = await memory.check()
    faults.push(...problems)
    const stored = await allEntries(memory)
    const { entries } = await memory.stats()
    if (new Set(stored.map(({ id }) => id)).size !== stored.length) faults.push('An entry is there twice')
    if (entries !== stored.length) faults.push(`${entries} entries are counted, ${stored.length} are there`)
    const byId = new Map(stored.map((entry) => [entry.id, entry]))
    const acknowledgements = ends.map(acknowledgedBy)
    for (const [index, acknowledged] of acknowledgements.entries()) {
      faults.push(...faultsOf(String(index), acknowledged, byId))
    }
    for (const entry of stored.filter(() => random() < 0.01)) {
      const [hit] = await memory.search(entry.content.split(' ').slice(0, 3).join(' '), 1)
      if (hit?.id !== entry.id) faults.push(`The entry ${entry.id} is not found by its words`)
    }
    const acknowledged = acknowledgements.reduce((sum, each) => sum + each.size, 0)
    const killed = ends.filter((end) => end.killed).length
    return { killed, acknowledged, entries, faults }
  } finally {
    await memory.close()
  }
}

function acknowledgedBy({ lines }: Ended): Acknowledged {
  const acknowledged = new Map<number, number>()
  for (const line of lines) {
    const [number, version] = line.split(' ').map(Number)
    if (number === undefined || version === undefined) continue
    acknowledged.set(number, Math.max(acknowledged.get(number) ?? 0, version))
  }
  return acknowledged
}

function faultsOf(prefix: string, acknowledged: Acknowledged, stored: ReadonlyMap<string, MemoryEntry>): string[] {
  const faults: string[] = []
  for (const [number, version] of acknowledged) {
    const entry = stored.get(memoryId(prefix, number))
    const there = Number(entry?.metadata['version'] ?? 0)
    // The next version may have been stored and not been acknowledged yet.
    if (there < version) faults.push(`${prefix}/${number}: version ${version} was acknowledged, ${there} is there`)
    else if (entry?.content !== memoryEntry(prefix, number, there).content)
      faults.push(`${prefix}/${number}: other words`)
  }
  return faults
}

async function allEntries(memory: ReturnType<typeof createMemory>): Promise<readonly MemoryEntry[]> {
  const all: MemoryEntry[] = []
  let after: string | undefined
  do {
    const page = await memory.list({ limit: 1000, ...(after === undefined ? {} : { after }) })
    all.push(...page.entries)
    after = page.next
  } while (after !== undefined)
  return all
}
