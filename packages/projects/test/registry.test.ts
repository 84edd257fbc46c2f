import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { createSchemaManager } from '@forge/migrate'
import { createProjectRegistry, projectMigrations } from '@forge/projects'
import Driver from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { emptyRegistry, failure, folders, found, openProjects } from './registry.ts'

describe('adding', () => {
  it('gives a new project its suggested name, its time and an id', async () => {
    const { registry, clock } = emptyRegistry()
    const { api } = folders('api')
    const added = await registry.add(found(api, 'git:1:api'), existsSync)
    expect(added).toEqual({
      outcome: 'added',
      project: {
        id: 1,
        name: 'api',
        identity: 'git:1:api',
        root: api,
        database: path.join(api, '.forge/graph.db'),
        addedAt: clock.now,
      },
    })
    expect(await registry.list()).toEqual([added.project])
  })

  it('keeps folders of the same name apart, and numbers their names', async () => {
    const { registry } = emptyRegistry()
    const { 'a/api': one, 'b/api': two, 'c/api': three } = folders('a/api', 'b/api', 'c/api')
    for (const root of [one, two, three]) await registry.add(found(root, `path:${root}`), existsSync)
    expect((await registry.list()).map(({ name, root }) => [name, root])).toEqual([
      ['api', one],
      ['api-2', two],
      ['api-3', three],
    ])
  })

  it('knows a folder it has, and takes its new identity and database', async () => {
    const { registry, clock } = emptyRegistry()
    const { api } = folders('api')
    const { project: before } = await registry.add(found(api, `path:${api}`), existsSync)
    clock.now += 1000
    const after = await registry.add({ ...found(api, 'git:1:api', 'other'), database: '/elsewhere.db' }, existsSync)
    expect(after).toEqual({
      outcome: 'known',
      project: { ...before, identity: 'git:1:api', database: '/elsewhere.db' },
      previous: before,
    })
    expect((await registry.add(found(api, `path:${api}`), existsSync)).outcome).toBe('known')
    expect(await registry.list()).toHaveLength(1)
  })

  it('finds a project that has moved by its identity, under the name that it was given', async () => {
    const { registry } = emptyRegistry()
    const { api } = folders('api')
    const { project: before } = await registry.add(found(api, 'git:1:api'), existsSync)
    await registry.rename('api', 'backend')
    const moved = `${api}-moved`
    renameSync(api, moved)
    const after = await registry.add(found(moved, 'git:1:api'), existsSync)
    expect(after).toEqual({
      outcome: 'moved',
      project: { ...before, name: 'backend', root: moved, database: path.join(moved, '.forge/graph.db') },
      previous: { ...before, name: 'backend' },
    })
    expect(await registry.list()).toEqual([after.project])
  })

  it('takes a second checkout that is there at the same time for a project of its own', async () => {
    const { registry } = emptyRegistry()
    const { api, clone } = folders('api', 'clone')
    await registry.add(found(api, 'git:1:api', 'api'), existsSync)
    const second = await registry.add(found(clone, 'git:1:api', 'api'), existsSync)
    expect(second).toMatchObject({ outcome: 'added', project: { name: 'api-2', identity: 'git:1:api' } })
    rmSync(clone, { recursive: true })
    const { third } = { third: `${clone}-again` }
    mkdirSync(third)
    expect(await registry.add(found(third, 'git:1:api', 'api'), existsSync)).toMatchObject({
      outcome: 'moved',
      project: { name: 'api-2', root: third },
    })
  })

  it('of several checkouts that are gone moves the one that was added first', async () => {
    const { registry } = emptyRegistry()
    for (const root of ['/gone/first', '/gone/second']) await registry.add(found(root, 'git:1:api', 'api'), () => true)
    const { api } = folders('api')
    expect(await registry.add(found(api, 'git:1:api'), existsSync)).toMatchObject({
      outcome: 'moved',
      previous: { root: '/gone/first' },
    })
    expect((await registry.list()).map(({ root }) => root)).toEqual([api, '/gone/second'])
  })

  it('keeps nothing but the name where another project is in the folder now', async () => {
    const { registry } = emptyRegistry()
    const { api } = folders('api')
    const { project: before } = await registry.add(found(api, 'git:1:api'), existsSync)
    const after = await registry.add(found(api, 'git:2:web', 'web'), existsSync)
    expect(after).toEqual({
      outcome: 'replaced',
      project: { ...before, id: before.id + 1, identity: 'git:2:web' },
      dropped: before,
    })
    expect(await registry.list()).toEqual([after.project])
  })

  it('drops the project whose folder another one has moved into', async () => {
    const { registry } = emptyRegistry()
    const { api, next } = folders('api', 'next')
    const { project: old } = await registry.add(found(api, 'git:1:api'), existsSync)
    const { project: moving } = await registry.add(found(next, 'git:2:next'), existsSync)
    rmSync(api, { recursive: true })
    renameSync(next, api)
    expect(await registry.add(found(api, 'git:2:next'), existsSync)).toEqual({
      outcome: 'moved',
      project: { ...moving, root: api, database: path.join(api, '.forge/graph.db') },
      previous: moving,
      dropped: old,
    })
    expect((await registry.list()).map(({ name }) => name)).toEqual(['next'])
  })

  it('asks for no folder but those of the same identity, and outside of the transaction', async () => {
    const { registry, db } = emptyRegistry()
    const asked: string[] = []
    await registry.add(found('/one', 'git:1:'), () => true)
    await registry.add(found('/two', 'git:2:'), () => true)
    await registry.add(found('/three', 'git:1:'), async (root) => {
      asked.push(root)
      await db.kysely.updateTable('projects').set({ database: 'written meanwhile' }).where('root', '=', root).execute()
      return true
    })
    expect(asked).toEqual(['/one'])
    expect(await registry.find({ root: '/one' })).toMatchObject({ database: 'written meanwhile' })
  })

  it('asks again where another row of the identity has come meanwhile', async () => {
    const { registry } = emptyRegistry()
    await registry.add(found('/one', 'git:1:', 'api'), () => true)
    const asked: string[] = []
    const added = await registry.add(found('/three', 'git:1:', 'api'), async (root) => {
      if (asked.push(root) === 1) await registry.add(found('/two', 'git:1:', 'api'), () => true)
      return root !== '/two'
    })
    expect(asked).toEqual(['/one', '/two'])
    expect(added).toMatchObject({ outcome: 'moved', previous: { root: '/two' }, project: { name: 'api-2' } })
  })

  it('leaves nothing of one that is stopped, or whose folder check fails', async () => {
    const { registry } = emptyRegistry()
    await registry.add(found('/one', 'git:1:'), () => true)
    const reason = new Error('stopped')
    const stop = new AbortController()
    const stopped = registry.add(found('/two', 'git:1:'), () => (stop.abort(reason), true), { signal: stop.signal })
    expect(await failure(stopped)).toBe(reason)
    const broken = new Error('no disk')
    expect(await failure(registry.add(found('/two', 'git:1:'), () => Promise.reject(broken)))).toBe(broken)
    expect((await registry.list()).map(({ root }) => root)).toEqual(['/one'])
  })

  it.each([
    ['@scope/web', '@scope/web'],
    ['.dotfiles', 'dotfiles'],
    ['  a:b\\c\n\u202Ed ', 'a-b-c--d'],
    ['cafe\u0301', 'caf\u00E9'],
    ['...', 'project'],
    ['', 'project'],
    ['x'.repeat(300), 'x'.repeat(88)],
    [`${'x'.repeat(87)}\u{1F600}`, 'x'.repeat(87)],
  ])('makes a name of %j', async (suggested, name) => {
    const { registry } = emptyRegistry()
    expect(await registry.add(found('/one', 'git:1:', suggested), () => true)).toMatchObject({ project: { name } })
    const next = await registry.add(found('/two', 'git:2:', suggested), () => true)
    expect(next.project.name).toBe(`${name}-2`)
    expect(await registry.rename(next.project.name, next.project.name)).toEqual(next.project)
  })
})

