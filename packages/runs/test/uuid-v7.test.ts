import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { uuidMaker } from '../src/uuid-v7.ts'

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('ids are UUIDs of version 7 that sort by the order of their making', () => {
  let now = Date.UTC(2026, 0, 1)
  const make = uuidMaker(() => now, randomBytes)
  const ids = Array.from({ length: 20_000 }, (_, index) => {
    // The clock stands still, goes on, and is set back.
    if (index % 6000 === 0) now += index % 12_000 === 0 ? 5 : -3
    return make()
  })
  expect(ids.filter((id) => !form.test(id))).toEqual([])
  expect(ids).toEqual(ids.toSorted())
  expect(new Set(ids).size).toBe(ids.length)
  expect(Number.parseInt(ids[0]!.replace('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 0, 1) + 5)
})

test('ids of one moment differ in every random bit', () => {
  const ids = Array.from({ length: 200 }, () => uuidMaker(() => 0, randomBytes)())
  const bits = ids.map((id) => BigInt(`0x${id.replaceAll('-', '')}`))
  const fixed = (value: bigint) => bits.every((each) => ((each ^ (bits[0] ?? 0n)) & value) === 0n)
  const same = Array.from({ length: 128 }, (_, bit) => bit).filter((bit) => fixed(1n << BigInt(bit)))
  // 48 bits of time, 4 of version, 2 of variant, and the highest of the counter.
  expect(same).toHaveLength(48 + 4 + 2 + 1)
})
