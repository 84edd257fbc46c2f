import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { folder, forge, forgeJson, project, write } from './forge-process.ts'

const packages = fileURLToPath(new URL('../../../packages', import.meta.url))

/** A copy of some of the repository's own packages, in a folder of another name each time. */
function ownPackages(): string {
  const root = path.join(folder(), `copy-${Math.random().toString(36).slice(2)}`)
  for (const name of ['errors', 'pool', 'stmt-cache', 'db']) {
    mkdirSync(path.join(root, 'packages', name), { recursive: true })
    cpSync(path.join(packages, name, 'src'), path.join(root, 'packages', name, 'src'), { recursive: true })
    cpSync(path.join(packages, name, 'package.json'), path.join(root, 'packages', name, 'package.json'))
  }
  write(path.join(root, 'pnpm-workspace.yaml'), 'packages:\n  - packages/*\n')
  return root
}

const shop = `
//- /package.json
{ "name": "shop" }
//- /src/price.ts
/** Adds the tax to a price. */
export function withTax(net: number): number {
  return round(net * 1.2)
}
function round(value: number): number {
  return Math.round(value * 100) / 100
}
//- /src/cart.ts
import { withTax } from './price.js'

export class Cart {
  readonly #items: number[] = []
  add(net: number): void {
    this.#items.push(withTax(net))
  }
}
//- /src/main.ts
import { Cart } from './cart.js'

export function main(): void {
  const cart = new Cart()
  cart.add(3)
}
`

describe('forge index', () => {
  it('does no work the second time, and only what changed the third time', async () => {
    const root = project(shop)
    const first = await forgeJson(['index', root])
    expect(first.json).toMatchObject({
      schema: 'forge.index/1',
      data: { files: 3, added: 3 },
      freshness: { revision: 1 },
    })
    const second = await forgeJson(['index', root])
    expect(second.json).toMatchObject({ data: { files: 3, added: 0, changed: 0 }, freshness: { revision: 1 } })
    write(path.join(root, 'src/main.ts'), 'export const nothing = 0\n')
    const stale = await forgeJson(['find', 'Cart', '--no-update', '--cwd', root])
    expect(stale.json.freshness).toStrictEqual({ revision: 1, stale: true, pending: ['src/main.ts'] })
    const third = await forgeJson(['index', root])
    expect(third.json).toMatchObject({ data: { changed: 1 }, freshness: { revision: 2, stale: false } })
  })

  it('hides its folder from git, and suggests what to try next', async () => {
    const root = project(shop)
    const { stdout, stderr } = await forge(['index', root])
    expect(readFileSync(path.join(root, '.forge/.gitignore'), 'utf8')).toBe('*\n')
    expect(stdout).toMatch(/3 files/)
    expect(stdout).toMatch(
      /Try next:\n {2}forge find \S+ --cwd \S+\n {2}forge callers \S+ --cwd \S+\n {2}forge refs \S+ --cwd \S+/,
    )
    expect(stderr).toBe('')
  })

  it('suggests commands that work as they stand, in the folder they are shown in', async () => {
    const root = path.join(folder(), "it's here")
    write(path.join(root, 'a.ts'), 'export class $Box {\n  static make() {}\n}\n$Box.make()\n')
    const { stdout } = await forge(['index', root, '--db', path.join(root, 'x.db')])
    const quoted = root.replace("'", String.raw`'\''`)
    expect(stdout).toContain(`  forge refs '$Box.make' --cwd '${quoted}' --db '${quoted}/x.db'\n`)
    const { stdout: inside } = await forge(['index', '--full', '--db', 'y.db'], { cwd: root })
    expect(inside).toContain(`  forge refs '$Box.make' --db '${quoted}/y.db'\n`)
  })

  it('ends soon after Ctrl-C and leaves the store as it was', async () => {
    const root = project(shop)
    await forge(['index', root])
    const before = (await forge(['export', '--cwd', root])).stdout
    write(path.join(root, 'src/more.ts'), 'export const more = 1\n')
    const other = new Sqlite(path.join(root, '.forge/graph.db'))
    other.exec('begin immediate')
    const { code, stdout, stderr } = await forge(['index', root], {
      interruptAt: path.join(root, '.forge/graph.db'),
    })
    other.close()
    expect({ code, stdout }).toStrictEqual({ code: 130, stdout: '' })
    expect(stderr).toContain('FORGE_INTERRUPTED')
    expect((await forge(['export', '--no-update', '--cwd', root])).stdout).toBe(before)
  })

  it('is done by whatever asks, where something has changed', async () => {
    const root = project(shop)
    await forge(['index', root])
    write(path.join(root, 'src/more.ts'), 'export const more = 1\n')
    expect((await forgeJson(['status', '--cwd', root])).json.freshness).toMatchObject({ revision: 1, stale: true })
    expect((await forgeJson(['find', 'more', '--cwd', root])).json).toMatchObject({
      data: { total: 2 },
      freshness: { revision: 2, stale: false, pending: [] },
    })
  })

  it('is left out, and said to be, where it cannot be done', async () => {
    const root = project(shop)
    await forge(['index', root])
    write(path.join(root, 'src/more.ts'), 'export const more = 1\n')
    const other = new Sqlite(path.join(root, '.forge/graph.db'))
    other.exec('begin immediate')
    const { code, stdout, stderr } = await forge(['find', 'more', '--wait', '0.1', '--cwd', root])
    other.close()
    expect({ code, stdout }).toStrictEqual({ code: 0, stdout: 'no symbol matches more\n' })
    expect(stderr).toContain('Not brought up to date: ')
    expect(stderr).toContain('1 file has changed since revision 1')
  })
})

