import path from 'node:path'
import type { Forge } from '../forge.ts'
import { readSource } from '../read-source.ts'
import type { SliceSource } from './slice-text.ts'

const heads: ReadonlySet<string> = new Set(['class', 'function', 'method', 'constructor', 'getter', 'setter'])

/** Files as they read, and what is around their lines. */
export async function sliceSources(files: readonly string[], forge: Forge): Promise<(file: string) => SliceSource> {
  const sources = new Map<string, SliceSource>()
  for (const file of files) {
    const text = (readSource(path.join(forge.root, file)) ?? '').replace(/^\uFEFF/, '')
    const starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)]
    const around = (await forge.graph.outline(file))
      .filter(({ kind, nameEnd, nameStart }) => heads.has(kind) && nameEnd > nameStart)
      .map(({ nameStart, start, end }) => ({
        head: lineOf(starts, nameStart),
        first: lineOf(starts, start),
        last: lineOf(starts, end),
      }))
    sources.set(file, {
      lines: text.split('\n').map((line) => line.replace(/\r$/, '')),
      headsOf: (line) => around.filter(({ first, last }) => first <= line && line <= last).map(({ head }) => head),
    })
  }
  return (file) => sources.get(file) ?? { lines: [], headsOf: () => [] }
}

/** The line of an offset, from 1. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length
  while (low + 1 < high) {
    const middle = (low + high) >>> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle
  }
  return low + 1
}
