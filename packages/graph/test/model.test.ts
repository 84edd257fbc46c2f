import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Confidence, confidences, type EdgeInput, type EdgeKind, type Graph, roles } from '@forge/graph'
import { exported, hashOf, nodeInput, openGraph, type ProjectSpec, writeProject } from './project.ts'

/** A call of the model: from function to function, at an offset. */
interface ModelCall {
  readonly from: number
  readonly to: number
  readonly kind: EdgeKind
  readonly confidence: Confidence
  readonly at: readonly number[]
}

const functions = 12
const filesCount = 3

const calls: fc.Arbitrary<ModelCall[]> = fc.uniqueArray(
  fc.record({
    from: fc.nat(functions - 1),
    to: fc.nat(functions - 1),
    kind: fc.constantFrom<EdgeKind>('calls', 'instantiates', 'reads'),
    confidence: fc.constantFrom(...confidences),
    at: fc.uniqueArray(fc.nat(500), { minLength: 1, maxLength: 3 }),
  }),
  { maxLength: 30, selector: ({ from, to, kind }) => `${from} ${to} ${kind}` },
)

const pathOf = (index: number): string => `f${index % filesCount}.ts`
const idOf = (index: number): string => `${pathOf(index)}#g${index}`

async function writeCalls(graph: Graph, model: readonly ModelCall[]): Promise<void> {
  await graph.update((writer) => {
    const ids = new Map<number, number>()
    for (let file = 0; file < filesCount; file++) {
      const members = Array.from({ length: functions }, (_, index) => index).filter(
        (index) => index % filesCount === file,
      )
      const { nodeIds } = writer.putFile(
        {
          path: pathOf(file),
          hash: hashOf(`${file}`),
          language: 'typescript',
          size: 0,
          modified: 0,
          lineStarts: Int32Array.of(0),
        },
        members.map((index) => nodeInput(`g${index}`)),
      )
      for (const [at, index] of members.entries()) ids.set(index, nodeIds[at]!)
    }
    for (let file = 0; file < filesCount; file++) {
      writer.putEdges(
        writer.files().get(pathOf(file))!.id,
        model
          .filter(({ from }) => from % filesCount === file)
          .map(({ from, to, kind, confidence, at }): EdgeInput => ({
            source: ids.get(from)!,
            target: ids.get(to)!,
            kind,
            confidence,
            sites: Int32Array.from(
              at.toSorted((a, b) => a - b).flatMap((start) => [start, start + 2, roles.indexOf('call')]),
            ),
          })),
      )
    }
  })
}

const isCall = ({ kind }: ModelCall): boolean => kind !== 'reads'

/** How far every function is from `start`, against or along the calls. */
function distances(model: readonly ModelCall[], start: number, along: boolean): Map<number, number> {
  const distance = new Map([[start, 0]])
  const queue = [start]
  for (const at of queue) {
    for (const call of model.filter(isCall)) {
      const [here, there] = along ? [call.from, call.to] : [call.to, call.from]
      if (here !== at || distance.has(there)) continue
      distance.set(there, distance.get(at)! + 1)
      queue.push(there)
    }
  }
  return distance
}

test('follows calls as far as a model does, in both directions', async () => {
  await fc.assert(
    fc.asyncProperty(calls, fc.nat(functions - 1), fc.integer({ min: 1, max: 4 }), async (model, start, depth) => {
      const { graph } = await openGraph()
      await writeCalls(graph, model)
      for (const direction of ['callers', 'callees'] as const) {
        const along = direction === 'callees'
        const distance = distances(model, start, along)
        const expected = model.filter(isCall).flatMap((call) => {
          const from = distance.get(along ? call.from : call.to)
          if (from === undefined || from >= depth) return []
          return call.at.map((at) => `${from + 1} ${idOf(call.from)} ${idOf(call.to)} ${at} ${call.confidence}`)
        })
        const answer = await graph[direction](idOf(start), { depth })
        const found = answer.map(
          ({ depth, caller, callee, site, confidence }) =>
            `${depth} ${caller} ${callee} ${site.range.start.offset} ${confidence}`,
        )
        expect(found.toSorted()).toEqual(expected.toSorted())
        expect(answer.map((call) => call.depth)).toEqual(answer.map((call) => call.depth).toSorted((a, b) => a - b))
        const limit = Math.ceil(answer.length / 2) + 1
        expect(await graph[direction](idOf(start), { depth, limit })).toEqual(answer.slice(0, limit))
      }
    }),
    { numRuns: 60 },
  )
})

