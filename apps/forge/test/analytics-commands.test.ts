import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Forge } from '@forge/forge'
import { openAnalytics } from '@forge/forge/analytics'
import { forge, forgeJson, project, bin } from './forge-process.ts'

const app = `
//- /package.json
{ "name": "app", "bin": "./src/main.ts" }
//- /src/main.ts
import { check } from './check.js'
check(1)
//- /src/check.ts
export function check(value: number): number { return odd(value) ? 1 : 0 }
export function odd(value: number): boolean { return value === 0 ? false : even(value - 1) }
function even(value: number): boolean { return value === 0 ? true : odd(value - 1) }
export const unused = 1
export type Quoted = 'a, "b"'
`

async function indexed(): Promise<string> {
  const root = project(app)
  await forge(['index', root])
  return root
}

function git(root: string, ...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: root, stdio: 'ignore' })
}

describe('forge stats', () => {
  it('lists the reports where none is named', async () => {
    const { stdout, code } = await forge(['stats'])
    expect(code).toBe(0)
    for (const name of [
      'kinds',
      'complexity',
      'hotspots',
      'co-change',
      'coupling',
      'fan',
      'dead-exports',
      'runs',
      'growth',
    ])
      expect(stdout).toMatch(new RegExp(`^${name} `, 'm'))
    const { json } = await forgeJson(['stats'])
    expect(json).toMatchObject({
      schema: 'forge.stats/1',
      data: { reports: expect.arrayContaining([{ name: 'fan', summary: expect.any(String), options: ['--by'] }]) },
    })
  })

  it('answers as the other commands do, from the files as they are now', async () => {
    const root = await indexed()
    const { json } = await forgeJson(['stats', 'dead-exports', '--cwd', root])
    expect(json.data).toMatchObject({
      report: 'dead-exports',
      revision: 1,
      total: 3,
      rows: [
        { symbol: 'src/check.ts#odd', kind: 'function', file: 'src/check.ts', line: 2, usedInside: 2 },
        { symbol: 'src/check.ts#unused', line: 4, usedInside: 0 },
        { symbol: 'src/check.ts#Quoted', line: 5 },
      ],
    })
    const dead = await forgeJson(['dead', '--cwd', root])
    expect(JSON.stringify(dead.json.data)).toContain('src/check.ts#unused')
    appendFileSync(path.join(root, 'src/main.ts'), "\nimport { unused } from './check.js'\ncheck(unused)\n")
    const after = await forgeJson(['stats', 'dead-exports', '--cwd', root])
    expect(after.json.data).toMatchObject({ revision: 2, total: 2 })
    const status = await forgeJson(['status', '--cwd', root])
    const kinds = await forgeJson(['stats', 'kinds', '--all', '--cwd', root])
    const { nodes, edges } = status.json.data as unknown as Record<'nodes' | 'edges', Record<string, number>>
    const { rows } = kinds.json.data as unknown as { rows: { of: string; kind: string; count: number }[] }
    const counts = (of: string): object =>
      Object.fromEntries(rows.filter((row) => row.of === of).map((row) => [row.kind, row.count]))
    expect(counts('symbols')).toEqual(nodes)
    expect(counts('edges')).toEqual(edges)
    const growth = await forgeJson(['stats', 'growth', '--cwd', root])
    expect(growth.json.data).toMatchObject({
      rows: [
        { revision: 2, files: 2 },
        { revision: 1, files: 2 },
      ],
    })
  })

  it('prints numbers in a pipe, and bars on a terminal', async () => {
    const root = await indexed()
    const piped = await forge(['stats', 'kinds', '--limit', '2', '--cwd', root])
    expect(piped.stdout).toMatch(
      /^of +kind +count\nsymbols +\w+ +\d+\nsymbols +\w+ +\d+\nshowing 2 of \d+ \(--limit N, --all\)\n$/,
    )
    const shown = await onTerminal(['stats', 'kinds', '--limit', '2', '--cwd', root])
    expect(shown).toMatch(/symbols +\w+ +\d+ {2}█+/)
  })

  it('has git behind hotspots and co-change, and says so where there is none', async () => {
    const root = await indexed()
    const without = await forgeJson(['stats', 'co-change', '--cwd', root])
    expect(without).toMatchObject({
      code: 2,
      json: { error: { code: 'FORGE_ANALYTICS_NO_HISTORY', message: expect.stringContaining('no git repository') } },
    })
    git(root, 'init')
    for (let at = 0; at < 3; at++) {
      appendFileSync(path.join(root, 'src/main.ts'), `// ${at}\n`)
      appendFileSync(path.join(root, 'src/check.ts'), `// ${at}\n`)
      git(root, 'add', '.')
      git(root, 'commit', '-m', `commit ${at}`)
    }
    const together = await forgeJson(['stats', 'co-change', '--cwd', root])
    expect(together.json.data).toMatchObject({
      rows: [{ file: 'src/check.ts', other: 'src/main.ts', together: 3, share: 1, linked: true }],
    })
    const limits = ['--complexity', '1', '--fan-out', '1']
    const hotspots = await forgeJson(['stats', 'hotspots', ...limits, '--cwd', root])
    const known = await forgeJson(['hotspots', '--churn', ...limits, '--cwd', root])
    const key = (row: { symbol: string; score: number }): string => `${row.symbol} ${row.score}`
    const { rows } = hotspots.json.data as unknown as { rows: { symbol: string; score: number }[] }
    const expected = (known.json.data as unknown as { hotspots: { symbol: { id: string }; score: number }[] }).hotspots
    expect(rows.map(key)).toEqual(expected.map(({ symbol, score }) => key({ symbol: symbol.id, score })))
    expect(rows).not.toEqual([])
  })

  it('reads the runs that there are, and makes no file for them', async () => {
    const root = await indexed()
    expect((await forge(['stats', 'runs', '--cwd', root])).stdout).toBe('no runs are recorded yet\n')
    expect(existsSync(path.join(root, '.forge/runs.db'))).toBe(false)
    writeFileSync(path.join(root, 'result.json'), '{"success": true}')
    await forge(['runs', 'add', '--execution', 'result.json', '--cwd', root])
    const { json } = await forgeJson(['stats', 'runs', '--unit', 'month', '--cwd', root])
    expect(json.data).toMatchObject({ total: 1, rows: [{ runs: 1, succeeded: 1 }] })
  })

  it('says what a report takes, and which there are', async () => {
    const root = await indexed()
    expect(await forgeJson(['stats', 'nope', '--cwd', root])).toMatchObject({
      code: 2,
      json: { error: { code: 'FORGE_USAGE', hint: expect.stringContaining('co-change') } },
    })
    expect(await forgeJson(['stats', 'kinds', '--by', 'file', '--cwd', root])).toMatchObject({
      code: 2,
      json: { error: { code: 'FORGE_USAGE', message: 'The report kinds does not take --by' } },
    })
    expect(await forgeJson(['stats', 'fan', '--by', 'file', '--cwd', root])).toMatchObject({
      code: 2,
      json: { error: { code: 'FORGE_ANALYTICS_REPORT' } },
    })
    expect(await forgeJson(['stats', 'fan', '--cwd', project('')])).toMatchObject({
      code: 4,
      json: { error: { code: 'FORGE_STORE_NOT_INDEXED' } },
    })
  })
})

