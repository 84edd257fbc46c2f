import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { writeRunsWithKills } from '../src/run-rounds.ts'

it(
  'keeps all that was acknowledged, once, when processes that write to one run history are killed',
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'forge-runs-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const seed = Date.now() % 1e9
    const [round] = await writeRunsWithKills({ rounds: 1, processes: 4, writes: 120, kills: 2, seed, folder })
    expect({ seed, ...round }).toMatchObject({ faults: [] })
    expect(round?.acknowledged).toBeGreaterThan(150)
  },
)
