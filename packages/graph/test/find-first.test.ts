import { expect, test } from 'vitest'
import { openGraph, type ProjectSpec, type SymbolSpec, writeProject } from './project.ts'

const names =
  'find Find findBy find_by FIND finder fin pool Pool $find _find findé findBySymbol symbolFind f F a find2'.split(' ')
const queries = [...names, 'fi', 'FI', 'f', 'po', 'findb', 'by', 'fBS', '$', '_', 'é', 'find é', 'zzz', 'findBy.', 'z9']

/** Every name in each of six files, exported in every other one, under one more name in some. */
function project(): ProjectSpec {
  return Object.fromEntries(
    Array.from({ length: 6 }, (_, number) => {
      const declared = names.map((name, index) => `let ${name} = ${100 + index}`)
      const symbols = names.map((name, index): [string, SymbolSpec] => [
        name,
        { code: declared[index]!.slice(4), kind: 'variable', exported: (number + index) % 2 === 0 },
      ])
      return [
        `src/${'x'.repeat(number % 3)}${number}.ts`,
        { text: declared.join('\n'), symbols: Object.fromEntries(symbols) },
      ]
    }),
  )
}

test('finds the same symbols first whether or not the others are counted', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, project())
  let found = 0
  for (const query of queries) {
    for (const [limit, offset] of [
      [1, 0],
      [3, 0],
      [6, 0],
      [7, 5],
      [10, 40],
      [1000, 0],
    ] as const) {
      const { symbols, total } = await graph.search(query, { limit, offset })
      expect([query, limit, offset, await graph.findSymbol(query, { limit, offset })]).toEqual([
        query,
        limit,
        offset,
        symbols,
      ])
      expect(symbols.length).toBe(Math.max(0, Math.min(limit, total - offset)))
      found += symbols.length
    }
  }
  expect(found).toBeGreaterThan(1000)
})