test('finds the shortest path that a model finds, the first one among equals', async () => {
  await fc.assert(
    fc.asyncProperty(calls, fc.nat(functions - 1), fc.nat(functions - 1), async (model, from, to) => {
      const { graph } = await openGraph()
      await writeCalls(graph, model)
      const toEnd = distances(model, to, false)
      const path = await graph.path(idOf(from), idOf(to))
      const expected = toEnd.has(from) ? [from] : []
      while (expected.length > 0 && expected.at(-1) !== to) {
        const here = expected.at(-1)!
        const next = model
          .filter((call) => isCall(call) && call.from === here && toEnd.get(call.to) === toEnd.get(here)! - 1)
          .map((call) => call.to)
        expected.push(next.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1))[0]!)
      }
      expect((path?.symbols ?? []).map((symbol) => symbol.id)).toEqual(expected.map(idOf))
      expect((path?.steps ?? []).map(({ caller, callee, sites }) => [caller, callee, sites.length > 0])).toEqual(
        expected.slice(1).map((end, index) => [idOf(expected[index]!), idOf(end), true]),
      )
    }),
    { numRuns: 100 },
  )
})

test('finds a way through many equal ones without trying them all', async () => {
  const { graph } = await openGraph()
  const model: ModelCall[] = []
  for (let level = 0; level < 3; level++) {
    for (const from of [0, 1, 2]) {
      for (const to of [0, 1, 2]) {
        model.push({ from: level * 3 + from, to: level * 3 + 3 + to, kind: 'calls', confidence: 'exact', at: [to] })
      }
    }
  }
  await writeCalls(graph, model)
  const path = await graph.path(idOf(2), idOf(11))
  expect(path?.symbols.map((symbol) => symbol.id)).toEqual(['f2.ts#g2', 'f0.ts#g3', 'f0.ts#g6', 'f2.ts#g11'])
})

/** Small projects over the same few names, so that files and symbols come, change and go. */
const projects: fc.Arbitrary<ProjectSpec> = fc
  .uniqueArray(
    fc.record({
      path: fc.constantFrom('a.ts', 'b.ts', 'a!.ts', 'c/d.ts'),
      names: fc.uniqueArray(fc.constantFrom('f', 'g', 'h', 'C', 'D.m'), { minLength: 1 }),
      padding: fc.constantFrom('', '\n', '/* 😀 */\r\n'),
      targets: fc.array(fc.nat(20), { maxLength: 6 }),
    }),
    { selector: ({ path }) => path, minLength: 1 },
  )
  .map((files) => {
    const ids = files.flatMap(({ path, names }) => [path, ...names.map((name) => `${path}#${name}`), 'external:x#y'])
    return Object.fromEntries(
      files.map(({ path, names, padding, targets }) => {
        const text = padding + names.map((name) => `function ${name}() { use${name}(local${name}) }\n`).join('')
        const edges = new Map(
          targets.map((target, index) => {
            const from = names[index % names.length]!
            const to = ids[target % ids.length]!
            return [`${from} ${to}`, { from, to, at: [`use${from}`] }] as const
          }),
        )
        return [
          path,
          {
            text,
            symbols: Object.fromEntries(
              names.map((name) => [name, { code: `function ${name}() { use${name}(local${name}) }` }]),
            ),
            edges: [...edges.values()],
            locals: {
              [`${names[0]}.local`]: { in: names[0]!, code: `local${names[0]}`, at: [`(‹local${names[0]}›)`] },
            },
            unresolved: names.slice(1).map((name) => ({ in: name, at: `(‹local${name}›)` })),
          },
        ]
      }),
    )
  })

test('exports after any history what a fresh graph of the same files exports', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(projects, { minLength: 2, maxLength: 5 }), async (history) => {
      const { graph } = await openGraph()
      let before: ProjectSpec = {}
      for (const project of history) {
        const kept = Object.keys(project).filter((path) => project[path]!.text === before[path]?.text)
        await writeProject(graph, project, kept)
        before = project
      }
      const { graph: fresh } = await openGraph()
      await writeProject(fresh, before)
      expect(await exported(graph)).toBe(await exported(fresh))
      const { nodes, edges, unresolved, languages } = await fresh.status()
      expect(await graph.status()).toMatchObject({ nodes, edges, unresolved, languages })
      expect(await graph.search('m')).toEqual(await fresh.search('m'))
    }),
    { numRuns: 60 },
  )
}, 120_000)
