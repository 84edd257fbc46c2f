import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Forge, type RuntimeEvent, type RuntimeOptions } from '@forge/forge'
import Sqlite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { forge, forgeJson, project, bin, write } from './forge-process.ts'

const shop = `
//- /src/price.ts
export function price(net: number): number { return tax(net) }
function tax(net: number): number { return net * 1.2 }
//- /src/main.ts
import { price } from './price.ts'
export const total = price(1)
`

async function watched(root: string, options: RuntimeOptions = {}): Promise<Forge> {
  const opened = await Forge.withRuntime(root, options)
  onTestFinished(() => opened.close())
  return opened
}

/** Starts another process that watches a project, and waits until it does. */
async function watchedElsewhere(root: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [bin, 'watch', root, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

const names = async (opened: Forge, query: string): Promise<readonly string[]> =>
  (await opened.graph.findSymbol(query)).map(({ id }) => id)

/** The names of those who call a symbol. */
async function callersOf(opened: Forge, id: string): Promise<readonly string[]> {
  return (await opened.graph.callers(id)).map(({ caller }) => caller)
}

describe('a project that is kept fresh', () => {
  it('answers with what was saved before it was asked', async () => {
    const root = project(shop)
    const opened = await watched(root)
    expect(await callersOf(opened, 'src/price.ts#tax')).toEqual(['src/price.ts#price'])
    for (let i = 0; i < 5; i++) {
      write(path.join(root, 'src/more.ts'), `export function more${i}() {}\n`)
      expect(await names(opened, `more${i}`)).toEqual([`src/more.ts#more${i}`])
    }
    renameSync(path.join(root, 'src/more.ts'), path.join(root, 'src/other.ts'))
    expect(await names(opened, 'more4')).toEqual(['src/other.ts#more4'])
    rmSync(path.join(root, 'src/other.ts'))
    expect(await names(opened, 'more4')).toEqual([])
    expect(await opened.freshness()).toMatchObject({ stale: false, pending: [] })
  })

  it('reflects a save in analyses and searches too', async () => {
    const root = project(shop)
    const opened = await watched(root)
    write(path.join(root, 'src/circle.ts'), 'export function one() { two() }\nfunction two() { one() }\n')
    const cycles = await opened.analysis.cycles({ of: 'calls' })
    expect(cycles).toHaveLength(1)
    write(path.join(root, 'src/said.ts'), '/** Peculiar. */\nexport function said() {}\n')
    const found = await opened.search.symbols('peculiar').all()
    expect(found.map(({ id }) => id)).toEqual(['src/said.ts#said'])
  })

  it('sees what changed while nothing watched', async () => {
    const root = project(shop)
    await (await Forge.withRuntime(root)).close()
    write(path.join(root, 'src/between.ts'), 'export const meanwhile = 1\n')
    expect(await names(await watched(root), 'meanwhile')).toEqual(['src/between.ts#meanwhile'])
  })

  it('tells what it does', async () => {
    const root = project(shop)
    const opened = await watched(root)
    const stop = new AbortController()
    const events: RuntimeEvent[] = []
    const reading = (async () => {
      for await (const event of opened.runtime().events(stop)) events.push(event)
    })()
    write(path.join(root, 'src/a.ts'), 'export const a = 1\n')
    await opened.runtime().fresh()
    write(path.join(root, 'src/a.ts'), 'export const a = 2\n')
    await opened.runtime().fresh()
    stop.abort()
    await reading
    expect(events).toMatchObject([
      { type: 'update', revision: 2, added: 1, changed: 0, removed: 0 },
      { type: 'update', revision: 3, added: 0, changed: 1, removed: 0 },
    ])
    expect(opened.runtime().role).toBe('writer')
    expect(opened.runtime().pool().stats()).toMatchObject({ waiting: 0 })
  })

  it('keeps answers until something changes', async () => {
    const root = project(shop)
    const opened = await watched(root)
    const cache = opened.runtime().cache()
    let asked = 0
    const ask = () =>
      cache.get('callers of price', () => {
        asked++
        return callersOf(opened, 'src/price.ts#price')
      })
    expect(await ask()).toEqual(['src/main.ts'])
    expect(await ask()).toEqual(['src/main.ts'])
    write(path.join(root, 'src/second.ts'), "import { price } from './price.ts'\nexport const second = price(2)\n")
    expect(await ask()).toEqual(['src/main.ts', 'src/second.ts'])
    expect(asked).toBe(2)
    expect(cache.stats()).toMatchObject({ hits: 1, misses: 2, invalidations: 1 })
  })

  it('follows files that git tracks though they are ignored', async () => {
    const root = project(`${shop}\n//- /.gitignore\nbuilt/\n//- /built/kept.ts\nexport const kept = 1\n`)
    for (const args of [
      ['init', '-q'],
      ['add', '-A'],
      ['add', '-f', 'built/kept.ts'],
    ]) {
      const git = spawn('git', args, { cwd: root, stdio: 'ignore' })
      await once(git, 'exit')
    }
    const opened = await watched(root)
    write(path.join(root, 'built/kept.ts'), 'export const keptToo = 1\n')
    expect(await names(opened, 'keptToo')).toEqual(['built/kept.ts#keptToo'])
  })

  it('answers while files change all the time', async () => {
    const root = project(shop)
    const opened = await watched(root)
    let writes = 0
    const noise = setInterval(
      () => write(path.join(root, `src/noise${++writes % 3}.ts`), `export const n = ${writes}\n`),
      5,
    )
    onTestFinished(() => clearInterval(noise))
    for (let i = 0; i < 3; i++) {
      write(path.join(root, 'src/quiet.ts'), `export const quiet${i} = 1\n`)
      expect(await names(opened, `quiet${i}`)).toEqual([`src/quiet.ts#quiet${i}`])
    }
    clearInterval(noise)
    expect(writes).toBeGreaterThan(3)
    const { revision } = await opened.graph.status()
    write(path.join(root, 'server.log'), 'created\n')
    await opened.runtime().fresh()
    for (let i = 0; i < 3; i++) write(path.join(root, 'server.log'), `line ${i}\n`)
    expect(await opened.graph.revision()).toBeLessThanOrEqual(revision + 1)
  })

  it('says that an update has failed, and tries again for the next one', async () => {
    const root = project(shop)
    const opened = await watched(root, { busyDeadline: 50 })
    const other = new Sqlite(path.join(root, '.forge/graph.db'))
    other.exec('begin immediate')
    write(path.join(root, 'src/late.ts'), 'export const late = 1\n')
    await expect(opened.graph.findSymbol('late')).rejects.toMatchObject({ code: 'FORGE_DB_BUSY' })
    other.exec('rollback')
    other.close()
    await opened.graph.findSymbol('late').catch(() => undefined)
    expect((await names(opened, 'late'))[0]).toBe('src/late.ts#late')
  })

  it('says that nothing watches where nothing does', async () => {
    const root = project(shop)
    await using opened = await Forge.open(root)
    expect(() => opened.runtime()).toThrow(expect.objectContaining({ code: 'FORGE_RUNTIME_MISSING' }))
  })

  it('refuses to answer after it was closed', async () => {
    const root = project(shop)
    const opened = await watched(root)
    const runtime = opened.runtime()
    await opened.close()
    await opened.close()
    await expect(runtime.fresh()).rejects.toMatchObject({ code: 'FORGE_STORE_CLOSED' })
    await expect(Forge.withRuntime(path.join(root, 'none'))).rejects.toMatchObject({ code: 'FORGE_ROOT_NOT_FOUND' })
  })
})

describe('two that keep one project fresh', () => {
  it('let one write and the other follow, which takes over when the first ends', async () => {
    const root = project(shop)
    const first = await watched(root)
    const second = await watched(root)
    expect([first.runtime().role, second.runtime().role]).toEqual(['writer', 'follower'])
    write(path.join(root, 'src/a.ts'), 'export const seenByBoth = 1\n')
    expect(await names(second, 'seenByBoth')).toEqual(['src/a.ts#seenByBoth'])
    expect(await names(first, 'seenByBoth')).toEqual(['src/a.ts#seenByBoth'])
    expect(await second.graph.revision()).toBe(2)
    await first.close()
    write(path.join(root, 'src/b.ts'), 'export const seenByOne = 1\n')
    expect(await names(second, 'seenByOne')).toEqual(['src/b.ts#seenByOne'])
    await expect.poll(() => second.runtime().role).toBe('writer')
  })

  it('go on when the one that writes is killed', async () => {
    const root = project(shop)
    const child = await watchedElsewhere(root)
    const second = await watched(root)
    expect(second.runtime().role).toBe('follower')
    child.kill('SIGKILL')
    await once(child, 'exit')
    write(path.join(root, 'src/b.ts'), 'export const after = 1\n')
    expect(await names(second, 'after')).toEqual(['src/b.ts#after'])
    expect(second.runtime().role).toBe('writer')
  })

  it('show a reader whole revisions only', async () => {
    const root = project(shop)
    await watchedElsewhere(root)
    const reader = await Forge.open(root)
    onTestFinished(() => reader.close())
    /** The numbers of the two functions in one export. */
    const look = async (): Promise<string> => {
      let lines = ''
      for await (const line of reader.graph.exportLines()) lines += line
      const numbersOf = (name: string): string => {
        const found = lines.matchAll(new RegExp(`pair\\.ts#${name}(\\d+)`, 'g'))
        return [...new Set([...found].map(([, number]) => number))].join()
      }
      return `${numbersOf('left')} ${numbersOf('right')}`
    }
    const seen = new Set<string>()
    const writing = new AbortController()
    const reading = (async () => {
      while (!writing.signal.aborted) seen.add(await look())
    })()
    for (let number = 0; number < 20; number++) {
      const pair = `export function left${number}() { right${number}() }\nfunction right${number}() {}\n`
      write(path.join(root, 'src/pair.ts'), pair)
      await sleep(50)
    }
    await expect.poll(look, { timeout: 20_000 }).toBe('19 19')
    writing.abort()
    await reading
    expect(seen.size).toBeGreaterThan(3)
    expect([...seen].filter((versions) => !/^(\d*) \1$/.test(versions))).toEqual([])
  }, 60_000)

  it('leave commands to ask without writing', async () => {
    const root = project(shop)
    const opened = await watched(root)
    write(path.join(root, 'src/c.ts'), 'export const byTheWatcher = 1\n')
    const { json } = await forgeJson(['find', 'byTheWatcher', '--cwd', root])
    expect(json).toMatchObject({ data: { total: 1 }, freshness: { revision: 2, stale: false } })
    expect(await opened.graph.revision()).toBe(2)
  })
})

describe('forge watch', () => {
  it('says what it watches and each update, until Ctrl-C', async () => {
    const root = project(shop)
    const start = (...args: string[]) => {
      const child = spawn(process.execPath, [bin, 'watch', root, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, NODE_OPTIONS: '', CI: '1' },
      })
      const output = { text: '' }
      child.stdout.on('data', (chunk) => (output.text += chunk))
      onTestFinished(() => void child.kill('SIGKILL'))
      return { child, output }
    }
    const { child, output } = start()
    await expect.poll(() => output.text, { timeout: 20_000 }).toMatch(/^Watching .*, revision 1: 2 files, 6 lines/)
    write(path.join(root, 'src/a.ts'), 'export const a = 1\n')
    await expect.poll(() => output.text, { timeout: 20_000 }).toMatch(/\nrevision 2: 1 added \(\d+ ms\)\n/)
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])

    const again = start('--json')
    await expect.poll(() => again.output.text, { timeout: 20_000 }).toContain('"event":"ready"')
    rmSync(path.join(root, 'src/a.ts'))
    await expect.poll(() => again.output.text, { timeout: 20_000 }).toContain('"event":"update"')
    again.child.kill('SIGTERM')
    await once(again.child, 'exit')
    const lines = again.output.text.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { schema: 'forge.watch/1', event: 'ready', revision: 2, role: 'writer', files: 3 },
      { schema: 'forge.watch/1', event: 'update', revision: 3, removed: 1 },
    ])
  })

  it('says which folder it may not read, and watches the others', async () => {
    const root = project(`${shop}\n//- /secret/a.ts\nexport const secret = 1\n`)
    chmodSync(root, 0o777)
    chmodSync(path.join(root, 'secret'), 0)
    onTestFinished(() => chmodSync(path.join(root, 'secret'), 0o700))
    const child = spawn(process.execPath, [bin, 'watch', root, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '', CI: '1' },
      ...(process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}),
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    await expect.poll(() => output, { timeout: 20_000 }).toContain('"event":"ready"')
    write(path.join(root, 'src/a.ts'), 'export const a = 1\n')
    await expect.poll(() => output, { timeout: 20_000 }).toContain('"event":"update"')
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('says what it cannot watch', async () => {
    const root = project(shop)
    const { code, stderr } = await forge(['watch', path.join(root, 'none')])
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('FORGE_ROOT_NOT_FOUND') })
  })
})
