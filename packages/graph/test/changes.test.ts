import * as fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { ChangedFile, ChangedSymbol, CountedRevision, Graph, RevisionMark } from '@forge/graph'
import { nodeInput, openGraph, type ProjectSpec, writeProject } from './project.ts'
import { shop } from './shop.ts'

/** A copy of a graph that is kept up by what has changed. */
class Copy {
  readonly files = new Map<number, ChangedFile>()
  readonly externals = new Map<number, ChangedSymbol>()
  readonly revisions: CountedRevision[] = []
  mark: RevisionMark | undefined
  /** The paths that were read again the last time. */
  read: readonly string[] = []

  async follow(graph: Graph): Promise<void> {
    await graph.readChanges(this.mark, (changes) => {
      if (changes.since === 0) this.#forget()
      for (const id of this.files.keys()) if (!changes.files.includes(id)) this.files.delete(id)
      for (const id of this.externals.keys()) if (!changes.externals.includes(id)) this.externals.delete(id)
      const read = [...changes.changedFiles()]
      for (const file of read) this.files.set(file.id, file)
      for (const external of changes.newExternals) this.externals.set(external.id, external)
      this.revisions.push(...changes.newRevisions)
      this.read = read.map(({ path }) => path)
      this.mark = changes.head
    })
  }

  /** Everything, in one order. */
  shown(): unknown {
    const byId = (a: { id: number }, b: { id: number }): number => a.id - b.id
    return {
      files: [...this.files.values()].toSorted(byId),
      externals: [...this.externals.values()].toSorted(byId),
      revisions: this.revisions,
    }
  }

  #forget(): void {
    this.files.clear()
    this.externals.clear()
    this.revisions.length = 0
  }
}

async function copyOf(graph: Graph): Promise<Copy> {
  const copy = new Copy()
  await copy.follow(graph)
  return copy
}

/** What a person would do to a graph of these files, in one update. */
type Edit =
  | { readonly kind: 'project'; readonly project: ProjectSpec; readonly keep: boolean }
  | { readonly kind: 'add-node' | 'remove-node' | 'store-edge' | 'store-node'; readonly seed: number }

const paths = ['a.ts', 'b.ts', 'c/d.ts'] as const
const names = ['f', 'g', 'h'] as const

const projects: fc.Arbitrary<ProjectSpec> = fc
  .uniqueArray(
    fc.record({
      path: fc.constantFrom(...paths),
      names: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
      targets: fc.array(fc.nat(20), { maxLength: 5 }),
      gaps: fc.nat(3),
    }),
    { selector: ({ path }) => path, minLength: 1 },
  )
  .map((files) => {
    const ids = files.flatMap((file) => [
      file.path,
      ...file.names.map((name) => `${file.path}#${name}`),
      'external:x#y',
      'external:z',
    ])
    return Object.fromEntries(
      files.map(({ path, names: declared, targets, gaps }) => {
        const codes = declared.map((name) => `function ${name}() { use${name}(gap${name}) }`)
        const edges = new Map(
          targets.map((target, index) => {
            const from = declared[index % declared.length]!
            const to = ids[target % ids.length]!
            return [`${from} ${to}`, { from, to, at: [`use${from}`] }] as const
          }),
        )
        return [
          path,
          {
            text: codes.join('\n'),
            symbols: Object.fromEntries(declared.map((name, index) => [name, { code: codes[index]! }])),
            edges: [...edges.values()],
            unresolved: declared.slice(gaps).map((name) => ({ in: name, at: `(‹gap${name}›)` })),
          },
        ]
      }),
    )
  })

const edits: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('project' as const), project: projects, keep: fc.boolean() }) },
  fc.record({
    kind: fc.constantFrom('add-node' as const, 'remove-node' as const, 'store-edge' as const, 'store-node' as const),
    seed: fc.nat(1000),
  }),
)

async function apply(graph: Graph, edit: Edit, step: number): Promise<void> {
  if (edit.kind === 'project') {
    const known = await graph.files()
    const there = edit.keep ? Object.keys(edit.project).filter((path) => known.has(path)) : []
    await writeProject(graph, edit.project, await withSameSymbols(graph, edit.project, there))
    return
  }
  const files = [...(await graph.files()).values()]
  const file = files[edit.seed % Math.max(files.length, 1)]
  if (file === undefined) return
  const nodes = await graph.nodes.getByFile(file.path)
  const node = nodes[edit.seed % nodes.length]
  const descriptor = `added${step}`
  if (edit.kind === 'store-node') await graph.nodes.insert({ ...nodeInput(descriptor), file: file.path })
  else if (edit.kind === 'add-node')
    await graph.update((writer) => void writer.addNodes(file.id, [nodeInput(descriptor)]))
  else if (node === undefined || node.descriptor === '') return
  else if (edit.kind === 'remove-node') await graph.update((writer) => writer.removeNodes(file.id, [node.id]))
  else {
    const edge = { source: node.id, target: nodes[0]!.id, kind: 'reads' as const, confidence: 'exact' as const }
    await graph.edges.insert({ ...edge, sites: Int32Array.of(edit.seed, edit.seed, 0) })
  }
}