describe('finding', () => {
  it('lists by name and finds by id, name and folder', async () => {
    const { registry } = emptyRegistry()
    expect(await registry.list()).toEqual([])
    for (const name of ['web', '@scope/web', 'Web'])
      await registry.add(found(`/${name}`, `git:${name}`, name), () => true)
    const all = await registry.list()
    expect(all.map(({ name }) => name)).toEqual(['@scope/web', 'Web', 'web'])
    for (const project of all) {
      expect(await registry.find({ id: project.id })).toEqual(project)
      expect(await registry.find({ name: project.name })).toEqual(project)
      expect(await registry.find({ root: project.root })).toEqual(project)
      expect(await registry.get(project.name)).toEqual(project)
    }
    expect(await registry.find({ name: 'WEB' })).toBeUndefined()
    expect(await registry.find({ root: '/nowhere' })).toBeUndefined()
  })

  it('says which projects there are where there is none of a name', async () => {
    const { registry } = emptyRegistry()
    expect(await failure(registry.get('api'))).toMatchObject({
      code: 'FORGE_PROJECT_NOT_FOUND',
      hint: 'There is no project yet: add one',
    })
    for (let index = 10; index < 35; index++) await registry.add(found(`/p${index}`, `git:${index}`), () => true)
    const error = await failure(registry.remove('api'))
    expect(error).toMatchObject({
      code: 'FORGE_PROJECT_NOT_FOUND',
      message: 'No project is called api',
      hint: expect.stringMatching(/^There are p10, p11, .*, p29, and 5 more$/),
      details: { name: 'api', names: expect.arrayContaining(['p10', 'p29']) },
    })
  })
})

