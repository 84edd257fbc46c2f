import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { killAtRandomPoints, killKinds } from '../src/kill-runs.ts'

it(
  'keeps every acknowledged transaction, and no half of one, when processes are killed',
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'forge-kill-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const points = await killAtRandomPoints({ points: 12, seed: Date.now() % 1e9, folder })
    expect(points.flatMap(({ kind, faults }) => faults.map((fault) => `${kind}: ${fault}`))).toStrictEqual([])
    expect(new Set(points.map(({ kind }) => kind))).toStrictEqual(new Set(killKinds))
  },
)