describe('forge export', () => {
  it('gives the same bytes from any folder, with any number of threads, twice', async () => {
    const [one, two] = [ownPackages(), ownPackages()]
    await forge(['index', one, '--jobs', '1'])
    await forge(['index', two, '--jobs', '2'])
    const first = (await forge(['export', '--cwd', one])).stdout
    expect(first.split('\n').length).toBeGreaterThan(5000)
    expect((await forge(['export', '--cwd', two])).stdout).toBe(first)
    await forge(['index', two, '--full'])
    expect((await forge(['export', '--cwd', two])).stdout).toBe(first)
  })

  it('is sorted JSON lines of the kinds the contract names, in their key order', async () => {
    const root = project(shop)
    await forge(['index', root])
    const lines = (await forge(['export', '--cwd', root])).stdout.trimEnd().split('\n')
    const keys = new Set(lines.map((line) => Object.keys(JSON.parse(line) as object).join(' ')))
    expect([...keys]).toStrictEqual(
      [
        't path hash language lines',
        't id kind name qualifiedName file start end nameStart nameEnd',
        't file start end symbol role',
        't kind from to confidence sites',
        't file start end name reason',
      ].slice(0, keys.size),
    )
    expect(lines[0]).toMatch(
      /^{"t":"file","path":"src\/cart.ts","hash":"[0-9a-f]{64}","language":"typescript","lines":9}$/,
    )
    const site = readFileSync(path.join(root, 'src/cart.ts'), 'utf8').indexOf('withTax(net)')
    expect(lines).toContain(
      `{"t":"edge","kind":"calls","from":"src/cart.ts#Cart.add","to":"src/price.ts#withTax","confidence":"exact","sites":[["src/cart.ts",${site},${site + 7}]]}`,
    )
    const { json } = await forgeJson(['export', '--cwd', root])
    expect(json.data).toStrictEqual(lines.map((line) => JSON.parse(line) as unknown))
  })
})

