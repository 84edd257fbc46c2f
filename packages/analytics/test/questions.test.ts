import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Analytics, createAnalytics, type JsonValue, type QueryLimits, reports, views } from '@forge/analytics'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { SmallGraph, SmallHistory, SmallRuns, temporaryFolder } from './mirrored.ts'

/** A small graph with runs and history, mirrored. */
function opened(wait = 30_000): { readonly analytics: Analytics; readonly file: string } {
  const [graph, runs, history] = [new SmallGraph(), new SmallRuns(), new SmallHistory()]
  graph.update(
    [
      {
        id: 1,
        path: 'src/a.ts',
        symbols: [
          { descriptor: '', name: 'a.ts', kind: 'module', complexity: null },
          {
            name: 'hot',
            exported: true,
            complexity: 12,
            code: { cognitive: 3, operators: 10, operands: 9, distinctOperators: 4, distinctOperands: 3 },
          },
          { name: 'ünï', exported: true, kind: 'class', complexity: null },
        ],
        edges: [
          { source: 101, target: 200 },
          { source: 101, target: 900, kind: 'instantiates', sites: 2 },
          { source: 200, target: 101, kind: 'reads' },
        ],
        unresolved: [{ name: 'x', reason: 'unknown', call: true, places: 2 }],
      },
      { id: 2, path: 'lib/b.ts', symbols: [{ name: 'b', kind: 'method' }] },
    ],
    [],
    [900],
  )
  for (let at = 0; at < 4; at++) history.commit('src/a.ts', ...(at < 3 ? ['lib/b.ts'] : []))
  runs.save('r1', { status: 'failed', durationMs: 5, tags: ['x', 'y "z"'], error: 'no\nway' })
  const file = join(temporaryFolder(), 'm.duckdb')
  return { analytics: createAnalytics({ file, source: { graph: graph.source, runs, history }, wait }), file }
}

async function answer(
  analytics: Analytics,
  sql: string,
  limits: QueryLimits = {},
): Promise<readonly (readonly JsonValue[])[]> {
  await using result = await analytics.query(sql, limits)
  const rows: (readonly JsonValue[])[] = []
  for await (const some of result.rows()) rows.push(...some)
  return rows
}

describe('reports', () => {
  it('tell of a small graph what there is to tell', async () => {
    const { analytics } = opened()
    expect(await analytics.report('hotspots', { fanOut: 1 })).toEqual({
      revision: 1,
      total: 1,
      rows: [
        {
          symbol: 'src/a.ts#hot',
          file: 'src/a.ts',
          line: 1,
          complexity: 12,
          fanOut: 2,
          fanIn: 0,
          commits: 4,
          coChanged: 1,
          score: 96,
        },
      ],
    })
    expect((await analytics.report('co-change')).rows).toEqual([
      { file: 'lib/b.ts', other: 'src/a.ts', together: 3, fileCommits: 3, otherCommits: 4, share: 1, linked: true },
    ])
    expect((await analytics.report('coupling')).rows).toEqual([
      { from: 'src', to: 'lib', edges: 1, calls: 1, imports: 0, sites: 1 },
    ])
    expect((await analytics.report('fan')).rows[0]).toEqual({
      symbol: 'lib/b.ts#b',
      kind: 'method',
      file: 'lib/b.ts',
      line: 1,
      fanIn: 1,
      fanOut: 0,
    })
    expect((await analytics.report('runs')).rows).toEqual([
      {
        from: '2023-11-14',
        runs: 1,
        succeeded: 0,
        failed: 1,
        cancelled: 0,
        lost: 0,
        running: 0,
        medianMs: 5,
        p95Ms: 5,
      },
    ])
    expect((await analytics.report('growth')).rows[0]).toMatchObject({
      revision: 1,
      writtenAt: '2023-11-14T22:13:20.000Z',
    })
  })

  it('give the first rows and how many there are', async () => {
    const { analytics } = opened()
    const all = await analytics.report('kinds')
    expect(await analytics.report('kinds', { limit: 2 })).toEqual({ ...all, rows: all.rows.slice(0, 2) })
    expect(await analytics.report('kinds', { limit: 0 })).toEqual({ ...all, rows: [] })
  })

  it('give all that their columns name', async () => {
    const { analytics } = opened()
    for (const { name, columns } of reports) {
      const { rows } = await analytics.report(name, name === 'hotspots' ? { fanOut: 0 } : {})
      for (const row of rows.slice(0, 1))
        expect(Object.keys(row)).toEqual(expect.arrayContaining(columns.map((column) => column.name)))
    }
  })

  it('are an error with what there is where there is no such report, or no such option', async () => {
    const { analytics } = opened()
    await expect(analytics.report('nope' as 'kinds')).rejects.toMatchObject({
      code: 'FORGE_ANALYTICS_REPORT',
      hint: expect.stringContaining('kinds'),
    })
    await expect(analytics.report('constructor' as 'kinds')).rejects.toMatchObject({ code: 'FORGE_ANALYTICS_REPORT' })
    for (const wrong of [{ complexity: -1 }, { fanOut: 1.5 }, { by: 'x' as 'cyclomatic' }, { since: Number.NaN }]) {
      await expect(analytics.report('hotspots', wrong)).rejects.toMatchObject({ code: 'FORGE_ANALYTICS_REPORT' })
    }
  })

  it('say so where they need history and there is none', async () => {
    const graph = new SmallGraph()
    const analytics = createAnalytics({ file: join(temporaryFolder(), 'm.duckdb'), source: { graph: graph.source } })
    for (const name of ['hotspots', 'co-change'] as const)
      await expect(analytics.report(name)).rejects.toMatchObject({ code: 'FORGE_ANALYTICS_NO_HISTORY' })
    expect(await analytics.report('hotspots', { churn: false })).toEqual({ revision: 0, rows: [], total: 0 })
  })
})

