import { expect, test } from 'vitest'
import { renderColdIndex } from '../src/report.ts'
import type { ColdIndexResults, Run, SystemResult } from '../src/results.ts'

function run(round: number, wallMs: number): Run {
  return { round, wallMs, cpuMs: wallMs, peakRssBytes: 200e6, databaseBytes: 30e6, againMs: 100 }
}

function system(name: string, wallMs: readonly number[], more: Partial<SystemResult> = {}): SystemResult {
  return {
    name,
    version: '1.0.0',
    commands: { cold: `${name} DIR`, again: null },
    env: {},
    note: 'As it comes.',
    counts: { files: 2, nodes: 1234, edges: 1234567, calls: null },
    runs: wallMs.map((ms, index) => run(index + 1, ms)),
    failure: null,
    ...more,
  }
}

function render(...systems: readonly SystemResult[]): string {
  const results: ColdIndexResults = {
    bench: 'cold-index',
    measuredAt: '2026-01-02T03:04:05.000Z',
    revision: 'abc1234',
    machine: { processor: 'P', cores: 2, memoryBytes: 2 ** 33, kernel: 'Linux 6', node: 'v24.0.0' },
    load: { before: 0, after: 1 },
    corpus: { name: 'effect', label: 'some code', files: 2, lines: 10, bytes: 1000 },
    rounds: 3,
    systems,
  }
  return renderColdIndex(results)
}

test('a row holds medians, the range, and ratios to optave', () => {
  const text = render(system('forge', [900, 1000, 1100]), system('optave', [4000, 5000, 9000]))
  expect(text).toMatch(/\| forge 1\.0\.0 \| 1\.00 s \(0\.20\) \| 0\.90 s – 1\.10 s \|/)
  expect(text).toMatch(/\| optave 1\.0\.0 \| 5\.00 s \| 4\.00 s – 9\.00 s \|/)
})

test('without optave there are no ratios', () => {
  const row = /\| forge 1\.0\.0 \| 1\.00 s \| 1\.00 s – 1\.00 s \| 1\.00 s \| 200\.0 MB \|/
  expect(render(system('forge', [1000]))).toMatch(row)
})

test('a system that failed has a row that says so and a reason, and no figures', () => {
  const failure = { round: 2, phase: 'cold', reason: 'took longer than 180 s' } as const
  const text = render(system('optave', [4000], { failure }), system('forge', [1000]))
  expect(text).toMatch(/\| optave 1\.0\.0 \| failed \| — \|/)
  expect(text).toMatch(/\*\*optave failed\*\* in round 2 \(cold\): took longer than 180 s/)
  expect(text).toMatch(/\| forge 1\.0\.0 \| 1\.00 s \|/)
})

test('counts are grouped by thousands, and what a system does not tell is a dash', () => {
  expect(render(system('forge', [1000]))).toMatch(/\| forge \| 2 \| 1,234 \| 1,234,567 \| — \|/)
})
