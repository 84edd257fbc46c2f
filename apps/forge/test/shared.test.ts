import { expect, test } from 'vitest'
import { shared } from '../src/http/shared.ts'

/** Work that ends when it is told to, with the number of its turn. */
function turns() {
  const ends: (() => void)[] = []
  let begun = 0
  const work = () => {
    const number = ++begun
    return new Promise<number>((resolve) => ends.push(() => resolve(number)))
  }
  return { work, begun: () => begun, end: () => ends.shift()!() }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

test('whoever asks while work is under way gets that of the next turn, all of them the same', async () => {
  const { work, begun, end } = turns()
  const ask = shared(work)
  const first = ask()
  await settle()
  const later = [ask(), ask(), ask()]
  await settle()
  expect(begun()).toBe(1)
  end()
  expect(await first).toBe(1)
  await settle()
  expect(begun()).toBe(2)
  end()
  expect(await Promise.all(later)).toEqual([2, 2, 2])
})

test('work that fails fails for those who wait for it, and is done again for the next', async () => {
  let fails = true
  const ask = shared(async () => {
    if (fails) throw new Error('no')
    return 'yes'
  })
  await expect(ask()).rejects.toThrow('no')
  fails = false
  expect(await ask()).toBe('yes')
})