describe('SQL', () => {
  it('reads all views, each with the columns that are documented', async () => {
    const { analytics } = opened()
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    for (const { name, what, columns } of views) {
      await using result = await analytics.query(`select * from ${name}`, { sync: false })
      expect({ name, columns: result.columns }).toEqual({
        name,
        columns: columns.map((each) => ({ name: each.name, type: each.type })),
      })
      expect(readme).toContain(`### \`${name}\`: ${what}`)
      for (const column of columns) {
        const cells = ['', `\`${column.name}\``, `\`${column.type}\``, column.what, '']
          .join(' | ')
          .trim()
          .replaceAll(/ +/g, ' ')
        expect(readme.replaceAll(/ +/g, ' ')).toContain(`\n${cells}\n`)
      }
    }
    expect(await answer(analytics, 'select * from unresolved')).toEqual([['src/a.ts', 'x', 'unknown', true, 2]])
    expect(
      await answer(analytics, "select id, name, kind, file, line, lines from symbols where kind = 'external'"),
    ).toEqual([['external:x#e900', 's900', 'external', null, 1, 3]])
    const [[volume, maintainability]] = (await answer(analytics, 'select volume, maintainability from metrics')) as [
      [number, number],
    ]
    expect(volume).toBeCloseTo(19 * Math.log2(7), 9)
    expect(maintainability).toBeCloseTo(
      ((171 - 5.2 * Math.log(19 * Math.log2(7)) - 0.23 * 12 - 16.2 * Math.log(3)) * 100) / 171,
      9,
    )
  })

  it('gives every type of value as JSON has it', async () => {
    const { analytics } = opened()
    const values: Readonly<Record<string, JsonValue>> = {
      null: null,
      true: true,
      '9007199254740991::bigint': 9_007_199_254_740_991,
      '9007199254740993::bigint': '9007199254740993',
      '170141183460469231731687303715884105727::hugeint': '170141183460469231731687303715884105727',
      '1.10': 1.1,
      '123456789012345678.12': '123456789012345678.12',
      '0.1::double': 0.1,
      "'nan'::double": 'NaN',
      "'-inf'::double": '-Infinity',
      "timestamp '2026-11-30 14:00:00.5'": '2026-11-30 14:00:00.5',
      "date '2026-11-30'": '2026-11-30',
      "interval '1 day'": '1 day',
      "'\\xAA\\x00b'::blob": '\\xAA\\x00b',
      "'a\"b\nü😀'": 'a"b\nü😀',
      '[1, null, 3]': [1, null, 3],
      "{'a': 1, 'b': ['x']}": { a: 1, b: ['x'] },
      "map {'k': 1.5}": [{ key: 'k', value: 1.5 }],
      "'f47ac10b-58cc-4372-a567-0e02b2c3d479'::uuid": 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
    }
    const [row] = await answer(analytics, `select ${Object.keys(values).join(', ')}`)
    expect(row).toEqual(Object.values(values))
    expect(JSON.parse(JSON.stringify(row))).toEqual(row)
  })

  it('has different names for columns of the same name', async () => {
    const { analytics } = opened()
    await using result = await analytics.query('select 1 as a, 2 as a')
    expect(new Set(result.columns.map(({ name }) => name)).size).toBe(2)
  })

  it('says where it went wrong, in lines and columns of the text', async () => {
    const { analytics } = opened()
    const wrong: readonly [sql: string, details: object][] = [
      ["select 'ü😀',\n  nope from symbols", { line: 2, column: 3 }],
      ['selct 1', { line: 1, column: 1 }],
      ["select 'ü😀', * from nowhere", { line: 1, column: 22 }],
    ]
    for (const [sql, details] of wrong) {
      await expect(analytics.query(sql)).rejects.toMatchObject({
        code: 'FORGE_ANALYTICS_QUERY',
        details,
        hint: expect.stringContaining('symbols'),
      })
    }
    await expect(answer(analytics, 'select cast(name as integer) from symbols')).rejects.toMatchObject({
      code: 'FORGE_ANALYTICS_QUERY',
    })
  })

  it('runs one statement that reads, and nothing else', async () => {
    const { analytics, file } = opened()
    await analytics.sync()
    const before = readFileSync(file)
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'secret.csv'), 'a\n1\n')
    const refused = [
      '',
      '  -- nothing\n',
      'select 1; select 2',
      'delete from symbols',
      'delete from mirror.symbols',
      "insert into mirror.files values (1, '', '', '', 1, 1, 1)",
      'drop table mirror.symbols',
      'create table t (a integer)',
      'create temp table t (a integer)',
      `copy symbols to '${folder}/out.csv'`,
      `copy mirror.files from '${folder}/secret.csv'`,
      `select * from read_csv('${folder}/secret.csv')`,
      `select * from '${folder}/secret.csv'`,
      `select * from read_text('${folder}/*')`,
      `select * from glob('${folder}/*')`,
      `select * from read_parquet('https://example.org/x.parquet')`,
      `attach '${folder}/other.db'`,
      `export database '${folder}/all'`,
      'install httpfs',
      'load httpfs',
      "set memory_limit = '100GB'",
      'set lock_configuration = false',
      'set enable_external_access = true',
      'reset memory_limit',
      'begin',
      'checkpoint',
      'call pragma_version()',
      'prepare p as select 1',
      'vacuum',
      'select * from duckdb_secrets()',
    ]
    for (const sql of refused) {
      const error: unknown = await answer(analytics, sql, { sync: false } as object).catch((reason: unknown) => reason)
      expect([sql, (error as { code?: string }).code]).toEqual([
        sql,
        expect.stringMatching(/^FORGE_ANALYTICS_QUERY(_REFUSED)?$/),
      ])
    }
    expect(readdirSync(folder)).toEqual(['secret.csv'])
    expect(readFileSync(file).equals(before)).toBe(true)
    for (const sql of [
      'with x as (select 1 as a) select a from x',
      'values (1)',
      'describe symbols',
      'summarize files',
      'from files',
      'explain select 1',
      'show tables',
      "pivot symbols on kind in ('method') using count(*) group by file",
    ])
      expect((await answer(analytics, sql)).length).toBeGreaterThan(0)
  }, 120_000)

  it('ends when it takes too long, though DuckDB does not listen', async () => {
    const { analytics } = opened()
    for (const sql of [
      'with recursive t as (select 1 a union all select a + 1 from t) select count(*) from t',
      "select length(repeat('a', 3000000000))",
    ]) {
      await expect(answer(analytics, sql, { timeout: 1500, memory: 2 ** 32 })).rejects.toMatchObject({
        code: 'FORGE_ANALYTICS_QUERY_LIMIT',
        details: { limit: 'time', bound: 1500 },
      })
    }
    expect(await answer(analytics, 'select 1')).toEqual([[1]])
  })

  it('ends when it takes too much memory, though DuckDB does not count it', async () => {
    const { analytics } = opened()
    for (const sql of [
      "select string_agg(repeat('x', 1000), '') from range(10000000)",
      'select list_sort(range(0, 100000000))',
    ]) {
      await expect(answer(analytics, sql, { memory: 200 * 2 ** 20 })).rejects.toMatchObject({
        code: 'FORGE_ANALYTICS_QUERY_LIMIT',
        details: { limit: 'memory', bound: 200 * 2 ** 20 },
      })
    }
  })

  it('stops when nobody wants to know any more, also between rows', async () => {
    const { analytics } = opened()
    const stop = new AbortController()
    const endless = answer(analytics, 'select count(*) from range(100000000000) a', { signal: stop.signal } as object)
    setTimeout(() => stop.abort(new Error('enough')), 1000)
    await expect(endless).rejects.toThrow('enough')
    const later = new AbortController()
    await using result = await analytics.query('from range(100000000000)', { signal: later.signal })
    const first = await result.rows()[Symbol.asyncIterator]().next()
    expect(first.done).toBe(false)
    later.abort(new Error('that will do'))
    await expect(result.countRows(10_000)).rejects.toThrow('that will do')
  })

  it('counts what is not read, up to a bound', async () => {
    const { analytics } = opened()
    await using few = await analytics.query('from range(5000)')
    for await (const rows of few.rows()) {
      expect(rows.length).toBeLessThan(5000)
      break
    }
    expect(await few.countRows(10_000)).toBe(5000)
    await using many = await analytics.query('from range(100000000000)')
    expect(await many.countRows(10_000)).toBeNull()
  })
})

