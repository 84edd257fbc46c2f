import { expect, test } from 'vitest'
import { countExport } from '../src/export-counts.ts'

test('an export is counted by lines, wherever it is cut', () => {
  const text = [
    '{"t":"file","path":"a.ts"}',
    '{"t":"symbol","id":"a"}',
    '{"t":"symbol","id":"b"}',
    '{"t":"occurrence","file":"a.ts"}',
    '{"t":"edge","kind":"calls","from":"a","to":"b"}',
    '{"t":"edge","kind":"contains","from":"a","to":"b"}',
    '{"t":"unresolved","file":"a.ts"}',
    '',
  ].join('\n')
  for (let size = 1; size < 40; size++) {
    const counter = countExport()
    for (let at = 0; at < text.length; at += size) counter.add(text.slice(at, at + size))
    expect(counter.counts()).toEqual({ files: 1, nodes: 3, edges: 2, calls: 1 })
  }
})