describe('an error', () => {
  it('begins at the line that called', async () => {
    const { registry } = emptyRegistry()
    for (const name of ['api', 'web']) await registry.add(found(`/${name}`, `git:${name}`), () => true)
    const errors = [
      await failure(registry.get('x')),
      await failure(registry.remove('x')),
      await failure(registry.rename('api', 'web')),
      await failure(registry.rename('api', '')),
    ]
    for (const { stack } of errors) expect(stack?.split('\n')[1]).toContain('registry.test.ts')
  })
})

describe('renaming', () => {
  it('changes the name alone, whatever form its letters have', async () => {
    const { registry } = emptyRegistry()
    const { project } = await registry.add(found('/api', 'git:1:'), () => true)
    expect(await registry.rename('api', 'cafe\u0301')).toEqual({ ...project, name: 'caf\u00E9' })
    expect(await registry.get('cafe\u0301')).toMatchObject({ id: project.id })
    expect(await registry.rename('caf\u00E9', 'caf\u00E9')).toMatchObject({ id: project.id })
  })

  it('refuses the name of another project', async () => {
    const { registry } = emptyRegistry()
    for (const name of ['api', 'web']) await registry.add(found(`/${name}`, `git:${name}`), () => true)
    expect(await failure(registry.rename('api', 'web'))).toMatchObject({
      code: 'FORGE_PROJECT_NAME_TAKEN',
      details: { name: 'web', root: '/web' },
    })
    expect(await failure(registry.rename('nothing', 'web'))).toMatchObject({ code: 'FORGE_PROJECT_NOT_FOUND' })
    expect((await registry.list()).map(({ name }) => name)).toEqual(['api', 'web'])
  })

  it.each([
    '',
    ' ',
    ' a',
    'a ',
    './api',
    '-a',
    '/api',
    '~',
    'a:b',
    'a\\b',
    'a\nb',
    'a\u0000',
    'a\u202Eb',
    '\uD800',
    'x'.repeat(101),
  ])('refuses %j', async (name) => {
    const { registry } = emptyRegistry()
    await registry.add(found('/api', 'git:1:'), () => true)
    expect(await failure(registry.rename('api', name))).toMatchObject({
      code: 'FORGE_PROJECT_NAME_INVALID',
      details: { name },
      hint: expect.stringContaining('1 to 100 characters'),
    })
    expect(await registry.get('api')).toMatchObject({ name: 'api' })
  })

  it.each(['@scope/web', 'web app', '\u7DB2\u7AD9', '_x', '2', 'x'.repeat(100)])('takes %j', async (name) => {
    const { registry } = emptyRegistry()
    await registry.add(found('/api', 'git:1:'), () => true)
    expect(await registry.rename('api', name)).toMatchObject({ name })
  })
})

