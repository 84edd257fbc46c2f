import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { folder, forge, forgeJson, indexedOnce, write, type RunOptions } from './forge-process.ts'

const copy = indexedOnce(`
//- /src/greet.ts
export function greet() {
  return 'hello'
}
export const loud = greet
`)

/** A copy of an indexed project, and its database. */
function indexed(): { readonly root: string; readonly file: string } {
  const root = copy()
  return { root, file: path.join(root, '.forge/graph.db') }
}

function tamper(file: string, sql: string): void {
  const database = new Sqlite(file)
  database.exec(sql)
  database.close()
}

interface Check {
  readonly name: string
  readonly state: string
  readonly found: string
  readonly remedy?: string
}

/** What doctor complains about, and whether it says so with its exit code. */
async function complaints(root: string, options: RunOptions = {}): Promise<Check[]> {
  const { code, json } = await forgeJson(['doctor', '--cwd', root], options)
  const { checks } = json.data as unknown as { checks: Check[] }
  const bad = checks.filter(({ state }) => state !== 'ok')
  expect({ schema: json.schema, code }).toStrictEqual({ schema: 'forge.doctor/1', code: bad.length === 0 ? 0 : 1 })
  for (const { remedy } of bad) expect(remedy).toMatch(/\w/)
  return bad
}

