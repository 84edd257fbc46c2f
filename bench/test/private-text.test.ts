import { expect, test } from 'vitest'
import { withoutPaths } from '../src/private-text.ts'

test('addresses and the folders of absolute paths are left out', () => {
  expect(withoutPaths('cannot open /home/someone/project/a.db, see scheme://example.test/page')).toBe(
    'cannot open …/a.db, see <address>',
  )
})

test('text without them stays as it is', () => {
  const text = 'ended with exit code 1: 3/4 done, node_modules/@scope/name/file.js is missing'
  expect(withoutPaths(text)).toBe(text)
})
