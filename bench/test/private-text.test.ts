import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutPaths } from '../src/private-text.ts'

test('addresses and the folders of absolute paths are left out', () => {
  assert.equal(
    withoutPaths('cannot open /home/someone/project/a.db, see scheme://example.test/page'),
    'cannot open …/a.db, see <address>',
  )
})

test('text without them stays as it is', () => {
  assert.equal(withoutPaths('ended with exit code 1: 3/4 done'), 'ended with exit code 1: 3/4 done')
})