describe('forge sql', () => {
  it('prints a table, CSV, or JSON', async () => {
    const root = await indexed()
    const sql =
      "select name, lines, null as nothing, '' as empty, id || chr(10) || '\"' as text from symbols where kind = 'constant'"
    const table = await forge(['sql', sql, '--cwd', root])
    expect(table.stdout).toBe(
      'name    lines  nothing  empty  text\nunused      1                  src/check.ts#unused\\n"\n',
    )
    const csv = await forge(['sql', sql, '--format', 'csv', '--cwd', root])
    expect(csv.stdout).toBe('name,lines,nothing,empty,text\r\nunused,1,,"","src/check.ts#unused\n"""\r\n')
    const { json } = await forgeJson(['sql', sql, '--cwd', root])
    expect(json).toMatchObject({
      schema: 'forge.sql/1',
      data: {
        columns: [
          { name: 'name', type: 'VARCHAR' },
          { name: 'lines', type: 'INTEGER' },
          { name: 'nothing' },
          { name: 'empty' },
          { name: 'text' },
        ],
        rows: [{ name: 'unused', lines: 1, nothing: null, empty: '', text: 'src/check.ts#unused\n"' }],
        total: 1,
        revision: 1,
      },
      freshness: { revision: 1, stale: false },
    })
    expect((await forge(['sql', sql, '--format', 'json', '--cwd', root])).stdout).toBe(`${JSON.stringify(json)}\n`)
  })

  it('shows 50 rows of all, but for CSV', async () => {
    const root = await indexed()
    const many = await forge(['sql', 'from range(812)', '--cwd', root])
    expect(many.stdout).toMatch(/^ *range\n( *\d+\n){50}showing 50 of 812 rows \(--limit N, --all\)\n$/)
    const endless = await forge(['sql', 'from range(100000000000)', '--limit', '1', '--cwd', root])
    expect(endless.stdout).toContain('showing 1 of more than 1,000,000 rows')
    expect((await forge(['sql', 'from range(812)', '--all', '--cwd', root])).stdout.split('\n')).toHaveLength(814)
    expect(
      (await forge(['sql', 'from range(5000)', '--format', 'csv', '--cwd', root])).stdout.split('\r\n'),
    ).toHaveLength(5002)
    expect((await forge(['sql', 'from range(5000)', '--format', 'csv', '--limit', '3', '--cwd', root])).stdout).toBe(
      'range\r\n0\r\n1\r\n2\r\n',
    )
  })

  it('prints the views and their columns', async () => {
    const { stdout } = await forge(['sql', '--schema'])
    expect(stdout).toMatch(/^symbols: .*\n {2}id +VARCHAR +`src\/pool.ts#Pool.acquire`/m)
    expect((await forgeJson(['sql', '--schema'])).json.data).toMatchObject({
      views: expect.arrayContaining([expect.objectContaining({ name: 'edges' })]),
    })
    expect(await forgeJson(['sql'])).toMatchObject({ code: 2, json: { error: { code: 'FORGE_USAGE' } } })
  })

  it('says what is wrong with a query, and how long it may take', async () => {
    const root = await indexed()
    const wrong: readonly [args: readonly string[], error: object][] = [
      [['select nope from symbols'], { code: 'FORGE_ANALYTICS_QUERY', details: { line: 1, column: 8 } }],
      [['delete from symbols'], { code: 'FORGE_ANALYTICS_QUERY_REFUSED' }],
      [["select * from '/etc/passwd'"], { code: expect.stringMatching(/^FORGE_ANALYTICS_QUERY/) }],
      [
        ["select length(repeat('a', 3000000000))", '--timeout', '1', '--memory', '8GB'],
        { code: 'FORGE_ANALYTICS_QUERY_LIMIT', details: { limit: 'time', bound: 1000 } },
      ],
      [
        ['select list_sort(range(0, 100000000))', '--memory', '200MB'],
        { code: 'FORGE_ANALYTICS_QUERY_LIMIT', details: { limit: 'memory', bound: 200_000_000 } },
      ],
    ]
    for (const [args, error] of wrong)
      expect(await forgeJson(['sql', ...args, '--cwd', root])).toMatchObject({ code: 2, json: { error } })
  })

  it('ends within a second when it is interrupted, whatever DuckDB is at, and leaves no process', async () => {
    const root = await indexed()
    await forge(['stats', 'kinds', '--cwd', root])
    const child = spawn(
      process.execPath,
      [bin, 'sql', "select length(repeat('a', 3000000000))", '--memory', '8GB', '--cwd', root],
      { stdio: 'ignore' },
    )
    const ended = once(child, 'close')
    const inside = await until(() => childrenOf(child.pid!))
    await new Promise((resolve) => setTimeout(resolve, 1500))
    child.kill('SIGINT')
    expect(await ended).toEqual([130, null])
    for (const pid of inside) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })
})

