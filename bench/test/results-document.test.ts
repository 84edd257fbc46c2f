import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withSection } from '../src/results-document.ts'

const first = withSection('', { id: 'a', title: 'A', body: 'one' })

void test('an empty document gets a heading and the section', () => {
  assert.match(first, /^# Results\n/)
  assert.match(first, /<!-- bench:a:start -->\n\n## A\n\none\n\n<!-- bench:a:end -->\n$/)
})

void test('a section is replaced where it stands and everything around it stays', () => {
  const two = withSection(first, { id: 'b', title: 'B', body: 'two' })
  const replaced = withSection(two, { id: 'a', title: 'A', body: 'three' })
  assert.equal(replaced, two.replace('\none\n', '\nthree\n'))
})

void test('writing the same section twice changes nothing', () => {
  assert.equal(withSection(first, { id: 'a', title: 'A', body: 'one' }), first)
})