describe('a question', () => {
  it('is answered in text and in JSON', async () => {
    const root = project(shop)
    await forge(['index', root])
    const ask = async (...args: string[]): Promise<string> => (await forge([...args, '--cwd', root])).stdout
    const data = async (...args: string[]): Promise<unknown> => (await forgeJson([...args, '--cwd', root])).json.data

    expect(await ask('find', 'wT')).toBe('src/price.ts:2:1  function  export function withTax(net: number): number\n')
    expect(await data('find', 'withTax')).toStrictEqual({
      symbols: [
        {
          id: 'src/price.ts#withTax',
          name: 'withTax',
          qualifiedName: 'withTax',
          kind: 'function',
          language: 'typescript',
          file: 'src/price.ts',
          range: { start: { line: 2, column: 1, offset: 32 }, end: { line: 4, column: 2, offset: 106 } },
          signature: 'export function withTax(net: number): number',
          doc: 'Adds the tax to a price.',
        },
      ],
      total: 1,
    })
    expect(await ask('def', 'src/main.ts:5:8')).toContain('src/cart.ts:5:3  method  Cart.add')
    expect(await ask('def', 'src/main.ts:5:3')).toContain('constant  main.cart')
    expect(await data('refs', 'Cart')).toMatchObject({
      references: [
        { file: 'src/main.ts', role: 'import', in: 'src/main.ts', range: { start: { line: 1, column: 10 } } },
        { file: 'src/main.ts', role: 'call', in: 'src/main.ts#main' },
      ],
      total: 2,
    })
    expect(await data('callers', 'round', '--depth', '3')).toMatchObject({
      calls: [
        { caller: 'src/price.ts#withTax', callee: 'src/price.ts#round', confidence: 'exact' },
        { caller: 'src/cart.ts#Cart.add', callee: 'src/price.ts#withTax' },
        { caller: 'src/main.ts#main', callee: 'src/cart.ts#Cart.add' },
      ],
      total: 3,
    })
    expect(await ask('callees', 'main')).toMatch(/Cart\b.*\n.*Cart\.add/)
    expect(await ask('path', 'main', 'round')).toBe(
      [
        'src/main.ts#main  3 calls',
        '  -> src/cart.ts#Cart.add  src/main.ts:5:8',
        '  -> src/price.ts#withTax  src/cart.ts:6:22',
        '  -> src/price.ts#round  src/price.ts:3:10',
        '',
      ].join('\n'),
    )
    expect(await ask('callers', 'external:globalThis#Math.round')).toContain('src/price.ts#round')
    expect(await ask('status')).toMatch(/revision 1[\s\S]*typescript {2}3 files/)
    expect(await ask('doctor')).toMatch(/^ok {2}runtime/)
  })

  it('keeps control characters of the project away from the terminal', async () => {
    const root = folder()
    write(path.join(root, 'a\u001B[2Jb.ts'), 'export const named = 1\n')
    const { stdout: indexed } = await forge(['index', root])
    const { stdout } = await forge(['find', 'named', '--cwd', root])
    expect(stdout).toContain('a\uFFFD[2Jb.ts:1:1')
    expect(indexed + stdout).not.toContain('\u001B')
  })

  it('is cut at --limit and says so', async () => {
    const root = project(
      `//- /many.ts\n${Array.from({ length: 60 }, (_, n) => `export const item${n} = ${n}`).join('\n')}\n`,
    )
    await forge(['index', root])
    const cut = await forge(['find', 'item', '--cwd', root])
    expect(cut.stdout).toContain('showing 50 of 60')
    expect((await forgeJson(['find', 'item', '--cwd', root, '--limit', '3'])).json.data).toMatchObject({ total: 60 })
    expect((await forge(['find', 'item', '--cwd', root, '--all'])).stdout.trimEnd().split('\n')).toHaveLength(60)
  })

  it('is cut at --limit by its symbols too', async () => {
    const root = project(
      `//- /twins.ts\n${Array.from({ length: 60 }, (_, n) => `export const box${n} = { twin: ${n} }`).join('\n')}\n`,
    )
    await forge(['index', root])
    const { stdout } = await forge(['refs', 'twin', '--cwd', root])
    expect(stdout.match(/0 references/g)).toHaveLength(50)
    expect(stdout).toContain('showing 50 of 60 symbols')
    const { json } = await forgeJson(['refs', 'twin', '--cwd', root, '--limit', '2'])
    expect(json.data).toMatchObject({ symbols: [{ name: 'twin' }, { name: 'twin' }], symbolsTotal: 60 })
  })

  it('takes the folder of the project as a filter that leaves nothing out', async () => {
    const root = project(shop)
    await forge(['index', root])
    const from = { cwd: path.join(root, 'src') }
    expect((await forgeJson(['find', 'Cart', '--exact', '--file', '..'], from)).json.data).toMatchObject({ total: 1 })
  })

  it('takes a position in a file with any name', async () => {
    const root = project('')
    write(path.join(root, 'new\nline: "#1.ts'), 'export const odd = 1\n')
    await forge(['index', root])
    const { json } = await forgeJson(['def', 'new\nline: "#1.ts:1:14', '--cwd', root])
    expect(json.data).toMatchObject({ definitions: [{ name: 'odd' }] })
  })

  it('says that it is stale where nothing but the settings have changed', async () => {
    const root = project(shop)
    await forge(['index', root])
    const database = new Sqlite(path.join(root, '.forge/graph.db'))
    database.exec('delete from project_meta')
    database.close()
    expect(await forge(['status', '--cwd', root])).toMatchObject({ stdout: expect.stringContaining('stale: ') })
  })

  it('finds the project from a folder below it, and takes its options before the command too', async () => {
    const root = project(shop)
    await forge(['index', root])
    const below = await forge(['--json', 'def', 'cart.ts:6:22'], { cwd: path.join(root, 'src') })
    expect(JSON.parse(below.stdout)).toMatchObject({ data: { definitions: [{ id: 'src/price.ts#withTax' }] } })
    expect(existsSync(path.join(root, 'src/.forge'))).toBe(false)
  })
})

describe('help', () => {
  it.each([['--help'], ['find', '--help'], []])('starts with examples: %s', async (...args) => {
    const { code, stdout } = await forge(args)
    expect({ code, start: stdout.slice(0, 20) }).toMatchObject({
      code: 0,
      start: expect.stringMatching(/^Examples:\n {2}\$ forge/),
    })
  })

  it('prints the version of the package', async () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect((await forge(['--version'])).stdout).toBe(`${manifest.version}\n`)
  })
})