describe('forge export --format parquet', () => {
  it('writes a file a view, once', async () => {
    const root = await indexed()
    const args = ['export', '--format', 'parquet', '--to', 'out/parquet', '--cwd', root]
    const { json } = await forgeJson(args)
    const { files, folder } = json.data as unknown as {
      files: { view: string; file: string; rows: number }[]
      folder: string
    }
    expect(folder).toBe(path.join(root, 'out/parquet'))
    expect(files.find(({ view }) => view === 'files')).toMatchObject({ rows: 2 })
    for (const { file } of files) expect(readFileSync(file).subarray(0, 4).toString()).toBe('PAR1')
    expect(await forgeJson(args)).toMatchObject({ code: 2, json: { error: { code: 'FORGE_ANALYTICS_EXPORT_EXISTS' } } })
    expect((await forge([...args, '--force'])).stdout).toMatch(/^files\.parquet +2 rows/)
  })

  it('needs a folder that can be written', async () => {
    const root = await indexed()
    expect(await forgeJson(['export', '--format', 'parquet', '--cwd', root])).toMatchObject({
      code: 2,
      json: { error: { code: 'FORGE_USAGE' } },
    })
    expect(await forgeJson(['export', '--to', 'x', '--cwd', root])).toMatchObject({
      code: 2,
      json: { error: { code: 'FORGE_USAGE' } },
    })
    expect(await forgeJson(['export', '--format', 'parquet', '--to', 'package.json/x', '--cwd', root])).toMatchObject({
      code: 4,
      json: { error: { code: 'FORGE_ANALYTICS_UNWRITABLE' } },
    })
  })
})