/** The files whose symbols are those of the project, so that only their edges need be written again. */
async function withSameSymbols(graph: Graph, project: ProjectSpec, among: readonly string[]): Promise<string[]> {
  const same: string[] = []
  for (const path of among) {
    const stored = (await graph.nodes.getByFile(path)).map(({ descriptor }) => descriptor).toSorted()
    const wanted = ['', ...Object.keys(project[path]!.symbols ?? {})].toSorted()
    if (JSON.stringify(stored) === JSON.stringify(wanted)) same.push(path)
  }
  return same
}

test('a copy that follows what has changed is the graph, after any history and whenever it looks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(edits, fc.boolean()), { minLength: 2, maxLength: 8 }), async (history) => {
      let now = 0
      const { db, graph } = await openGraph({ clock: () => ++now })
      await writeProject(graph, { 'a.ts': { text: '' } })
      const copy = new Copy()
      for (const [step, [edit, looks]] of history.entries()) {
        await apply(graph, edit, step)
        if (looks) await copy.follow(graph)
      }
      await copy.follow(graph)
      expect(copy.shown()).toEqual((await copyOf(graph)).shown())
      const { rows } = await sql<object>`
        select (select count(*) from files) as files, (select coalesce(sum(lines), 0) from files) as lines,
          (select count(*) from nodes where file is not null) as symbols, (select count(*) from edges) as edges
      `.execute(db.kysely)
      const places = Object.values((await graph.status()).unresolved).reduce((sum, each) => sum + each.places, 0)
      expect(copy.revisions.at(-1)).toMatchObject({ ...rows[0], unresolved: places })
    }),
    { numRuns: 60 },
  )
})

test('reads only the files that an update has written, and those that lost an edge to them', async () => {
  let now = 0
  const { graph } = await openGraph({ clock: () => ++now })
  await writeProject(graph, shop)
  const copy = await copyOf(graph)
  expect(copy.read).toEqual(Object.keys(shop))
  await copy.follow(graph)
  expect(copy.read).toEqual([])
  await graph.nodes.insert({ ...nodeInput('later'), file: 'src/server.ts' })
  await copy.follow(graph)
  expect(copy.read).toEqual(['src/server.ts'])
  const createPool = (await graph.nodes.getByFile('src/pool.ts')).find(({ descriptor }) => descriptor === 'createPool')!
  const poolFile = (await graph.files()).get('src/pool.ts')!
  await graph.update((writer) => writer.removeNodes(poolFile.id, [createPool.id]))
  await copy.follow(graph)
  expect(copy.read).toEqual(['src/pool.ts', 'src/server.ts'])
})

test('gives everything to a copy of another graph, whatever revision it is at', async () => {
  const { graph } = await openGraph({ clock: () => 1 })
  const { graph: other } = await openGraph({ clock: () => 2 })
  await writeProject(graph, shop)
  await writeProject(other, { 'x.ts': { text: '' } })
  const copy = await copyOf(other)
  await copy.follow(graph)
  expect(copy.shown()).toEqual((await copyOf(graph)).shown())
})

test('counts anew where a revision before was not counted', async () => {
  const { db, graph } = await openGraph()
  await writeProject(graph, shop)
  const [counted] = (await copyOf(graph)).revisions
  await sql`update revisions set files = null, lines = null, symbols = null, edges = null, unresolved = null`.execute(
    db.kysely,
  )
  await writeProject(graph, { ...shop, 'new.ts': { text: '\n' } })
  const [before, after] = (await copyOf(graph)).revisions
  expect(before).toMatchObject({ revision: 1, files: null, symbols: null })
  expect(after).toMatchObject({
    files: counted!.files! + 1,
    lines: counted!.lines! + 2,
    symbols: counted!.symbols! + 1,
    edges: counted!.edges,
    unresolved: counted!.unresolved,
  })
})

test('an empty project has no revision and no changes', async () => {
  const { graph } = await openGraph()
  await graph.readChanges(undefined, ({ head, files, externals, newRevisions }) => {
    expect({ head, files, externals, newRevisions }).toEqual({
      head: undefined,
      files: [],
      externals: [],
      newRevisions: [],
    })
  })
})
