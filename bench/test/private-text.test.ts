import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutPaths } from '../src/private-text.ts'

void test('addresses and the folders of absolute paths are left out', () => {
  assert.equal(
    withoutPaths('cannot open /home/someone/project/a.db, see scheme://example.test/page'),
    'cannot open …/a.db, see <address>',
  )
})

void test('text without them stays as it is', () => {
  const text = 'ended with exit code 1: 3/4 done, node_modules/@scope/name/file.js is missing'
  assert.equal(withoutPaths(text), text)
})