describe('analytics', () => {
  it('of the library answer the same', async () => {
    const root = await indexed()
    await using opened = await Forge.open(root)
    const analytics = await openAnalytics(opened)
    expect(await analytics.report('fan', { limit: 1 })).toMatchObject({
      revision: 1,
      rows: [{ symbol: 'src/check.ts#odd', fanIn: 2 }],
    })
  })

  it('without their package say how to get it, and everything else works', async () => {
    const root = await indexed()
    const hooks = `import { registerHooks } from 'node:module'
      registerHooks({ resolve(name, context, next) { if (name === '@forge/analytics') throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' }); return next(name, context) } })`
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hooks)}` }
    for (const args of [
      ['stats', 'kinds'],
      ['sql', 'select 1'],
      ['export', '--format', 'parquet', '--to', 'x'],
    ]) {
      const { code, stderr } = await forge([...args, '--cwd', root], { env })
      expect([code, stderr]).toEqual([
        4,
        expect.stringMatching(/@forge\/analytics.*\(FORGE_ANALYTICS_MISSING\)\nRun `npm install @forge\/analytics`/),
      ])
    }
    expect((await forge(['find', 'check', '--cwd', root], { env })).stdout).toContain('src/check.ts')
  })
})

/** What a command shows on a terminal of 100 columns. */
async function onTerminal(args: readonly string[]): Promise<string> {
  const line = [process.execPath, bin, ...args].map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['-qec', `stty cols 100; ${line}`, '/dev/null'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  await once(child, 'close')
  return said
}

async function until(found: () => readonly number[]): Promise<readonly number[]> {
  for (;;) {
    const pids = found()
    if (pids.length > 0) return pids
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}
