import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { writeMemoriesWithKills } from '../src/memory-rounds.ts'

it(
  'keeps every entry that was acknowledged, once, when processes that write to one memory are killed',
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'forge-memory-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const options = { rounds: 1, processes: 4, writes: 120, kills: 2, seed: Date.now() % 1e9, folder }
    const [round] = await writeMemoriesWithKills(options)
    expect(round).toMatchObject({ faults: [] })
    expect(round?.acknowledged).toBeGreaterThan(150)
  },
)
