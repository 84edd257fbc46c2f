import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Analytics, createAnalytics, type MirrorSource, views } from '@forge/analytics'
import { DuckDBInstance } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FileSpec, manyFiles, SmallGraph, SmallHistory, SmallRuns, temporaryFolder } from './mirrored.ts'

/** Everything a mirror shows, in one order. */
async function shown(file: string): Promise<Record<string, readonly string[]>> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' })
  try {
    const connection = await instance.connect()
    const all: Record<string, readonly string[]> = {}
    for (const { name } of views) {
      const rows = await (await connection.run(`select * from ${name}`)).getRowsJson()
      all[name] = rows.map((row) => JSON.stringify(row)).toSorted()
    }
    connection.closeSync()
    return all
  } finally {
    instance.closeSync()
  }
}

async function anew(source: MirrorSource): Promise<Record<string, readonly string[]>> {
  const file = join(temporaryFolder(), 'new.duckdb')
  await createAnalytics({ file, source }).sync()
  return await shown(file)
}

const files: fc.Arbitrary<readonly (FileSpec & { id: number })[]> = fc
  .uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: 5 }),
      path: fc.constantFrom('a.ts', 'src/b.ts', 'c/d/e.ts'),
      symbols: fc.array(fc.record({ exported: fc.boolean(), complexity: fc.option(fc.nat(30)) }), { maxLength: 4 }),
      targets: fc.array(fc.nat(20), { maxLength: 4 }),
      places: fc.nat(3),
    }),
    { selector: ({ id }) => id },
  )
  .map((specs) =>
    specs.map(({ id, path, symbols, targets, places }) => ({
      id,
      path: `${id}/${path}`,
      symbols: [{ descriptor: '', kind: 'module' as const }, ...symbols],
      edges: targets.map((target) => ({
        source: id * 100,
        target: id * 100 + (target % (symbols.length + 1)),
        sites: target,
      })),
      unresolved: places === 0 ? [] : [{ name: 'x', reason: 'unknown', call: true, places }],
    })),
  )

test('a mirror that follows is the one made from nothing, whatever changes between', async () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('graph' as const),
      files,
      gone: fc.array(fc.integer({ min: 1, max: 5 })),
      externals: fc.uniqueArray(fc.integer({ min: 900, max: 904 })),
    }),
    fc.record({
      do: fc.constantFrom('save' as const, 'delete' as const),
      run: fc.constantFrom('r1', 'r2', 'r3'),
      steps: fc.nat(9),
    }),
    fc.record({
      do: fc.constant('commit' as const),
      files: fc.uniqueArray(fc.constantFrom('a.ts', 'b.ts'), { minLength: 1 }),
    }),
    fc.record({ do: fc.constantFrom('rewrite' as const, 'look' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const [graph, runs, history] = [new SmallGraph(), new SmallRuns(), new SmallHistory()]
      const source = { graph: graph.source, runs, history }
      const file = join(temporaryFolder(), 'm.duckdb')
      const analytics = createAnalytics({ file, source })
      await analytics.sync()
      for (const each of steps) {
        if (each.do === 'graph') graph.update(each.files, each.gone, each.externals)
        else if (each.do === 'save') runs.save(each.run, { steps: each.steps, tags: ['x', 'y'].slice(each.steps % 3) })
        else if (each.do === 'delete') runs.delete(each.run)
        else if (each.do === 'commit') history.commit(...each.files)
        else if (each.do === 'rewrite') history.rewrite()
        else await analytics.sync()
      }
      await analytics.sync()
      expect(await shown(file)).toEqual(await anew(source))
    }),
    { numRuns: 15, endOnFailure: true },
  )
}, 120_000)

const two: readonly (FileSpec & { id: number })[] = [
  { id: 1, path: 'a.ts', symbols: [{ name: 'f' }, { name: 'g' }], edges: [{ source: 100, target: 101 }] },
  { id: 2, path: 'src/b.ts', symbols: [{ name: 'h' }], edges: [{ source: 200, target: 100 }] },
]

function small(): { graph: SmallGraph; file: string; analytics: Analytics } {
  const graph = new SmallGraph()
  graph.update(two, [], [900])
  const file = join(temporaryFolder(), 'm.duckdb')
  return { graph, file, analytics: createAnalytics({ file, source: { graph: graph.source } }) }
}

test('reads only files that have changed, and nothing at all where nothing has', async () => {
  const { graph, analytics } = small()
  expect(await analytics.sync()).toEqual({
    revision: 1,
    anew: true,
    written: { files: 2, symbols: 4, edges: 2, runs: 0, commits: 0 },
  })
  graph.read = 0
  expect(await analytics.sync()).toMatchObject({ revision: 1, anew: false, written: { files: 0 } })
  expect(graph.read).toBe(0)
  graph.update([two[1]!])
  expect(await analytics.sync()).toMatchObject({
    revision: 2,
    anew: false,
    written: { files: 1, symbols: 1, edges: 1 },
  })
  expect(graph.read).toBe(1)
})

test('is made anew when the graph was, whatever revision that is at', async () => {
  const { file, analytics } = small()
  await analytics.sync()
  const other = new SmallGraph(1_800_000_000_000)
  other.update([two[0]!])
  const source = { graph: other.source }
  expect(await createAnalytics({ file, source }).sync()).toMatchObject({ anew: true, written: { files: 1 } })
  expect(await shown(file)).toEqual(await anew(source))
})