describe('another process', () => {
  it('is waited for while it has the mirror open, and then named', async () => {
    const { analytics, file } = opened(300)
    await analytics.sync()
    const holder = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { DuckDBInstance } from '@duckdb/node-api'; const i = await DuckDBInstance.create(process.argv[1]); console.log('open'); setTimeout(() => i.closeSync(), 1e6)`,
        file,
      ],
      { cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'] },
    )
    try {
      await once(holder.stdout, 'data')
      const busy = { code: 'FORGE_ANALYTICS_BUSY', details: { pid: holder.pid, file } }
      await expect(analytics.report('kinds')).rejects.toMatchObject(busy)
      await expect(analytics.query('select 1')).rejects.toMatchObject(busy)
      const waiting = createAnalytics({ file, source: { graph: new SmallGraph().source }, wait: 20_000 }).report(
        'kinds',
        { sync: false },
      )
      setTimeout(() => holder.kill('SIGKILL'), 500)
      expect((await waiting).total).toBeGreaterThan(0)
    } finally {
      holder.kill('SIGKILL')
    }
  })

  it('that is without DuckDB is told how to get it', async () => {
    const hooks = `import { registerHooks } from 'node:module'
      registerHooks({ resolve(name, context, next) { if (name === '@duckdb/node-api') throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' }); return next(name, context) } })`
    const program = `import { createAnalytics } from '@forge/analytics'
      const graph = { readChanges: async (_since, use) => use({}) }
      try { await createAnalytics({ file: process.argv[1], source: { graph } }).report('kinds') } catch (error) { console.log(error.code, error.hint) }`
    const child = spawn(
      process.execPath,
      [
        '--conditions=@forge/source',
        `--import=data:text/javascript,${encodeURIComponent(hooks)}`,
        '--input-type=module',
        '-e',
        program,
        join(temporaryFolder(), 'm.duckdb'),
      ],
      { cwd: fileURLToPath(new URL('../../../bench', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    await once(child, 'close')
    expect(said).toMatch(/^FORGE_ANALYTICS_DUCKDB Run `npm install @duckdb\/node-api`/)
  })
})

describe('Parquet', () => {
  async function readBack(folder: string, view: string): Promise<unknown> {
    const instance = await DuckDBInstance.create()
    const connection = await instance.connect()
    try {
      const rows = await (await connection.run(`select * from read_parquet('${folder}/${view}.parquet')`)).getRowsJson()
      return rows
    } finally {
      connection.closeSync()
      instance.closeSync()
    }
  }

  it('has each view in a file of its own, and gives back the same rows and types', async () => {
    const { analytics, file } = opened()
    const folder = join(temporaryFolder(), 'new', 'folder')
    const written = await analytics.exportParquet(folder)
    expect(readdirSync(folder).toSorted()).toEqual(views.map(({ name }) => `${name}.parquet`).toSorted())
    expect(written.map(({ view }) => view)).toEqual(views.map(({ name }) => name))
    const mirror = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' })
    const connection = await mirror.connect()
    for (const { name, columns } of views) {
      const rows = await (await connection.run(`select * from ${name}`)).getRowsJson()
      expect([name, await readBack(folder, name)]).toEqual([name, rows])
      const described = await (
        await connection.run(`describe select * from read_parquet('${folder}/${name}.parquet')`)
      ).getRowsJson()
      expect(described.map(([column, type]) => [column, type])).toEqual(
        columns.map((column) => [column.name, column.type]),
      )
    }
    connection.closeSync()
    mirror.closeSync()
  })

  it('replaces nothing that is there unless it is told to', async () => {
    const { analytics } = opened()
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'files.parquet'), 'mine')
    await expect(analytics.exportParquet(folder)).rejects.toMatchObject({
      code: 'FORGE_ANALYTICS_EXPORT_EXISTS',
      details: { files: [join(folder, 'files.parquet')] },
    })
    expect(readdirSync(folder)).toEqual(['files.parquet'])
    await analytics.exportParquet(folder, { force: true })
    expect(await readBack(folder, 'unresolved')).toEqual([['src/a.ts', 'x', 'unknown', true, 2]])
  })

  it('says so where nothing can be written, and leaves nothing half written', async () => {
    const { analytics } = opened()
    const folder = temporaryFolder()
    const taken = join(folder, 'taken')
    writeFileSync(taken, '')
    await expect(analytics.exportParquet(join(taken, 'x'))).rejects.toMatchObject({
      code: 'FORGE_ANALYTICS_UNWRITABLE',
      details: { file: join(taken, 'x') },
    })
    mkdirSync(join(folder, 'edges.parquet.part'))
    await expect(analytics.exportParquet(folder)).rejects.toMatchObject({ code: 'FORGE_ANALYTICS_UNWRITABLE' })
    expect(existsSync(join(folder, 'files.parquet'))).toBe(false)
  })
})
