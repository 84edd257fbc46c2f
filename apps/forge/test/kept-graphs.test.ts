import { chmodSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { SaveOutcome } from '@forge/pdg/store'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { Forge, type ForgeOptions, UnifiedGraphStore } from '../src/index.ts'
import { forge as command, forgeJson, indexedOnce, write } from './forge-process.ts'

const rate = `let rate = 1.2
export function setRate(value: number): void {
  if (value < 1) throw new RangeError('too low')
  rate = value
}
export function withTax(net: number): number {
  return net * rate
}
`
const copy = indexedOnce(`
//- /src/rate.ts
${rate}//- /src/cart.ts
import { setRate, withTax } from './rate.js'

export class Cart {
  total = 0
  readonly items: number[] = []
  add(net: number): void {
    this.items.push(net)
    this.total += withTax(net)
  }
}

setRate(1.5)
const cart = new Cart()
for (const net of [1, 2, 3]) cart.add(net)
export const result = cart.total
//- /src/names.js
exports.names = (list) => list.map(({ name }) => name ?? 'nobody')
`)

/** Opens a project for as long as it is asked: no program of a question before is left. */
async function opened<T>(root: string, ask: (forge: Forge) => Promise<T>, options: ForgeOptions = {}): Promise<T> {
  await using forge = await Forge.open(root, { threads: false, ...options })
  return await ask(forge)
}

const save = (root: string): Promise<SaveOutcome> => opened(root, (forge) => forge.pdg.save())

async function edit(root: string, file: string, content: string): Promise<void> {
  write(path.join(root, file), content)
  await opened(root, (forge) => forge.index({ jobs: 1 }))
}

/** Changes the database behind Forge's back. */
function tamper(root: string, sql: string): void {
  const database = new Sqlite(path.join(root, '.forge/graph.db'))
  database.exec(sql)
  database.close()
}

/** Keeps, as the graphs of a file with its content, that it has no functions: whoever believes that finds no code. */
async function poison(root: string, file: string): Promise<void> {
  await opened(root, async ({ pdg: { store } }) => {
    const { contentHash } = (await store.files()).find(({ path }) => path === file)!
    await store.savePdg({ path: file, text: '', ir: { functions: [] }, contentHash })
  })
}

/** Every slice of every line with code, with its edges, and every graph of its functions. */
async function everything(root: string, options?: ForgeOptions): Promise<readonly unknown[]> {
  const found: unknown[] = []
  const places = [
    ['src/rate.ts', 8],
    ['src/cart.ts', 14],
    ['src/names.js', 1],
  ] as const
  for (const [file, lines] of places) {
    for (let line = 1; line <= lines; line++) {
      await opened(
        root,
        async ({ pdg, cfg }) => {
          const at = { file, line }
          const questions = [
            () => pdg.slice({ ...at, edges: true }),
            () => pdg.slice({ ...at, direction: 'forward', exceptions: 'all' }),
            () => pdg.of(at),
            () => cfg.of(at, { paths: 5 }),
          ]
          for (const ask of questions) found.push(await ask().catch((error: Error) => error.message))
        },
        options,
      )
    }
  }
  return found
}

const symbol = { id: 'src/rate.ts#withTax' }

describe('forge.pdg.save', () => {
  it('keeps the graphs of all functions, which come back as they are', async () => {
    const root = copy()
    expect(await save(root)).toEqual({ files: 3, functions: 9, added: 9, removed: 0, rows: 30 })
    await opened(root, async ({ pdg: { store } }) => {
      expect((await store.files()).map((file) => file.path)).toEqual(['src/cart.ts', 'src/names.js', 'src/rate.ts'])
      const { ir, pdgs } = (await store.loadPdg({ path: 'src/rate.ts' }))!
      expect(ir.functions.map(({ name }) => name)).toEqual(['', 'setRate', 'withTax'])
      expect(pdgs[2]?.data.nodes).toBeGreaterThan(3)
    })
  })

  it('reads and writes nothing where nothing has changed', async () => {
    const root = copy()
    await save(root)
    await opened(root, async (forge) => {
      const onProgress = () => expect.unreachable()
      expect(await forge.pdg.save({ onProgress })).toEqual({ files: 3, functions: 9, added: 0, removed: 0, rows: 0 })
    })
  })

  it('reads of an edit the one file, and writes the functions that are others now', async () => {
    const root = copy()
    await save(root)
    await edit(root, 'src/rate.ts', rate.replace('value < 1', 'value < 2'))
    await opened(root, async (forge) => {
      const progress: unknown[] = []
      const outcome = await forge.pdg.save({ onProgress: (one) => progress.push(one) })
      expect(progress).toEqual([{ done: 1, total: 1 }])
      // The function and the module around it.
      expect(outcome).toEqual({ files: 3, functions: 9, added: 2, removed: 2, rows: 11 })
    })
    expect(await save(root)).toMatchObject({ rows: 0 })
  })

  it('drops what is gone, and makes nothing of what has only moved', async () => {
    const root = copy()
    await save(root)
    rmSync(path.join(root, 'src/names.js'))
    renameSync(path.join(root, 'src/rate.ts'), path.join(root, 'src/moved.ts'))
    await opened(root, (forge) => forge.index({ jobs: 1 }))
    expect(await save(root)).toMatchObject({ files: 2, functions: 6, added: 0, removed: 3 })
    await opened(root, async ({ pdg: { store } }) => {
      expect((await store.files()).map((file) => file.path)).toEqual(['src/cart.ts', 'src/moved.ts'])
    })
  })

  it('keeps the files that it is told, and only knows those of the index', async () => {
    const root = copy()
    await opened(root, async (forge) => {
      expect(await forge.pdg.save({ files: ['src/rate.ts'] })).toMatchObject({ files: 1, functions: 3, added: 3 })
      await expect(forge.pdg.save({ files: ['src/none.ts'] })).rejects.toMatchObject({
        code: 'FORGE_POSITION_NOT_FOUND',
        details: { file: 'src/none.ts' },
      })
      expect(await forge.pdg.save()).toMatchObject({ files: 3, functions: 9, added: 6 })
    })
  })

  it('keeps files as they are now, whatever has changed since they were indexed', async () => {
    const root = copy()
    write(path.join(root, 'src/rate.ts'), `\uFEFF${rate.replace('* rate', '/ rate')}`)
    rmSync(path.join(root, 'src/names.js'))
    await opened(root, async (forge) => {
      expect(await forge.pdg.save()).toMatchObject({ files: 2, functions: 6 })
      await expect(forge.pdg.of(symbol)).rejects.toMatchObject({ code: 'FORGE_SOURCE_CHANGED' })
      await forge.index({ jobs: 1 })
      expect(await forge.pdg.save()).toMatchObject({ files: 2, added: 0, rows: 0 })
      expect((await forge.pdg.of(symbol))[0]?.steps.map(({ text }) => text)).toContain('return net / rate')
    })
  })

  it('stops when it is told to, after whole files', async () => {
    const root = copy()
    await opened(root, async (forge) => {
      const stop = new AbortController()
      const onProgress = () => stop.abort()
      await expect(forge.pdg.save({ signal: stop.signal, onProgress })).rejects.toThrow('aborted')
      expect((await forge.pdg.store.files()).length).toBeLessThan(2)
      expect(await forge.pdg.save()).toMatchObject({ files: 3, functions: 9 })
    })
  })
})

describe('answers with kept graphs', () => {
  it('are those without', async () => {
    const root = copy()
    const without = await everything(root)
    await save(root)
    expect(await everything(root)).toEqual(without)
  })

  it('come from them', async () => {
    const root = copy()
    await save(root)
    await poison(root, 'src/rate.ts')
    await expect(opened(root, ({ pdg }) => pdg.of(symbol))).rejects.toMatchObject({ code: 'FORGE_NO_CODE' })
  })

  it('never come from those of a file as it was before', async () => {
    const root = copy()
    await save(root)
    await poison(root, 'src/rate.ts')
    await edit(root, 'src/rate.ts', rate.replace('* rate', '/ rate'))
    const [now] = await opened(root, ({ pdg }) => pdg.of(symbol))
    expect(now?.steps.map(({ text }) => text)).toContain('return net / rate')
  })

  it('never come from those of another version of the analysis, which are saved anew', async () => {
    const root = copy()
    const without = await everything(root)
    await save(root)
    for (const file of ['src/rate.ts', 'src/cart.ts']) await poison(root, file)
    tamper(root, `update pdg_files set content_hash = '0' || substr(content_hash, instr(content_hash, ' '))`)
    expect(await everything(root)).toEqual(without)
    expect(await save(root)).toMatchObject({ files: 3, functions: 9, added: 6 })
    expect(await everything(root)).toEqual(without)
  })

  it('do without those that are damaged', async () => {
    const root = copy()
    const without = await everything(root)
    await save(root)
    tamper(
      root,
      `update pdg_graphs set pdg = x'00' where function % 2 = 0; update pdg_files set layout = 'x' where id = 1`,
    )
    expect(await everything(root)).toEqual(without)
  })

  it('need no tables for them in a database that is only looked at; any other gets them by itself', async () => {
    const root = copy()
    const without = await everything(root)
    await using before = await UnifiedGraphStore.open(root)
    await before.schema.down({ to: 'graph/0007-name-places' })
    await before.close()
    expect(await everything(root, { readOnly: true })).toEqual(without)
    expect(await save(root)).toMatchObject({ files: 3, functions: 9, added: 9 })
  })
})

describe('forge pdg --save', () => {
  it('says what it keeps, and forge status says so too', async () => {
    const root = copy()
    expect((await command(['status', '--cwd', root])).stdout).not.toContain('graphs of')
    const first = await command(['pdg', '--save', '--cwd', root])
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(/^9 functions of 3 files kept, 9 new \([\d.]+ m?s\)\n$/)
    rmSync(path.join(root, 'src/names.js'))
    const { code, json } = await forgeJson(['pdg', '--save', '--cwd', root])
    expect({ code, json }).toMatchObject({
      code: 0,
      json: {
        schema: 'forge.pdg/1',
        data: { saved: { files: 2, functions: 6, added: 0, removed: 3, rows: 7 } },
        freshness: { revision: 2, stale: false },
      },
    })
    expect((await command(['status', '--cwd', root])).stdout).toMatch(
      /\n {2}graphs of 6 functions in 2 files, .* packed\n/,
    )
    const status = await forgeJson(['status', '--cwd', root])
    expect(status.json.data).toMatchObject({ graphs: { files: 2, functions: 6, differentFunctions: 6 } })
  })

  it('takes no symbol, and nothing else does without one', async () => {
    const root = copy()
    const wrong = [
      ['pdg', '--save', 'withTax'],
      ['pdg', '--save', '--exact-one'],
      ['pdg', '--save', '--format', 'dot'],
      ['pdg'],
    ]
    for (const args of wrong) {
      const { code, stdout, stderr } = await command([...args, '--cwd', root])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain('FORGE_USAGE')
    }
  })

  it('says why it cannot write', async () => {
    const root = copy()
    const file = path.join(root, '.forge/graph.db')
    const other = new Sqlite(file)
    other.exec('begin immediate')
    expect(await forgeJson(['pdg', '--save', '--wait', '0.2', '--cwd', root])).toMatchObject({
      code: 4,
      json: { schema: 'forge.error/1', error: { code: 'FORGE_DB_BUSY', hint: expect.stringContaining('--wait') } },
    })
    other.close()
    chmodSync(path.dirname(file), 0o777)
    chmodSync(file, 0o444)
    expect(await forgeJson(['pdg', '--save', '--cwd', root], { unprivileged: true })).toMatchObject({
      code: 4,
      json: { error: { code: 'FORGE_DB_READ_ONLY', hint: expect.stringContaining('make it writable') } },
    })
  })

  it('ends soon after Ctrl-C', async () => {
    const root = copy()
    const file = path.join(root, '.forge/graph.db')
    const other = new Sqlite(file)
    other.exec('begin immediate')
    const { code, stdout, stderr } = await command(['pdg', '--save', '--cwd', root], { interruptAt: file })
    other.close()
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    expect(stderr).toContain('FORGE_INTERRUPTED')
    expect((await forgeJson(['pdg', '--save', '--cwd', root])).json.data).toMatchObject({ saved: { added: 9 } })
  })
})
