import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { editAndCompare } from '../src/fresh-runs.ts'
import { killWatchers } from '../src/watch-kills.ts'

const packages = ['errors', 'stmt-cache', 'incremental']

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'forge-fresh-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

for (const seed of [1, 2, Math.floor(Math.random() * 1e9)]) {
  it(`keeps a graph the same as a fresh one, byte for byte, whatever is edited (seed ${seed})`, async () => {
    const { edits, fault } = await editAndCompare({ folder: emptyFolder(), packages, bursts: 12, seed })
    expect(edits.length).toBeGreaterThan(12)
    expect(fault === undefined ? undefined : [fault, ...edits]).toBeUndefined()
  }, 120_000)
}

it('makes a graph right after its watcher was killed, without reading everything', async () => {
  const seed = Math.floor(Math.random() * 1e9)
  const kills = await killWatchers({ folder: emptyFolder(), packages, kills: 4, seed })
  expect(kills.map(({ fault }) => fault)).toEqual([undefined, undefined, undefined, undefined])
  expect(kills.some(({ read, files }) => read < files / 2)).toBe(true)
}, 120_000)
