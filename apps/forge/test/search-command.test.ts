import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Forge } from '../src/forge.ts'
import { forge, forgeJson, project } from './forge-process.ts'

const app = `
//- /src/wait.ts
/** Waits between two tries. */
export function backoff(tries: number): number { return tries * 2 } // TODO: jitter
export const note = 'Ünïcode stays: backoff, Backoff'
//- /src/run.ts
import { backoff } from './wait.js'
export function run() { return backoff(1) + backoff(2) }
export function backoffLater() { return 'a_backoff' }
//- /lib/other.js
exports.other = 'todo BACKOFF'
`

async function indexed(): Promise<string> {
  const root = project(app)
  await forge(['index', root])
  return root
}

describe('forge search', () => {
  it('finds symbols by name and documentation, and lines of code', async () => {
    const root = await indexed()
    const { json, code } = await forgeJson(['search', 'backoff', '--cwd', root])
    expect([code, json.schema]).toEqual([0, 'forge.search/1'])
    const data = json.data as unknown as {
      symbols: { id: string }[]
      symbolsTotal: number
      lines: { file: string; range: { start: { line: number; column: number } }; text: string }[]
      linesTotal: number
      files: number
    }
    expect(data.symbols.map(({ id }) => id)).toEqual([
      'src/wait.ts#backoff',
      'src/run.ts#backoffLater',
      'src/wait.ts#note',
    ])
    expect(data.lines.map(({ file, range }) => [file, range.start.line, range.start.column])).toEqual([
      ['lib/other.js', 1, 23],
      ['src/run.ts', 1, 10],
      ['src/run.ts', 2, 32],
      ['src/wait.ts', 2, 17],
      ['src/wait.ts', 3, 37],
      ['src/run.ts', 3, 17],
    ])
    expect([data.symbolsTotal, data.linesTotal, data.files]).toEqual([3, 6, 3])
    const text = await forge(['search', 'waits between', '--cwd', root])
    expect(text.stdout).toMatch(
      /^1 symbol\n {2}src\/wait\.ts:2:1 .*function backoff\(tries: number\): number\n1 line in 1 file\n/,
    )
  })

  it('narrows by path, language, kind, case and words, and says what was cut', async () => {
    const root = await indexed()
    const search = async (...args: string[]): Promise<string> =>
      (await forge(['search', ...args, '--cwd', root])).stdout
    expect(await search('TODO', '--only', 'code')).toMatch(
      /^1 line in 1 file\n {2}src\/wait\.ts:2:72 {2}export function/,
    )
    expect(await search('todo', '--only', 'code')).toMatch(/^2 lines in 2 files\n/)
    expect(await search('backoff', '--only', 'code', '--word')).toMatch(/^5 lines in 3 files\n/)
    expect(await search('backoff', '--in', 'lib')).toMatch(/^1 line in 1 file\n/)
    expect(await search('backoff', '--lang', 'javascript')).toMatch(/^1 line in 1 file\n/)
    expect(await search('backoff', '--kind', 'function', '--exported', '--limit', '1')).toBe(
      '2 symbols\n  src/wait.ts:2:1  function  export function backoff(tries: number): number\nshowing 1 of 2 symbols (--limit N, --all)\n',
    )
    expect(await search('backoff', '--only', 'code', '--limit', '2')).toContain('showing 2 of 6 lines')
  })

  it('says that there is nothing, and what it was not given right', async () => {
    const root = await indexed()
    const nothing = await forge(['search', 'nowhere', '--cwd', root, '--fail-empty'])
    expect([nothing.code, nothing.stdout]).toEqual([1, 'nothing has nowhere in it\n'])
    const kind = await forge(['search', 'a', '--kind', 'thing', '--cwd', root])
    expect([kind.code, kind.stderr]).toEqual([2, expect.stringContaining('thing is not a kind of symbol')])
    const only = await forge(['search', 'a', '--only', 'all', '--cwd', root])
    expect(only.code).toBe(2)
    expect((await forge(['search', '--cwd', root])).code).toBe(2)
  })
})

describe('forge.search.lines', () => {
  it('reads the files as they are now, and leaves out what is gone', async () => {
    const root = await indexed()
    await using opened = await Forge.open(root)
    writeFileSync(path.join(root, 'src/wait.ts'), `${'x'.repeat(500)}needle${'y'.repeat(500)}\r\nİ needle\r\n`)
    writeFileSync(path.join(root, 'lib/other.js'), Buffer.from([0xff, 0xfe, 0x6e, 0x65, 0x65, 0x64]))
    const { lines, total, files } = await opened.search.lines('needle')
    expect([total, files]).toEqual([2, 1])
    expect(lines.map(({ range, text }) => [range.start.line, range.start.column, text.length])).toEqual([
      [2, 3, 8],
      [1, 501, 202],
    ])
    expect(await opened.search.lines(' \n ')).toEqual({ lines: [], total: 0, files: 0 })
    expect((await opened.search.lines('NEEDLE')).total).toBe(0)
    expect((await opened.search.lines('NEEDLE', { caseSensitive: false, in: ['./src/'] })).total).toBe(2)
    expect((await opened.search.lines('needle', { limit: 0 })).lines).toEqual([])
    await expect(opened.search.lines('needle', { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
  })
})