/** A process of its own that runs `script` with `db` open, until the test ends. */
async function neighbour(file: string, script: string): Promise<ChildProcess> {
  const driver = createRequire(import.meta.url).resolve('better-sqlite3')
  const child = spawn(
    process.execPath,
    [
      '-e',
      `const db = new (require(${JSON.stringify(driver)}))(${JSON.stringify(file)}); ${script}; console.log('ready'); setInterval(() => {}, 1e6)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

describe('forge doctor', () => {
  it('finds nothing where all is well, names what it looked at, and changes nothing', async () => {
    const { root, file } = indexed()
    const before = readFileSync(file)
    const { code, stdout } = await forge(['doctor', '--cwd', root])
    expect(code).toBe(0)
    const names = [...stdout.matchAll(/^ok {2}([\w ]+): \S/gm)].map(([, name]) => name)
    const inUse = existsSync('/proc/locks') ? 'in use, ' : ''
    expect(names.join(', ')).toBe(
      `runtime, git, folder, disk, file, ${inUse}SQLite, journal, WAL, pages, database, foreign keys, migrations, search, index`,
    )
    expect(stdout.trimEnd().split('\n')).toHaveLength(names.length)
    expect(Buffer.compare(before, readFileSync(file))).toBe(0)
  })

  it('says that there is no index, and where it would be', async () => {
    const root = folder()
    expect(await complaints(root)).toMatchObject([
      { name: 'index', state: 'problem', found: expect.stringContaining(root), remedy: 'Run `forge index`' },
    ])
    expect(existsSync(path.join(root, '.forge'))).toBe(false)
  })

  it('says that files have changed', async () => {
    const { root } = indexed()
    write(path.join(root, 'src/greet.ts'), 'export const other = 1\n')
    expect(await complaints(root)).toMatchObject([{ name: 'index', state: 'warning' }])
  })

  it.each([
    ['a version that was changed', 'update forge_schema_version set version = 99', 'the version is 99'],
    ['a table that is gone', 'drop table forge_migrations', 'the table forge_migrations is missing'],
  ])('sees a record of the migrations with %s', async (_, damage, says) => {
    const { root, file } = indexed()
    tamper(file, damage)
    expect(await complaints(root)).toMatchObject([
      {
        name: 'migrations',
        state: 'problem',
        found: expect.stringContaining(says),
        remedy: expect.stringMatching(/migrate repair.*forge index/),
      },
    ])
  })

  it('sees damaged pages, without touching them', async () => {
    const { root, file } = indexed()
    tamper(file, 'vacuum')
    const page = new Sqlite(file)
    const { rootpage } = page.prepare(`select rootpage from sqlite_schema where name = 'nodes'`).get() as {
      rootpage: number
    }
    page.close()
    const before = readFileSync(file)
    before.fill(0x5a, (rootpage - 1) * 4096, rootpage * 4096)
    writeFileSync(file, before)
    const found = await complaints(root)
    expect(found[0]).toMatchObject({
      name: 'database',
      state: 'problem',
      remedy: expect.stringContaining('forge index'),
    })
    expect(Buffer.compare(before, readFileSync(file))).toBe(0)
  })

  it('sees rows that refer to nothing', async () => {
    const { root, file } = indexed()
    tamper(file, 'pragma foreign_keys = off; delete from files')
    expect(await complaints(root)).toContainEqual(
      expect.objectContaining({
        name: 'foreign keys',
        state: 'problem',
        found: expect.stringMatching(/nodes without files/),
      }),
    )
  })

  it('sees that the full-text index is not that of the symbols', async () => {
    const { root, file } = indexed()
    tamper(
      file,
      `delete from symbol_words where rowid = (select max(rowid) from symbol_words);
      insert into symbol_words (rowid, words) values (1, 'nobody')`,
    )
    expect(await complaints(root)).toMatchObject([
      { name: 'search', state: 'problem', found: '1 symbol cannot be searched, 1 that are gone can' },
    ])
  })

  it('sees tables of another version, and goes on where it can', async () => {
    const { root, file } = indexed()
    expect((await forge(['migrate', 'down', '--cwd', root])).code).toBe(0)
    expect(await complaints(root)).toMatchObject([
      {
        name: 'migrations',
        state: 'warning',
        found: 'pending: pdg/0001-store',
        remedy: expect.stringContaining('forge migrate up'),
      },
    ])
    tamper(file, `update forge_migrations set checksum = 'other', id = 'graph/0001-x' where position = 1`)
    expect(await complaints(root)).toMatchObject([
      { name: 'migrations', state: 'problem', found: expect.stringContaining('graph/0001-x is unknown') },
    ])
  })

  it('sees that the journal is another, and a log without its database', async () => {
    const { root, file } = indexed()
    tamper(file, 'pragma journal_mode = delete')
    for (const _ of ['once', 'and again, since it changes nothing']) {
      expect(await complaints(root)).toMatchObject([
        { name: 'journal', state: 'warning', remedy: expect.stringContaining('forge index') },
      ])
    }
    rmSync(file)
    write(`${file}-wal`, 'left')
    write(path.join(root, '.forge/graph-backup.tmp'), 'half')
    expect(await complaints(root)).toMatchObject([
      { name: 'leftovers', state: 'warning', found: expect.stringMatching(/graph-backup\.tmp, .*graph\.db-wal: 8 B/) },
      { name: 'index' },
    ])
  })

  it('sees a second name of the file', async () => {
    const { root, file } = indexed()
    linkSync(file, path.join(root, '.forge/same.db'))
    expect(await complaints(root)).toMatchObject([
      { name: 'file', state: 'problem', found: expect.stringContaining('2 names') },
    ])
  })

  it('sees that much of the file is free', async () => {
    const { root, file } = indexed()
    tamper(file, 'create table filler (b blob); insert into filler values (zeroblob(20000000)); drop table filler')
    expect(await complaints(root)).toMatchObject([
      { name: 'pages', state: 'warning', remedy: expect.stringContaining('MB back') },
    ])
  })

  it('sees that this user may not write', async () => {
    const { root, file } = indexed()
    for (const each of [root, path.dirname(file)]) chmodSync(each, 0o755)
    chmodSync(file, 0o444)
    const user = { unprivileged: true }
    const names = (await complaints(root, user)).map(({ name, state }) => `${name} ${state}`)
    expect(names).toContain('folder problem')
    expect(names).toContain('file problem')
  })

  it('looks into runs and memory too, and never tells to delete them', async () => {
    const { root } = indexed()
    await forge(['memory', 'add', 'kept', '--cwd', root])
    write(path.join(root, 'execution.json'), '{"success":true}')
    await forge(['runs', 'add', '--execution', 'execution.json', '--cwd', root])
    // A database that is no part of the index is no part of what changed.
    expect((await complaints(root)).filter(({ name }) => /^(?:runs|memory): /.test(name))).toEqual([])
    tamper(
      path.join(root, '.forge/runs.db'),
      `update forge_migrations set id = 'runs/9999-future' where id = 'runs/0002-full-text'`,
    )
    tamper(path.join(root, '.forge/memory.db'), 'pragma foreign_keys = off; delete from memory_projects')
    const found = (await complaints(root)).filter(({ name }) => /^(?:runs|memory): /.test(name))
    expect(found.map(({ name, state }) => [name, state])).toEqual([
      ['runs: migrations', 'problem'],
      ['memory: foreign keys', 'problem'],
    ])
    for (const { remedy } of found) expect(remedy).not.toMatch(/delete/i)
    write(path.join(root, '.forge/runs.db'), 'no database')
    const broken = (await complaints(root)).find(({ name }) => name === 'runs: database')
    expect(broken).toMatchObject({ state: 'problem', remedy: expect.stringContaining('yours') })
  })

  it('says what is wrong with a file that is no database', async () => {
    const { root, file } = indexed()
    writeFileSync(file, 'Dear diary, this is no database.\n'.repeat(100))
    expect(await complaints(root)).toMatchObject([
      { name: 'database', state: 'problem', found: expect.stringContaining('FORGE_DB_CORRUPT') },
    ])
  })
})

describe.skipIf(!existsSync('/proc/locks'))('another process', () => {
  const inUse = async (root: string): Promise<string> => {
    const { stdout } = await forge(['doctor', '--cwd', root])
    return /^ok {2}in use: (.*)$/m.exec(stdout)?.[1] ?? stdout
  }

  it.each([
    ['has it open', 'db.pragma("user_version")'],
    ['reads', 'db.exec("begin"); db.pragma("user_version")'],
    ['writes', 'db.exec("begin immediate")'],
  ])('that %s is named', async (does, script) => {
    const { root, file } = indexed()
    const { pid } = await neighbour(file, script)
    expect(await inUse(root)).toMatch(new RegExp(`process ${pid} \\(.*\\) ${does}$`))
  })

  it('that has it alone is named where nothing else can be said', async () => {
    const { root, file } = indexed()
    const { pid } = await neighbour(file, 'db.exec("pragma locking_mode = exclusive; begin immediate")')
    expect(await inUse(root)).toContain(`process ${pid}`)
    expect(await complaints(root)).toMatchObject([
      { name: 'database', found: expect.stringContaining('FORGE_DB_BUSY') },
    ])
  })

  it('that has it alone is not waited for after Ctrl-C', async () => {
    const { root, file } = indexed()
    await neighbour(file, 'db.exec("pragma locking_mode = exclusive; begin immediate")')
    const { code, stderr } = await forge(['doctor', '--cwd', root, '--wait', '60'], {
      interruptAt: file,
    })
    expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringContaining('FORGE_INTERRUPTED') })
  })

  it('that reads for long is named for a log that grows', async () => {
    const { root, file } = indexed()
    const { pid } = await neighbour(
      file,
      'db.exec("begin"); db.pragma("user_version"); db.prepare("select * from files").all()',
    )
    const writer = new Sqlite(file)
    writer.exec(
      'create table filler (b blob); insert into filler values (zeroblob(80000000)); drop table filler; pragma wal_checkpoint',
    )
    onTestFinished(() => void writer.close())
    expect((await complaints(root)).find(({ name }) => name === 'WAL')).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/MB, [\d,]+ pages not in the database yet/),
      remedy: expect.stringContaining(`process ${pid}`),
    })
  })

  it('that uses a deleted database is named', async () => {
    const { root, file } = indexed()
    const { pid } = await neighbour(file, 'db.pragma("user_version")')
    for (const each of [file, `${file}-wal`, `${file}-shm`]) rmSync(each, { force: true })
    await forge(['index', root])
    expect(await complaints(root)).toMatchObject([
      { name: 'file', state: 'problem', found: expect.stringContaining(`process ${pid} still uses`) },
    ])
  })
})
