import { hashOf, type NodeHash } from '@forge/incremental'
import { expect, it } from 'vitest'
import { storeFile } from './store-file.ts'

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((text) => hashOf(text)) as [NodeHash, NodeHash, NodeHash, NodeHash]
const sorted = (...hashes: NodeHash[]): NodeHash[] => hashes.toSorted()

async function openCache() {
  const { open, clock } = await storeFile()
  const { analyses } = await open()
  return { analyses, clock }
}

it('gives back what was put', async () => {
  const { analyses, clock } = await openCache()
  expect(await analyses.isCached(a)).toBe(false)
  expect(await analyses.get(a)).toBeUndefined()
  clock.now = 7
  await analyses.put({ hash: a, file: 'z.ts', cfg: Uint8Array.of(1, 2), metrics: { cyclomatic: 3 }, uses: [b, b] })
  await analyses.put({ hash: a, file: 'x.ts', cfg: Uint8Array.of(3), metrics: { cyclomatic: 4 }, uses: [c] })
  expect(await analyses.isCached(a)).toBe(true)
  const known = await analyses.get(a)
  expect({ ...known, cfg: [...known!.cfg!] }).toEqual({
    hash: a,
    files: ['x.ts', 'z.ts'],
    cfg: [3],
    metrics: { cyclomatic: 4 },
    uses: [c],
    computedAt: 7,
  })
  await analyses.put({ hash: b, file: 'x.ts', metrics: {} })
  expect(await analyses.get(b)).toMatchObject({ cfg: undefined, metrics: {}, uses: [] })
})

it('drops what is older than a time', async () => {
  const { analyses, clock } = await openCache()
  for (const [index, hash] of [a, b, c].entries()) {
    clock.now = index
    await analyses.put({ hash, file: 'x.ts', metrics: {} })
  }
  expect(await analyses.invalidateBefore(2)).toBe(2)
  expect(await analyses.isCached(b)).toBe(false)
  expect(await analyses.isCached(c)).toBe(true)
  expect(await analyses.affectedBy('x.ts')).toEqual([c])
})

it('drops a node with what uses it, in circles too', async () => {
  const { analyses } = await openCache()
  await analyses.put({ hash: a, file: 'a.ts', metrics: {}, uses: [b] })
  await analyses.put({ hash: b, file: 'b.ts', metrics: {}, uses: [c, a] })
  await analyses.put({ hash: d, file: 'd.ts', metrics: {} })
  expect(await analyses.invalidateNode(c)).toEqual(sorted(a, b))
  expect(await analyses.invalidateNode(c)).toEqual([])
  expect(await analyses.isCached(d)).toBe(true)
})

it('tells what a file affects', async () => {
  const { analyses } = await openCache()
  await analyses.put({ hash: a, file: 'a.ts', metrics: {}, uses: [b] })
  await analyses.put({ hash: b, file: 'b.ts', metrics: {}, uses: [c] })
  await analyses.put({ hash: c, file: 'c.ts', metrics: {} })
  await analyses.put({ hash: c, file: 'copy.ts', metrics: {} })
  expect(await analyses.affectedBy('c.ts')).toEqual(sorted(a, b, c))
  expect(await analyses.affectedBy('copy.ts')).toEqual(sorted(a, b, c))
  expect(await analyses.affectedBy('a.ts')).toEqual([a])
  expect(await analyses.affectedBy('none.ts')).toEqual([])
})
