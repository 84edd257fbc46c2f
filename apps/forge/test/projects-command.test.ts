import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { type Finished, folder, forge, forgeJson, indexedOnce, type Json, write } from './forge-process.ts'

const indexed = indexedOnce(`
//- /package.json
{ "name": "@scope/api" }
//- /api.ts
export function serve() {}
`)

/** What one user has: a folder of work, and a database of projects that only the tests know. */
interface User {
  readonly work: string
  readonly file: string
  /** Makes an indexed project below the folder of work. */
  project(name: string, options?: { readonly packageName?: string | null; readonly isRepository?: boolean }): string
  projects(...args: readonly string[]): Promise<Finished>
  json(...args: readonly string[]): Promise<{ code: number | null; json: Json }>
  /** Each project that is listed: its name, its state and where it is. */
  listed(): Promise<readonly (readonly [string, string, string])[]>
}

function user(): User {
  const work = folder()
  const file = path.join(work, 'data', 'global.db')
  const options = { cwd: work }
  const json: User['json'] = (...args) => forgeJson(['projects', ...args, '--global-db', file], options)
  return {
    work,
    file,
    project(name, { packageName = '@scope/api', isRepository = false } = {}) {
      const root = path.join(work, name)
      mkdirSync(path.dirname(root), { recursive: true })
      renameSync(indexed(), root)
      if (packageName === null) rmSync(path.join(root, 'package.json'))
      else write(path.join(root, 'package.json'), JSON.stringify({ name: packageName }))
      if (isRepository) {
        git(root, 'init')
        git(root, 'add', '.')
        git(root, 'commit', '-m', name)
      }
      return root
    },
    projects: (...args) => forge(['projects', ...args, '--global-db', file], options),
    json,
    async listed() {
      const { projects } = (await json('list')).json.data as unknown as { readonly projects: readonly Listed[] }
      return projects.map(({ name, state, root }) => [name, state, path.relative(work, root)] as const)
    },
  }
}

interface Listed {
  readonly name: string
  readonly state: string
  readonly root: string
}

function git(root: string, ...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    cwd: root,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  })
}

/** The bytes of a file, or the names in a folder. */
function contentOf(file: string): Buffer | readonly string[] {
  return statSync(file).isFile() ? readFileSync(file) : readdirSync(file)
}

/** Makes the database look as a version of Forge to come has made it. */
function makeNewer(file: string): void {
  const database = new Sqlite(file)
  database.exec(
    `insert into forge_migrations (position, id, checksum, sql, applied_at)
       select position + 1, 'zzz/9999-future', checksum, sql, applied_at from forge_migrations order by position desc limit 1;
     update forge_schema_version set version = version + 1`,
  )
  database.close()
}

