import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { watchFolder } from '@forge/watch'
import { describe, expect, it } from 'vitest'
import { folderOf, watched, write } from './watched-folder.ts'

describe('what is told', () => {
  it('tells of files that are created, modified and deleted', async () => {
    const { root, told } = await watched({ 'a.ts': '1', 'sub/b.ts': '2' })
    expect(await told()).toEqual([])
    write(root, 'c.ts', '3')
    write(root, 'a.ts', '11')
    rmSync(path.join(root, 'sub/b.ts'))
    expect((await told()).toSorted()).toEqual(['created c.ts', 'deleted sub/b.ts', 'modified a.ts'])
  })

  it('says what a file was and is', async () => {
    const { root, changes } = await watched({ 'a.ts': 'one' })
    write(root, 'a.ts', 'two')
    const [first] = await changes()
    expect(first).toMatchObject({ type: 'modified', path: 'a.ts', stamp: { size: 3 }, before: { size: 3 } })
    write(root, 'a.ts', 'three')
    const [second] = await changes()
    expect(second).toMatchObject({ before: { hash: (first as { stamp: { hash: string } }).stamp.hash } })
    expect((second as { stamp: { hash: string } }).stamp.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('tells of a renamed file as deleted and created with the same hash, one it has never read too', async () => {
    const { root, changes } = await watched({ 'a.ts': 'text' })
    renameSync(path.join(root, 'a.ts'), path.join(root, 'b.ts'))
    const [deleted, created] = await changes()
    expect(deleted).toMatchObject({ type: 'deleted', path: 'a.ts' })
    expect(created).toMatchObject({ type: 'created', path: 'b.ts' })
    const hash = (created as { stamp: { hash: string } }).stamp.hash
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect((deleted as { before: { hash: string } }).before.hash).toBe(hash)
  })

  it('tells of everything in a folder that is made, moved and removed', async () => {
    const { root, told } = await watched({ 'keep.ts': '' })
    write(root, 'new/deep/er/a.ts', '1')
    write(root, 'new/b.ts', '2')
    expect((await told()).toSorted()).toEqual(['created new/b.ts', 'created new/deep/er/a.ts'])
    renameSync(path.join(root, 'new'), path.join(root, 'old'))
    expect(await told()).toEqual([
      'deleted new/b.ts',
      'deleted new/deep/er/a.ts',
      'created old/b.ts',
      'created old/deep/er/a.ts',
    ])
    write(root, 'old/deep/er/c.ts', '3')
    expect(await told()).toEqual(['created old/deep/er/c.ts'])
    rmSync(path.join(root, 'old'), { recursive: true })
    expect(await told()).toEqual(['deleted old/b.ts', 'deleted old/deep/er/a.ts', 'deleted old/deep/er/c.ts'])
  })

  it('tells of a file that takes the place of a folder, and the other way round', async () => {
    const { root, told } = await watched({ 'a/b.ts': '1' })
    rmSync(path.join(root, 'a'), { recursive: true })
    writeFileSync(path.join(root, 'a'), 'file')
    expect(await told()).toEqual(['deleted a/b.ts', 'created a'])
    rmSync(path.join(root, 'a'))
    write(root, 'a/b.ts', '1')
    expect(await told()).toEqual(['deleted a', 'created a/b.ts'])
  })

  it('tells of edits of equal size in the same instant, and with the clock set back', async () => {
    const { root, told } = await watched({ 'a.ts': '1' })
    for (const text of ['2', '3', '4']) {
      write(root, 'a.ts', text)
      utimesSync(path.join(root, 'a.ts'), 1000, 1000)
      expect(await told()).toEqual(['modified a.ts'])
    }
  })

  it('tells of what editors do to save: another file that takes the place of the old one', async () => {
    const { root, told } = await watched({ 'a.ts': '1' })
    for (const text of ['2', '3']) {
      write(root, 'a.ts.tmp', text)
      renameSync(path.join(root, 'a.ts.tmp'), path.join(root, 'a.ts'))
      expect(await told()).toEqual(['modified a.ts'])
    }
    renameSync(path.join(root, 'a.ts'), path.join(root, 'a.ts~'))
    write(root, 'a.ts', '4')
    rmSync(path.join(root, 'a.ts~'))
    expect(await told()).toEqual(['modified a.ts'])
  })

  it('tells of links where they lead, and does not follow them', async () => {
    const { root, changes } = await watched({ 'a.ts': '1', 'sub/b.ts': '2' })
    symlinkSync('sub', path.join(root, 'link'))
    const [first] = await changes()
    expect(first).toMatchObject({ type: 'created', path: 'link' })
    rmSync(path.join(root, 'link'))
    symlinkSync('a.ts', path.join(root, 'link'))
    const [second] = await changes()
    expect(second).toMatchObject({ type: 'modified', path: 'link' })
  })

  it('says nothing where nothing has become of anything', async () => {
    const { root, told } = await watched({ 'a.ts': '1' })
    write(root, 'gone.ts', '')
    rmSync(path.join(root, 'gone.ts'))
    mkdirSync(path.join(root, 'empty'))
    const first = await told()
    expect(first.filter((line) => !line.includes('gone.ts'))).toEqual([])
    expect(await told()).toEqual([])
  })

  it('tells the last state of a file that grows while it is read', async () => {
    const { root, watcher, batches } = await watched({ 'a.log': '' })
    let size = 0
    for (let i = 0; i < 300; i++) {
      appendFileSync(path.join(root, 'a.log'), 'x'.repeat(1000))
      size += 1000
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await watcher.sync()
    const last = batches.flatMap((batch) => batch.changes).at(-1)
    expect(last).toMatchObject({ type: 'modified', path: 'a.log', stamp: { size } })
  })

  it('tells of a file that is too large to read, without its hash', async () => {
    const { root, changes } = await watched({ 'a.bin': '' }, { maxHashBytes: 10 })
    write(root, 'a.bin', 'more than ten')
    expect(await changes()).toMatchObject([{ type: 'modified', stamp: { size: 13, hash: undefined } }])
  })
})

describe('what is not watched', () => {
  it('leaves out what ignore files say, and .git, .forge and node_modules', async () => {
    const { root, told } = await watched({
      '.gitignore': 'dist/\n*.log\n',
      'sub/.forgeignore': '/secret.ts\n',
      'sub/secret.ts': '',
      'dist/a.js': '',
      'node_modules/p/index.js': '',
    })
    for (const name of ['dist/a.js', 'x.log', 'sub/secret.ts', 'node_modules/p/index.js', '.git/HEAD', '.forge/a.db']) {
      write(root, name, 'changed')
    }
    write(root, 'seen.ts', '')
    expect(await told()).toEqual(['created seen.ts'])
  })

  it('reads ignore files again when they change, and watches what they let in', async () => {
    const { root, told } = await watched({ '.gitignore': 'dist/\n', 'dist/deep/a.js': '1', 'src/b.ts': '2' })
    write(root, '.gitignore', 'src/\n')
    expect((await told()).toSorted()).toEqual(['created dist/deep/a.js', 'deleted src/b.ts', 'modified .gitignore'])
    write(root, 'dist/deep/a.js', '11')
    write(root, 'src/b.ts', '22')
    expect(await told()).toEqual(['modified dist/deep/a.js'])
    rmSync(path.join(root, '.gitignore'))
    expect((await told()).toSorted()).toEqual(['created src/b.ts', 'deleted .gitignore'])
    write(root, 'dist/.gitignore', '*\n')
    expect((await told()).toSorted()).toEqual(['deleted dist/deep/a.js'])
  })

  it('watches what it is told to include all the same', async () => {
    const { root, told } = await watched(
      { '.gitignore': 'dist/\n', 'dist/kept/a.js': '1', 'dist/kept/b.js': '1' },
      { include: ['dist/kept/a.js'] },
    )
    write(root, 'dist/kept/a.js', '2')
    write(root, 'dist/kept/b.js', '2')
    expect(await told()).toEqual(['modified dist/kept/a.js'])
  })
})

describe('the start', () => {
  it('tells what has changed since a snapshot', async () => {
    const root = folderOf({ 'same.ts': '1', 'changed.ts': '1', 'gone.ts': '1' })
    const first = await watched(root)
    write(root, 'changed.ts', '2')
    await first.watcher.sync()
    const snapshot = await first.watcher.snapshot()
    await first.watcher.close()
    write(root, 'changed.ts', '3')
    write(root, 'new.ts', '1')
    rmSync(path.join(root, 'gone.ts'))
    const { batches } = await watched(root, { snapshot })
    expect(batches).toMatchObject([
      {
        cause: 'start',
        changes: [
          { type: 'deleted', path: 'gone.ts' },
          { type: 'created', path: 'new.ts' },
          { type: 'modified', path: 'changed.ts', before: { hash: snapshot.get('changed.ts')!.hash } },
        ],
      },
    ])
  })

  it('tells of everything where nothing was known', async () => {
    const { batches } = await watched({ 'a.ts': '', 'b/c.ts': '' }, { snapshot: new Map() })
    expect(batches.flatMap(({ changes }) => changes.map((change) => change.path))).toEqual(['a.ts', 'b/c.ts'])
  })

  it('says what it cannot watch', async () => {
    const root = folderOf({ 'a.ts': '' })
    const start = (over: object) => watchFolder({ root, onChanges: () => {}, onError: () => {}, ...over })
    await expect(start({ root: path.join(root, 'none') })).rejects.toMatchObject({ code: 'FORGE_WATCH_ROOT' })
    await expect(start({ root: path.join(root, 'a.ts') })).rejects.toThrow('is no folder')
    await expect(start({ maxHashBytes: 0 })).rejects.toMatchObject({ code: 'FORGE_WATCH_OPTION' })
    await expect(start({ signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
  })
})

describe('the end', () => {
  it('tells nothing after it was closed, and leaves nothing behind', async () => {
    const { root, watcher, batches } = await watched({ 'a.ts': '1' })
    await watcher.close()
    await watcher.close()
    write(root, 'a.ts', '2')
    await expect(watcher.sync()).rejects.toMatchObject({ code: 'FORGE_WATCH_CLOSED' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(batches).toEqual([])
  })

  it('lets whoever waits go when it is closed', async () => {
    const { watcher } = await watched({ 'a.ts': '1' })
    const waiting = watcher.rescan()
    const closing = watcher.close()
    await expect(waiting).rejects.toMatchObject({ code: 'FORGE_WATCH_CLOSED' })
    await closing
  })

  it('says that its thread has died', async () => {
    const root = folderOf({ 'a.ts': '' })
    const start = watchFolder({
      root,
      onChanges: () => {},
      onError: () => {},
      worker: new URL('./dying-worker.ts', import.meta.url),
    })
    await expect(start).rejects.toMatchObject({ code: 'FORGE_WATCH_FAILED', cause: { message: 'dead' } })
  })

  it('goes on where whoever is told throws', async () => {
    const root = folderOf({ 'a.ts': '' })
    const errors: unknown[] = []
    let told = 0
    await using watcher = await watchFolder({
      root,
      onChanges: () => {
        told++
        throw new Error('mine')
      },
      onError: (error) => errors.push(error),
    })
    write(root, 'a.ts', '1')
    await watcher.sync()
    write(root, 'a.ts', '2')
    await watcher.sync()
    expect(told).toBe(2)
    expect(errors).toMatchObject([{ code: 'FORGE_WATCH_FAILED', cause: { message: 'mine' } }, {}])
  })
})

describe('trouble', () => {
  it('loses nothing of a burst while the event loop is blocked', async () => {
    const files = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`d${at % 20}/f${at}.ts`, '1']))
    const { root, told } = await watched(files)
    for (const name of Object.keys(files)) write(root, name, 'changed')
    const until = performance.now() + 300
    while (performance.now() < until);
    expect(new Set(await told()).size).toBe(500)
  })

  it('tells a switch of thousands of files in few batches', async () => {
    const files = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`d${at % 20}/f${at}.ts`, '1']))
    const { root, told, batches } = await watched(files)
    for (const name of Object.keys(files)) write(root, name, 'changed')
    expect(new Set(await told()).size).toBe(2000)
    expect(batches.length).toBeLessThan(20)
  })

  it('says that the root is gone, and watches it again when it is back', async () => {
    const root = path.join(folderOf({ 'in/a.ts': '1' }), 'in')
    const { told, errors, batches } = await watched(root)
    rmSync(root, { recursive: true })
    await expect.poll(() => errors.map(({ code }) => code)).toEqual(['FORGE_WATCH_ROOT'])
    expect(await told()).toEqual(['deleted a.ts'])
    write(root, 'a.ts', '2')
    write(root, 'sub/b.ts', '2')
    await expect.poll(() => batches.length).toBeGreaterThan(1)
    expect(await told()).toEqual(['created a.ts', 'created sub/b.ts'])
    write(root, 'sub/b.ts', '3')
    expect(await told()).toEqual(['modified sub/b.ts'])
  })

  it('watches a root that was replaced at once', async () => {
    const root = path.join(folderOf({ 'in/a.ts': '1' }), 'in')
    const { told } = await watched(root)
    renameSync(root, `${root}-before`)
    write(root, 'a.ts', '22')
    write(root, 'b.ts', '2')
    expect((await told()).toSorted()).toEqual(['created b.ts', 'modified a.ts'])
    write(root, 'b.ts', '33')
    expect(await told()).toEqual(['modified b.ts'])
    rmSync(`${root}-before`, { recursive: true })
  })

  it('polls where it is told to', async () => {
    const { root, told, watcher, batches } = await watched({ 'a.ts': '1' }, { polling: true, pollingInterval: 20 })
    write(root, 'a.ts', '22')
    await expect.poll(() => batches.map(({ cause }) => cause)).toEqual(['poll'])
    write(root, 'b/c.ts', '22')
    expect(await told()).toEqual(['modified a.ts', 'created b/c.ts'])
    expect(await watcher.stats()).toMatchObject({ mode: 'polling', files: 2, folders: 2 })
  })

  it('finds in a rescan what nobody has told', async () => {
    const { root, watcher, told } = await watched({ 'a.ts': '1' })
    await watcher.rescan()
    expect(await told()).toEqual([])
    write(root, 'a.ts', '2')
    await watcher.rescan()
    expect(await told()).toEqual(['modified a.ts'])
    expect(await watcher.stats()).toMatchObject({ mode: 'native', rescans: 2, overflows: 0 })
  })

  it('tells of names with spaces and other letters', async () => {
    const { root, told } = await watched({ 'a.ts': '1' })
    const odd = path.join(root, 'sp ace and ünï.ts')
    writeFileSync(odd, '1')
    expect(await told()).toEqual(['created sp ace and ünï.ts'])
  })
})
