import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { buildPdg, type FunctionIr, type FunctionPdg } from '@forge/pdg'
import { createPdgStore } from '@forge/pdg/store'
import Driver from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listOf, storeFile, tinyFile } from './store-file.ts'

describe('a process that is killed while it saves', () => {
  it('leaves whole transactions, and no function that no file has', async () => {
    const { file, store } = await storeFile()
    for (const wanted of [1, 3]) {
      const child = spawn(
        process.execPath,
        [...process.execArgv, fileURLToPath(new URL('./saving-process.ts', import.meta.url)), file],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      onTestFinished(() => void child.kill('SIGKILL'))
      let said = ''
      child.stdout.setEncoding('utf8')
      for await (const chunk of child.stdout) {
        said += chunk as string
        if (said.split('\n').length > wanted) break
      }
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      const files = await listOf(store.loadPdg())
      expect(files).toHaveLength(20)
      const rounds = new Set(files.map(({ ir }) => ir.functions[2]!.name))
      expect(rounds.size).toBe(1)
      for (const one of files) expect(one.pdgs).toEqual(one.ir.functions.map((ir) => buildPdg(ir)))
      expect(await store.stats()).toMatchObject({ files: 20, functions: 80, differentFunctions: 42 })
    }
    const driver = new Driver(file, { readonly: true })
    onTestFinished(() => void driver.close())
    expect(driver.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect(driver.pragma('foreign_key_check')).toEqual([])
  })
})

describe('while one connection writes', () => {
  it('another one reads whole files as they were before, or as they are after', async () => {
    const { store, open } = await storeFile()
    const versions = [tinyFile('a.tiny', 'f(b=a);g(c=b)'), tinyFile('a.tiny', 'h(b=a;f(c=b))')]
    await store.savePdg(versions[0]!)
    const reader = createPdgStore(open(), { project: 'one' })
    const wanted = versions.map(({ ir }) => JSON.stringify(ir.functions.map(({ name, start }) => [name, start])))
    const writing = (async () => {
      for (let round = 1; round <= 40; round++) await store.savePdg(versions[round % 2]!)
    })()
    const done = new AbortController()
    void writing.finally(() => done.abort())
    const seen = new Set<string>()
    while (!done.signal.aborted) {
      const { ir, pdgs } = (await reader.loadPdg({ path: 'a.tiny' }))!
      seen.add(JSON.stringify(ir.functions.map(({ name, start }) => [name, start])))
      expect(pdgs).toEqual(ir.functions.map((one) => buildPdg(one)))
    }
    await writing
    for (const one of seen) expect(wanted).toContain(one)
  })

  it('two that write the same functions keep them once', async () => {
    const { store, open } = await storeFile()
    const other = createPdgStore(open(), { project: 'one' })
    const files = Array.from({ length: 30 }, (_, at) => tinyFile(`${at}.tiny`, 'f(b=a);g(c=b)'))
    await Promise.all([
      ...files.slice(0, 15).map((file) => store.savePdg(file)),
      ...files.slice(15).map((file) => other.savePdg(file)),
    ])
    expect(await store.stats()).toMatchObject({ files: 30, functions: 90, differentFunctions: 3 })
  })

  it('what another one has dropped since is made again', async () => {
    const { store, open } = await storeFile()
    const other = createPdgStore(open(), { project: 'one' })
    await store.savePdg(tinyFile('a.tiny', 'f(b=a)'))
    const file = tinyFile('b.tiny', 'x=y;f(b=a)')
    // The module alone is missing when that is asked; its graph is made while the other connection removes the rest.
    async function* files() {
      yield file
      await other.removeFile('a.tiny')
    }
    expect(await store.savePdg(files())).toMatchObject({ added: 2 })
    expect((await store.loadPdg({ path: 'b.tiny' }))?.ir).toEqual(file.ir)
  })
})

describe('in a transaction of its caller', () => {
  it('is undone with it, its project too', async () => {
    const { db, store } = await storeFile()
    const failure = new Error('undone')
    const undone = db.transaction(async () => {
      await store.savePdg(tinyFile('a.tiny', 'f(b=a)'))
      expect(await store.stats()).toMatchObject({ files: 1 })
      throw failure
    })
    await expect(undone).rejects.toBe(failure)
    expect(await store.stats()).toMatchObject({ files: 0, differentFunctions: 0 })
    await createPdgStore(db, { project: 'two' }).savePdg(tinyFile('a.tiny', 'c=d'))
    await store.savePdg(tinyFile('a.tiny', 'f(b=a)'))
    expect(await store.stats()).toMatchObject({ files: 1, functions: 2 })
  })

  it('stops where its signal is aborted, and has saved whole files', async () => {
    const { store } = await storeFile()
    const abort = new AbortController()
    function* files() {
      for (let at = 0; at < 100; at++) {
        if (at === 80) abort.abort()
        yield tinyFile(`${at}.tiny`, 'f(b=a)')
      }
    }
    await expect(store.savePdg(files(), { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' })
    expect(await store.stats()).toMatchObject({ files: 64, functions: 128, differentFunctions: 2 })
  })

  it('stops between two functions of one file as well', async () => {
    const { store } = await storeFile()
    const abort = new AbortController()
    const many = Array.from({ length: 40 }, (_, at) => `f${at}(${'b=a;'.repeat(1000)})`).join(';')
    let made = 0
    const pdg = (ir: FunctionIr): FunctionPdg => {
      made += 1
      abort.abort()
      return buildPdg(ir)
    }
    await expect(store.savePdg({ ...tinyFile('a.tiny', many), pdg }, { signal: abort.signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(made).toBeLessThan(20)
    expect(await store.files()).toEqual([])
  })
})

it('keeps no more in memory than a few megabytes of what it has made', async () => {
  const { store } = await storeFile()
  const rows = 1_000_000
  const source = Int32Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? row : -row) * 1000)
  const pdg = (ir: FunctionIr): FunctionPdg => {
    const one = buildPdg(ir)
    const zeros = new Int32Array(rows)
    const data = { source, location: zeros, via: zeros, flags: new Uint8Array(rows) }
    return { ...one, data: { ...data, nodes: 1, offsets: Int32Array.of(0, rows) } }
  }
  const saved: number[] = []
  async function* files() {
    for (const at of [0, 1, 2]) {
      saved.push((await store.files()).length)
      yield { ...tinyFile(`${at}.tiny`, `a${at}=b`), pdg }
    }
  }
  await store.savePdg(files())
  expect(saved).toEqual([0, 1, 2])
})