test('is made anew when its file is damaged, cut off, of another version, or no database at all', async () => {
  const { graph, file, analytics } = small()
  await analytics.sync()
  const good = await shown(file)
  const whole = readFileSync(file)
  const damages: (() => Promise<void> | void)[] = [
    () => truncateSync(file, 5000),
    () => truncateSync(file, 0),
    () => writeFileSync(file, 'no database'.repeat(1000)),
    () => writeFileSync(file, Buffer.concat([whole.subarray(0, 4096), Buffer.alloc(whole.length - 4096, 7)])),
    async () => {
      writeFileSync(file, whole)
      const instance = await DuckDBInstance.create(file)
      const connection = await instance.connect()
      await connection.run(
        "update mirror.state set schema = 'older'; drop view symbols; create view others as select 1",
      )
      connection.closeSync()
      instance.closeSync()
    },
  ]
  for (const damage of damages) {
    await damage()
    expect((await analytics.report('kinds')).total).toBeGreaterThan(0)
    expect(await shown(file)).toEqual(good)
  }
  expect(graph.read).toBeGreaterThan(2)
})

test('leaves a file alone that is somebody else’s', async () => {
  const graph = new SmallGraph()
  graph.update(two)
  const folder = temporaryFolder()
  const notes = join(folder, 'notes.txt')
  writeFileSync(notes, 'mine'.repeat(2000))
  await expect(createAnalytics({ file: notes, source: { graph: graph.source } }).sync()).rejects.toMatchObject({
    code: 'FORGE_ANALYTICS_FOREIGN',
  })
  expect(readFileSync(notes, 'utf8')).toBe('mine'.repeat(2000))
  const theirs = join(folder, 'theirs.duckdb')
  const instance = await DuckDBInstance.create(theirs)
  const connection = await instance.connect()
  await connection.run('create table t (a integer); insert into t values (1)')
  connection.closeSync()
  instance.closeSync()
  await expect(createAnalytics({ file: theirs, source: { graph: graph.source } }).sync()).rejects.toMatchObject({
    code: 'FORGE_ANALYTICS_FOREIGN',
  })
  const again = await DuckDBInstance.create(theirs)
  const reader = await again.connect()
  expect(await (await reader.run('select a from t')).getRows()).toEqual([[1]])
  reader.closeSync()
  again.closeSync()
})

test('stays as it was when it is interrupted, or when what it mirrors fails', async () => {
  const { graph, file, analytics } = small()
  await analytics.sync()
  const before = await shown(file)
  graph.update([{ ...two[0]!, path: 'renamed.ts' }])
  const stop = new AbortController()
  const stopping: MirrorSource = {
    graph: { readChanges: (since, use) => graph.source.readChanges(since, use) },
    history: {
      readHistory: async () => ({
        mark: { head: 'h', shallow: false },
        continues: false,
        commits: async () => {
          stop.abort(new Error('enough'))
          return []
        },
      }),
    },
  }
  await expect(createAnalytics({ file, source: stopping }).sync({ signal: stop.signal })).rejects.toThrow('enough')
  expect(await shown(file)).toEqual(before)
  const failing: MirrorSource = {
    graph: {
      readChanges: (since, use) =>
        graph.source.readChanges(since, (changes) =>
          use({
            ...changes,
            *changedFiles() {
              yield* changes.changedFiles()
              throw new Error('the graph went away')
            },
          }),
        ),
    },
  }
  await expect(createAnalytics({ file, source: failing }).sync()).rejects.toThrow('the graph went away')
  expect(await shown(file)).toEqual(before)
  await analytics.sync()
  expect(await shown(file)).toEqual(await anew({ graph: graph.source }))
})

test('is whole, or as it was, when its process is killed at any moment', async () => {
  const file = join(temporaryFolder(), 'm.duckdb')
  const program = fileURLToPath(new URL('mirroring-process.ts', import.meta.url))
  const seen = new Set<string>()
  for (const [round, pause] of [0, 60, 120, 200, 300, 450].entries()) {
    const child = spawn(process.execPath, [...process.execArgv, program, file, String(round)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    const ended = once(child, 'close')
    await once(child.stdout, 'data')
    await sleep(pause)
    child.kill('SIGKILL')
    await ended
    seen.add(said)
    if (round % 2 === 1) continue
    const source = { graph: manyFiles(round).source }
    await createAnalytics({ file, source }).sync()
    expect(await shown(file)).toEqual(await anew(source))
  }
  expect([...seen]).toContain('begin\n')
}, 120_000)

test('many questions at once are answered by one mirror', async () => {
  const { file, analytics } = small()
  const answers = await Promise.all(Array.from({ length: 8 }, () => analytics.report('kinds')))
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(existsSync(`${file}.wal`)).toBe(false)
})

test('does not grow with updates that change little', async () => {
  const { graph, file, analytics } = small()
  const many = Array.from({ length: 30 }, (_, at) => ({
    id: at + 1,
    path: `f${at}.ts`,
    symbols: Array.from({ length: 60 }, (_each, index) => ({ name: `name${index}` })),
  }))
  graph.update(many)
  await analytics.sync()
  for (let round = 0; round < 15; round++) {
    graph.update([many[round]!])
    await analytics.sync()
  }
  const early = statSync(file).size
  for (let round = 0; round < 25; round++) {
    graph.update([many[round]!])
    await analytics.sync()
  }
  expect(statSync(file).size).toBeLessThan(early * 2)
}, 60_000)
