import { expect, test } from 'vitest'
import type { Bar, Metric } from '../src/suite/measurement.ts'
import { renderSuite } from '../src/suite/report.ts'
import type { SideResult, SuiteResults } from '../src/suite/results.ts'

const metrics: readonly Metric[] = [
  { id: 'readNs', label: 'one row', unit: 'ns', over: 'median' },
  { id: 'errors', label: 'errors', unit: 'count', over: 'sum' },
]

function side(name: string, readNs: readonly number[], more: Partial<SideResult> = {}): SideResult {
  const rounds = readNs.map((ns, index) => ({ round: index + 1, values: { readNs: ns, errors: 1 } }))
  return { name, note: 'As it comes.', version: null, rounds, failure: null, ...more }
}

function render(sides: readonly SideResult[], bars: readonly Bar[] = [], shown = metrics): string {
  const results: SuiteResults = {
    bench: 'storage',
    measuredAt: '2026-01-02T03:04:05.000Z',
    revision: 'abc1234',
    machine: { processor: 'P', cores: 2, memoryBytes: 2 ** 33, kernel: 'Linux 6', node: 'v24.0.0' },
    load: { before: 0, after: 1 },
    rounds: 3,
    measurements: [{ id: 'reads', title: 'Reads', what: 'One row.', baseline: 'driver', metrics: shown, bars, sides }],
  }
  return renderSuite(results)
}

const driver = side('driver', [1000, 900, 1100])
const bar = { text: 'one row', side: 'forge', against: 'driver', metric: 'readNs' }

test('a row holds medians with their ratio to the baseline, and errors of all rounds together', () => {
  const text = render([side('forge', [1200, 1100, 99_000], { version: '1.2.3' }), driver])
  expect(text).toMatch(/\| driver \| 1,000 ns \| 3 \|\n\| forge 1\.2\.3 \| 1,200 ns \(1\.20\) \| 3 \|/)
})

test('a bar is held against the median of the ratios of each round', () => {
  const forge = side('forge', [1200, 1200, 5500])
  expect(render([forge, driver], [{ ...bar, atMost: 1.3 }])).toContain('| Reads: one row | ≤ 1.30x | 1.33x | **no** |')
  expect(render([forge, driver], [{ ...bar, atLeast: 1.3 }])).toContain('| Reads: one row | ≥ 1.30x | 1.33x | yes |')
})

test('a bar without another side is held against the number itself', () => {
  const text = render([driver], [{ text: 'errors', side: 'driver', metric: 'errors', atMost: 0 }])
  expect(text).toContain('| Reads: errors | ≤ 0 | 3 | **no** |')
})

test('a side that failed has a row that says so and a reason, and its bars are left out', () => {
  const text = render([side('forge', [1], { failure: 'ended with exit code 1' }), driver], [{ ...bar, atMost: 1.3 }])
  expect(text).toContain('| forge | failed | failed |')
  expect(text).toContain('**forge failed**: ended with exit code 1')
  expect(text).not.toContain('1.30x')
})

test('what a side does not measure is a dash', () => {
  const silent = side('forge', [], { rounds: [{ round: 1, values: { errors: 0 } }] })
  expect(render([silent, driver])).toContain('| forge | — | 0 |')
})

test('a share is never rounded up to all', () => {
  const shares = side('driver', [], { rounds: [{ round: 1, values: { led: 0.9999 } }] })
  const led: Metric = { id: 'led', label: 'led', unit: 'share', over: 'sum' }
  expect(render([shares], [], [led])).toContain('| driver | 99.9 % |')
})