describe('forge projects', () => {
  it('adds, lists, renames and removes, and leaves the folders as they are', async () => {
    const { project, projects, json, work } = user()
    const api = project('api', { isRepository: true })
    const web = project('web', { packageName: null })
    expect(await projects('add', 'api', 'web')).toMatchObject({
      code: 0,
      stdout: `added @scope/api: ${api}\nadded web: ${web}\n`,
    })
    expect((await projects('add', '--cwd', api)).stdout).toBe(`@scope/api was there already: ${api}\n`)
    const { stdout } = await projects()
    expect(stdout).toMatch(
      /^@scope\/api {2}ready {2}revision 1 {2}\d{4}-\d\d-\d\d [\d:]{8} {2}[0-9a-f]{10} @scope\/api {2}/,
    )
    expect(stdout.split('\n')[1]).toMatch(/^web +ready {2}revision 1 {2}[-\d]+ [:\d]+ {2}path +\//)
    expect(await projects('rename', 'web', 'shop front')).toMatchObject({ code: 0, stdout: 'web is shop front now\n' })
    expect(await json('list')).toMatchObject({
      code: 0,
      json: {
        schema: 'forge.projects/1',
        data: {
          action: 'list',
          total: 2,
          projects: [
            {
              name: '@scope/api',
              root: api,
              database: path.join(api, '.forge/graph.db'),
              identity: expect.stringMatching(/^git:[0-9a-f]{40}:@scope\/api$/),
              state: 'ready',
              revision: 1,
              indexedAt: expect.any(Number),
            },
            { name: 'shop front', root: web, identity: `path:${web}` },
          ],
        },
        freshness: { revision: 0, stale: false, pending: [] },
      },
    })
    expect((await projects('remove', 'shop front')).stdout).toBe(`removed shop front; ${web} is left as it is\n`)
    expect((await projects('remove', 'api')).stdout).toBe(`removed @scope/api; ${api} is left as it is\n`)
    expect((await projects('list')).stdout).toBe('no project was added yet: `forge projects add` in one\n')
    expect((await projects('list', '--fail-empty')).code).toBe(1)
    for (const root of ['api', 'web']) expect(existsSync(path.join(work, root, '.forge/graph.db'))).toBe(true)
  })

  it('keeps two folders of the same name apart', async () => {
    const { project, projects, listed } = user()
    project('one/api', { packageName: null })
    project('two/api', { packageName: null })
    await projects('add', 'one/api', 'two/api')
    expect(await listed()).toEqual([
      ['api', 'ready', 'one/api'],
      ['api-2', 'ready', 'two/api'],
    ])
    await projects('remove', 'two/api')
    expect(await listed()).toEqual([['api', 'ready', 'one/api']])
  })

  it('knows a repository that was moved, and tells a clone from it that is there at the same time', async () => {
    const { project, projects, listed, work } = user()
    const api = project('api', { isRepository: true })
    await projects('add', 'api')
    await projects('rename', '@scope/api', 'backend')
    cpSync(api, path.join(work, 'clone'), { recursive: true })
    expect((await projects('add', 'clone')).stdout).toBe(`added @scope/api: ${work}/clone\n`)
    renameSync(api, path.join(work, 'moved'))
    expect(await listed()).toEqual([
      ['@scope/api', 'ready', 'clone'],
      ['backend', 'missing', 'api'],
    ])
    expect((await projects('add', 'moved')).stdout).toBe(`backend has moved from ${api}: ${work}/moved\n`)
    expect(await listed()).toEqual([
      ['@scope/api', 'ready', 'clone'],
      ['backend', 'ready', 'moved'],
    ])
  })

  it('gives the folder of a project to the one that is there now', async () => {
    const { project, projects, listed, work } = user()
    const api = project('api', { isRepository: true })
    const other = project('other', { packageName: 'other', isRepository: true })
    await projects('add', 'api', 'other')
    rmSync(api, { recursive: true })
    renameSync(other, api)
    expect((await projects('add', 'api')).stdout).toBe(
      `other has moved from ${other}: ${api}, in place of @scope/api\n`,
    )
    rmSync(api, { recursive: true })
    project('api', { packageName: 'third', isRepository: true })
    expect((await projects('add', 'api')).stdout).toBe(`other is another project now: ${work}/api\n`)
    expect(await listed()).toEqual([['other', 'ready', 'api']])
  })

  it('adds the project around the working directory, and one with a graph elsewhere', async () => {
    const { project, projects, json, work } = user()
    const api = project('api')
    mkdirSync(path.join(api, 'src/deep'), { recursive: true })
    expect((await projects('add', '--cwd', path.join(api, 'src/deep'))).stdout).toBe(`added @scope/api: ${api}\n`)
    renameSync(path.join(api, '.forge'), path.join(work, 'graphs'))
    const elsewhere = path.join(work, 'graphs/graph.db')
    expect((await projects('add', 'api', '--db', elsewhere)).code).toBe(0)
    expect((await json('list')).json.data).toMatchObject({ projects: [{ database: elsewhere, state: 'ready' }] })
    expect(await projects('add', 'api', '.', '--db', elsewhere)).toMatchObject({ code: 2 })
  })

  it('lists what became of each project, and fails because of none', async () => {
    const { project, projects, json, listed, work } = user()
    const names = ['broken', 'directory', 'emptied', 'foreign', 'gone', 'newer', 'older', 'ready']
    for (const name of names) project(name, { packageName: null })
    expect((await projects('add', ...names)).code).toBe(0)
    const graphOf = (name: string): string => path.join(work, name, '.forge/graph.db')
    writeFileSync(graphOf('broken'), 'this is no database, whatever its name says '.repeat(100))
    rmSync(graphOf('directory'))
    mkdirSync(graphOf('directory'))
    rmSync(path.join(work, 'emptied/.forge'), { recursive: true })
    rmSync(graphOf('foreign'))
    const foreign = new Sqlite(graphOf('foreign'))
    foreign.exec('create table customers (name text)')
    foreign.close()
    rmSync(path.join(work, 'gone'), { recursive: true })
    makeNewer(graphOf('newer'))
    expect((await forge(['migrate', 'down', '--cwd', path.join(work, 'older')])).code).toBe(0)
    const before = names.filter((name) => name !== 'gone').map((name) => readdirSync(path.join(work, name)))

    const states = ['damaged', 'unreadable', 'not-indexed', 'damaged', 'missing', 'newer', 'older', 'ready']
    expect(await listed()).toEqual(names.map((name, index) => [name, states[index], name]))
    const { code, stdout, stderr } = await projects('list')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      /^emptied {4}not indexed .*\n {2}There is no index at .*\. Run `forge index` in its folder$/m,
    )
    expect(stdout).toMatch(/^gone .*\n {2}There is no folder .*\/gone\. Where it was moved, run `forge projects add`/m)
    expect(stdout).toMatch(/^ready {6}ready {8}revision 1 .*\n$/m)
    expect((await projects('list', '--limit', '2')).stdout).toMatch(/showing 2 of 8 projects \(--limit N, --all\)\n$/)
    const { projects: all } = (await json('list')).json.data as unknown as {
      readonly projects: readonly { readonly revision: number | null; readonly problem?: { readonly hint: string } }[]
    }
    expect(all.map(({ revision }) => revision)).toEqual([null, null, null, null, null, null, 1, 1])
    for (const { problem } of all.slice(0, -1))
      expect(problem).toEqual({ message: expect.any(String), hint: expect.any(String) })
    expect(all.at(-1)).not.toHaveProperty('problem')
    // Looking has changed nothing.
    expect(names.filter((name) => name !== 'gone').map((name) => readdirSync(path.join(work, name)))).toEqual(before)
    for (const name of ['broken', 'gone']) expect((await projects('remove', name)).code).toBe(0)
    expect((await listed()).map(([name]) => name)).toEqual(names.filter((name) => name !== 'broken' && name !== 'gone'))
  })

  it('has them in the data folder of the user unless told otherwise', async () => {
    const { project, work } = user()
    project('api')
    const env = { XDG_DATA_HOME: path.join(work, 'share') }
    expect((await forge(['projects', 'list'], { env })).code).toBe(0)
    expect(existsSync(env.XDG_DATA_HOME)).toBe(false)
    expect((await forge(['projects', 'add', path.join(work, 'api')], { env })).code).toBe(0)
    expect(existsSync(path.join(work, 'share/forge/global.db'))).toBe(true)
    expect((await forge(['projects'], { env })).stdout).toContain('@scope/api')
  })

  it('makes a copy of what it knows before a newer version changes its tables', async () => {
    const { project, projects, file, work } = user()
    project('api')
    await projects('add', 'api')
    const database = new Sqlite(file)
    database.pragma('foreign_keys = off')
    const own = `select name from sqlite_schema where type = 'table' and name not like 'forge_%' and name not like 'sqlite_%'`
    for (const name of database.prepare(own).pluck().all()) database.exec(`drop table "${String(name)}"`)
    database.exec('delete from forge_migrations; update forge_schema_version set version = 0; create table kept (x)')
    database.close()
    expect(await projects('add', 'api')).toMatchObject({ code: 0 })
    expect(readdirSync(path.join(work, 'data')).filter((name) => /^global-v0-.*\.db$/.test(name))).toHaveLength(1)
  })

  it('adds from several processes at once, and loses none', async () => {
    const { project, projects, listed, file } = user()
    const names = ['a', 'b', 'c', 'd']
    for (const name of names) project(name, { packageName: 'same' })
    const added = await Promise.all(names.map((name) => projects('add', name)))
    expect(added.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    expect((await listed()).map(([name]) => name)).toEqual(['same', 'same-2', 'same-3', 'same-4'])
    expect((await listed()).map(([, , root]) => root).toSorted()).toEqual(names)
    const database = new Sqlite(file, { readonly: true })
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    database.close()
  })
})

describe('forge projects with bad input', () => {
  it('adds none where one of them is not indexed, not there, or no folder', async () => {
    const { project, projects, json, listed, file, work } = user()
    project('api')
    write(path.join(work, 'plain/x.ts'), '')
    for (const [given, exit, code] of [
      ['plain', 4, 'FORGE_STORE_NOT_INDEXED'],
      ['nowhere', 3, 'FORGE_ROOT_NOT_FOUND'],
      ['plain/x.ts', 2, 'FORGE_ROOT_NOT_DIRECTORY'],
    ] as const) {
      expect(await json('add', 'api', given)).toMatchObject({ code: exit, json: { error: { code } } })
    }
    expect(existsSync(file)).toBe(false)
    expect(await listed()).toEqual([])
    expect((await projects('add', 'plain')).stderr).toContain('Run `forge index` first')
  })

  it('adds no project whose graph is of a newer Forge, damaged, or never written', async () => {
    const { project, json, work } = user()
    for (const name of ['newer', 'damaged', 'new']) project(name)
    makeNewer(path.join(work, 'newer/.forge/graph.db'))
    writeFileSync(path.join(work, 'damaged/.forge/graph.db'), 'x'.repeat(5000))
    const graph = new Sqlite(path.join(work, 'new/.forge/graph.db'))
    graph.exec('delete from revisions')
    graph.close()
    expect(await json('add', 'newer')).toMatchObject({ code: 4, json: { error: { code: 'FORGE_STORE_NEWER' } } })
    expect(await json('add', 'damaged')).toMatchObject({ code: 4, json: { error: { code: 'FORGE_DB_CORRUPT' } } })
    expect(await json('add', 'new')).toMatchObject({ code: 4, json: { error: { code: 'FORGE_STORE_NOT_INDEXED' } } })
  })

  it('says which projects there are, and which names cannot be', async () => {
    const { project, projects, json } = user()
    expect(await json('remove', 'api')).toMatchObject({
      code: 3,
      json: { error: { code: 'FORGE_PROJECT_NOT_FOUND', hint: 'There is no project yet: add one' } },
    })
    project('api', { packageName: 'api' })
    project('web', { packageName: 'web' })
    await projects('add', 'api', 'web')
    for (const args of [
      ['remove', 'nothing'],
      ['rename', 'nothing', 'other'],
    ]) {
      expect(await json(...args)).toMatchObject({
        code: 3,
        json: { error: { code: 'FORGE_PROJECT_NOT_FOUND', hint: 'There are api, web' } },
      })
    }
    expect(await json('rename', 'api', 'web')).toMatchObject({
      code: 2,
      json: { error: { code: 'FORGE_PROJECT_NAME_TAKEN', hint: expect.stringContaining('rename the project in') } },
    })
    expect(await json('rename', 'api', 'a:b')).toMatchObject({
      code: 2,
      json: { error: { code: 'FORGE_PROJECT_NAME_INVALID' } },
    })
    expect(await projects('nothing')).toMatchObject({ code: 2, stdout: '' })
  })

  it.each<[string, (file: string) => void, string, string]>([
    ['is broken', (file) => writeFileSync(file, 'x'.repeat(5000)), 'FORGE_PROJECTS_STORAGE', 'Put a copy in its place'],
    [
      'is cut off',
      (file) => {
        truncateSync(file, statSync(file).size / 2)
      },
      'FORGE_PROJECTS_STORAGE',
      'Put a copy in its place',
    ],
    ['is of a newer Forge', makeNewer, 'FORGE_STORE_NEWER', 'Use that version of Forge, or a backup beside'],
    [
      'is of another program',
      (file) => {
        rmSync(file)
        const database = new Sqlite(file)
        database.exec('create table customers (name text)')
        database.close()
      },
      'FORGE_STORE_FOREIGN',
      'nothing in this one was changed',
    ],
    [
      'is a folder',
      (file) => {
        rmSync(file)
        mkdirSync(file)
      },
      'FORGE_PROJECTS_STORAGE',
      '--global-db FILE',
    ],
  ])('refuses a database of projects that %s, and leaves it as it is', async (_what, spoil, code, hint) => {
    const { project, projects, json, file } = user()
    project('api')
    await projects('add', 'api')
    spoil(file)
    const before = contentOf(file)
    for (const args of [['list'], ['add', 'api']]) {
      expect(await json(...args)).toMatchObject({
        code: 4,
        json: { error: { code, hint: expect.stringContaining(hint) } },
      })
    }
    expect(contentOf(file)).toEqual(before)
  })

  it('says where it cannot write', async () => {
    const { project, work } = user()
    project('api')
    // The graph can be read where its folder can be written.
    chmodSync(path.join(work, 'api/.forge'), 0o777)
    chmodSync(path.join(work, 'api/.forge/graph.db'), 0o666)
    const shelf = path.join(work, 'shelf')
    mkdirSync(shelf, { mode: 0o555 })
    const args = ['projects', 'add', path.join(work, 'api'), '--global-db', path.join(shelf, 'data/global.db')]
    expect(await forgeJson(args, { unprivileged: true })).toMatchObject({
      code: 4,
      json: { error: { code: 'FORGE_STORE_UNWRITABLE', hint: expect.stringContaining('--global-db FILE') } },
    })
    const inShelf = [...args.slice(0, -1), path.join(shelf, 'global.db')]
    expect(await forgeJson(inShelf, { unprivileged: true })).toMatchObject({
      code: 4,
      json: { error: { code: 'FORGE_PROJECTS_STORAGE', hint: expect.stringContaining('--global-db FILE') } },
    })
    expect(readdirSync(shelf)).toEqual([])
  })

  it('waits for another process that writes, and says so when that takes too long', async () => {
    const { project, projects, json, file } = user()
    project('api')
    await projects('add', 'api')
    const other = new Sqlite(file)
    other.exec('begin immediate')
    expect(await json('rename', '@scope/api', 'api', '--wait', '1')).toMatchObject({
      code: 4,
      json: { error: { code: 'FORGE_PROJECTS_STORAGE', details: { code: 'FORGE_DB_BUSY', file } } },
    })
    other.exec('rollback')
    other.close()
    expect((await json('rename', '@scope/api', 'api', '--wait', '1')).code).toBe(0)
  })
})