describe('removing', () => {
  it('forgets the project, never gives its id again, and touches no folder', async () => {
    const { registry } = emptyRegistry()
    const { api } = folders('api')
    const { project } = await registry.add(found(api, 'git:1:'), existsSync)
    expect(await registry.remove('api')).toEqual(project)
    expect(await registry.list()).toEqual([])
    expect(existsSync(api)).toBe(true)
    const again = await registry.add(found(api, 'git:1:'), existsSync)
    expect(again).toMatchObject({ outcome: 'added', project: { id: project.id + 1, name: 'api' } })
  })
})

describe('the database', () => {
  it('is made ready when it is first used, and again after that has failed', async () => {
    const { db, ready } = openProjects(path.join(folders('x').x, 'global.db'))
    let calls = 0
    const registry = createProjectRegistry({
      db,
      ready: () => (++calls === 1 ? Promise.reject(new Error('not yet')) : ready()),
    })
    expect(calls).toBe(0)
    expect(await failure(registry.list())).toMatchObject({ message: 'not yet' })
    expect(await Promise.all([registry.list(), registry.list()])).toEqual([[], []])
    expect(calls).toBe(2)
  })

  it('is made ready again where its file was deleted', async () => {
    const { registry, file } = emptyRegistry()
    await registry.add(found('/api', 'git:1:'), () => true)
    for (const each of [file, `${file}-wal`, `${file}-shm`]) rmSync(each, { force: true })
    expect(await failure(registry.add(found('/web', 'git:2:'), () => true))).toMatchObject({ code: 'FORGE_DB_MOVED' })
    await registry.add(found('/web', 'git:2:'), () => true)
    expect((await registry.list()).map(({ name }) => name)).toEqual(['web'])
  })

  it('finds by name, folder and identity with an index', async () => {
    const file = path.join(folders('x').x, 'plans.db')
    await openProjects(file).ready()
    const driver = new Driver(file, { readonly: true })
    onTestFinished(() => void driver.close())
    const plan = (condition: string): string =>
      JSON.stringify(driver.prepare(`explain query plan select * from projects where ${condition}`).all())
    expect(plan(`name = ''`)).toContain('USING INDEX sqlite_autoindex_projects_1 (name=?)')
    expect(plan(`root = ''`)).toContain('USING INDEX sqlite_autoindex_projects_2 (root=?)')
    expect(plan(`identity = '' order by id`)).toMatch(/USING INDEX projects_identity \(identity=\?\)(?!.*TEMP B-TREE)/)
  })

  it('goes down to what it was, and up again', async () => {
    const file = path.join(folders('x').x, 'global.db')
    const { db, ready } = openProjects(file)
    await ready()
    const tables = async (): Promise<readonly string[]> =>
      (await db.kysely.introspection.getTables()).map(({ name }) => name).filter((name) => !name.startsWith('forge_'))
    const all = await tables()
    expect(all).toContain('projects')
    expect(all).toContain('symbols')
    const schema = createSchemaManager({ db: db.kysely, migrations: projectMigrations })
    await schema.down()
    expect(await tables()).toEqual(['projects'])
    await schema.down()
    expect(await tables()).toEqual([])
    await ready()
    expect(await tables()).toEqual(all)
  })
})
