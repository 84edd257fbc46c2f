import { expect, test } from 'vitest'
import { withSection } from '../src/results-document.ts'

const first = withSection('', { id: 'a', title: 'A', body: 'one' })

test('an empty document gets a heading and the section', () => {
  expect(first).toMatch(/^# Results\n/)
  expect(first).toMatch(/<!-- bench:a:start -->\n\n## A\n\none\n\n<!-- bench:a:end -->\n$/)
})

test('a section is replaced where it stands and everything around it stays', () => {
  const two = withSection(first, { id: 'b', title: 'B', body: 'two' })
  const replaced = withSection(two, { id: 'a', title: 'A', body: 'three' })
  expect(replaced).toBe(two.replace('\none\n', '\nthree\n'))
})

test('writing the same section twice changes nothing', () => {
  expect(withSection(first, { id: 'a', title: 'A', body: 'one' })).toBe(first)
})
