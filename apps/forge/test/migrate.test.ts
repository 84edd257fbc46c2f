import { chmodSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { folder, forge, forgeJson, indexedOnce, write, type RunOptions } from './forge-process.ts'

const indexed = indexedOnce(`
//- /src/greet.ts
export function greet(name: string): string {
  return 'hello ' + name
}
`)
const ids = [
  'graph/0001-projects',
  'graph/0002-files',
  'graph/0003-nodes',
  'graph/0004-edges',
  'graph/0005-indexes',
  'graph/0006-code-counts',
  'graph/0007-name-places',
  'graph/0008-changes',
  'pdg/0001-store',
]

/** Changes the database behind Forge's back. */
function tamper(root: string, sql: string): void {
  const database = new Sqlite(path.join(root, '.forge/graph.db'))
  database.exec(sql)
  database.close()
}

const makeNewer = `insert into forge_migrations (position, id, checksum, sql, applied_at)
  select position + 1, 'graph/9999-future', checksum, sql, applied_at from forge_migrations order by position desc limit 1;
  update forge_schema_version set version = 10`
const makeChanged = `update forge_migrations set checksum = 'other', sql = replace(sql, 'name', 'title') where position = 1`

async function migrate(root: string, ...args: string[]): Promise<{ code: number | null; text: string }> {
  const { code, stdout, stderr } = await forge(['migrate', ...args, '--cwd', root])
  return { code, text: stdout + stderr }
}

async function migrateJson(root: string, ...args: string[]): Promise<unknown> {
  const { code, json } = await forgeJson(['migrate', ...args, '--cwd', root])
  expect({ code, schema: json.schema }).toStrictEqual({ code: 0, schema: 'forge.migrate/1' })
  return json.data
}

/** Runs each of the commands and expects one and the same error, with a remedy and without a stack. */
async function allFail(
  root: string,
  actions: readonly string[],
  expected: { readonly exit: number; readonly code: string; readonly remedy: RegExp },
  options: RunOptions & { readonly db?: string } = {},
): Promise<void> {
  const { db, ...run } = options
  for (const action of actions) {
    const args = ['migrate', ...action.split(' '), '--cwd', root, ...(db === undefined ? [] : ['--db', db])]
    const { code, json } = await forgeJson(args, run)
    expect({ action, code, ...json }).toMatchObject({
      action,
      code: expected.exit,
      schema: 'forge.error/1',
      error: { code: expected.code, hint: expect.stringMatching(expected.remedy) },
    })
  }
}

const allActions = ['status', 'plan', 'up', 'down', 'repair']

describe('forge migrate', () => {
  it('shows what is applied, and when', async () => {
    const root = indexed()
    const { text } = await migrate(root, 'status')
    for (const id of ids) expect(text).toMatch(new RegExp(`applied {2}${id} +20\\d\\d-\\d\\d-\\d\\dT[\\d:.]+Z\n`))
    expect(text).toContain('version 9, 0 migrations pending')
    expect(await migrateJson(root, 'status')).toStrictEqual({
      action: 'status',
      file: path.join(root, '.forge/graph.db'),
      version: 9,
      applied: ids.map((id, index) => ({
        id,
        version: index + 1,
        appliedAt: expect.stringMatching(/Z$/),
        state: 'current',
      })),
      pending: [],
      damage: null,
    })
  })

  it('plans in SQL what it then does, and writes nothing while it plans', async () => {
    const root = indexed()
    const { text } = await migrate(root, 'down', '--dry-run', '--steps', '4')
    expect(text).toMatch(/^-- down pdg\/0001-store, to version 8\ndrop table pdg_uses/)
    expect(text).toContain('\n\n-- down graph/0007-name-places, to version 6\nupdate nodes set name_offset')
    expect(text).toContain('\n\n-- down graph/0006-code-counts, to version 5\ndelete from "unresolved";\n')
    expect(await migrateJson(root, 'down', '--dry-run')).toMatchObject({
      action: 'plan',
      direction: 'down',
      version: 9,
      steps: [
        { id: 'pdg/0001-store', direction: 'down', version: 8, sql: expect.stringContaining('drop table pdg_graphs') },
      ],
    })
    expect(await migrate(root, 'plan')).toStrictEqual({ code: 0, text: 'nothing to do, version 9\n' })

    expect((await migrate(root, 'down', '--steps', '4')).text).toContain(
      'undone pdg/0001-store\nundone graph/0008-changes\nundone graph/0007-name-places\nundone graph/0006-code-counts\nversion 5\n',
    )
    expect((await migrate(root, 'status')).text).toMatch(
      /pending {2}graph\/0006-code-counts\n.*pending {2}graph\/0007-name-places\n.*pending {2}graph\/0008-changes\n.*pending {2}pdg\/0001-store/,
    )
    const planned = await migrate(root, 'plan')
    expect(planned.text).toMatch(
      /-- up graph\/0006-code-counts, to version 6\nalter table "nodes" add column "cognitive"/,
    )
    expect(await migrate(root, 'up', '--dry-run')).toStrictEqual(planned)
    expect((await migrate(root, 'plan', '--to', '6')).text).not.toContain('graph/0007-name-places')
    expect(await migrateJson(root, 'up', '--to', 'graph/0006-code-counts')).toMatchObject({
      action: 'up',
      version: 6,
      applied: ['graph/0006-code-counts'],
    })
    expect((await migrate(root, 'up')).text).toBe(
      'applied graph/0007-name-places\napplied graph/0008-changes\napplied pdg/0001-store\nversion 9\n',
    )
    expect((await migrate(root, 'up')).text).toBe('nothing is pending, version 9\n')
  })

  it('goes down to nothing, and an index afterwards is what it was', async () => {
    const root = indexed()
    const before = await forge(['export', '--cwd', root])
    expect(await migrateJson(root, 'down', '--to', '0')).toMatchObject({ version: 0, undone: ids.toReversed() })
    expect((await migrate(root, 'down')).text).toContain('nothing is to be undone, version 0')
    expect((await forge(['index', root])).code).toBe(0)
    expect(await forge(['export', '--cwd', root])).toStrictEqual(before)
  })

  it('never leaves half a graph: what was read is read again after the tables of it were made again', async () => {
    const root = indexed()
    const before = await forge(['export', '--cwd', root])
    await migrate(root, 'down', '--to', 'graph/0003-nodes')
    expect((await forgeJson(['find', 'greet', '--no-update', '--cwd', root])).json).toMatchObject({
      data: { total: 0 },
      freshness: { revision: 0, stale: true },
    })
    expect((await forgeJson(['index', root])).json.data).toMatchObject({ added: 1 })
    expect(await forge(['export', '--cwd', root])).toStrictEqual(before)
  })

  it('shows a database of a newer Forge, refuses to touch it, and strikes out what it is told to', async () => {
    const root = indexed()
    tamper(root, makeNewer)
    const status = await migrate(root, 'status')
    expect(status).toMatchObject({ code: 0, text: expect.stringMatching(/unknown {2}graph\/9999-future +20/) })
    expect(status.text).toContain('forge migrate repair --forget graph/9999-future')
    const remedy = /forge index.*forge migrate status/
    await allFail(root, ['plan', 'up', 'down'], { exit: 4, code: 'FORGE_MIGRATE_NEWER', remedy })
    expect(await migrate(root, 'repair')).toMatchObject({ code: 1, text: expect.stringContaining('--forget') })
    expect(await migrateJson(root, 'repair', '--forget', 'graph/9999-future')).toMatchObject({
      action: 'repair',
      forgotten: ['graph/9999-future'],
      version: 9,
      left: [],
    })
    expect((await forge(['find', 'greet', '--cwd', root])).code).toBe(0)
  })

  it('shows how a migration was changed, and takes it for what was applied when it is told to', async () => {
    const root = indexed()
    tamper(root, makeChanged)
    const status = await migrate(root, 'status')
    expect(status).toMatchObject({ code: 0, text: expect.stringMatching(/changed {2}graph\/0001-projects/) })
    expect(status.text).toMatch(/^- .*title[\s\S]*^\+ .*name/m)
    await allFail(root, ['plan', 'up', 'down --to 0'], { exit: 4, code: 'FORGE_MIGRATE_CHANGED', remedy: /--accept/ })
    expect((await forge(['find', 'greet', '--cwd', root])).stderr).toContain('forge migrate status')
    const { text } = await migrate(root, 'repair', '--accept', 'graph/0001-projects')
    expect(text).toBe('accepted graph/0001-projects\nversion 9\n')
    expect((await forge(['find', 'greet', '--cwd', root])).code).toBe(0)
  })

  it('mends a record that contradicts itself', async () => {
    const root = indexed()
    tamper(root, 'update forge_migrations set position = 10 where position = 5')
    expect((await migrate(root, 'status')).text).toContain('forge migrate repair')
    await allFail(root, ['plan', 'up', 'down'], { exit: 4, code: 'FORGE_MIGRATE_DAMAGED', remedy: /repair/ })
    expect(await migrate(root, 'repair')).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^mended .*\nversion 9\n/),
    })
    expect((await forge(['find', 'greet', '--cwd', root])).code).toBe(0)
  })
})

describe('a database that cannot be migrated', () => {
  it('because it is not there is not made', async () => {
    const root = folder()
    await allFail(root, allActions, { exit: 4, code: 'FORGE_STORE_NOT_INDEXED', remedy: /forge index/ })
    expect(existsSync(path.join(root, '.forge'))).toBe(false)
  })

  it('because it is none is left as it is', async () => {
    const root = folder()
    const db = path.join(root, 'notes.txt')
    write(db, 'Dear diary, this is no database.\n'.repeat(100))
    await allFail(root, allActions, { exit: 4, code: 'FORGE_DB_CORRUPT', remedy: /path/ }, { db })
    expect(readFileSync(db, 'utf8')).toBe('Dear diary, this is no database.\n'.repeat(100))
  })

  it('because another process writes can be looked at', async () => {
    const root = indexed()
    await migrate(root, 'down')
    const other = new Sqlite(path.join(root, '.forge/graph.db'))
    other.exec('begin immediate')
    expect((await migrate(root, 'status', '--wait', '0.2')).text).toContain('version 8')
    expect((await migrate(root, 'plan', '--wait', '0.2')).text).toContain('pdg/0001-store')
    await allFail(root, ['up --wait 0.2', 'down --wait 0.2'], { exit: 4, code: 'FORGE_MIGRATE_BUSY', remedy: /--wait/ })
    other.close()
    expect((await migrate(root, 'up')).code).toBe(0)
  })

  it('because another process has it alone says so', async () => {
    const root = indexed()
    const other = new Sqlite(path.join(root, '.forge/graph.db'))
    other.exec('pragma locking_mode = exclusive; begin immediate')
    await allFail(root, ['status --wait 0.2', 'up --wait 0.2'], { exit: 4, code: 'FORGE_DB_BUSY', remedy: /--wait/ })
    other.close()
  })

  it('because it may only be read can be looked at', async () => {
    const root = indexed()
    const file = path.join(root, '.forge/graph.db')
    await migrate(root, 'down')
    chmodSync(path.dirname(file), 0o777)
    chmodSync(file, 0o444)
    const user = { unprivileged: true }
    expect(await forge(['migrate', 'status', '--cwd', root], user)).toMatchObject({ code: 0 })
    const expected = { exit: 4, code: 'FORGE_DB_READ_ONLY', remedy: /make it writable/ }
    await allFail(root, ['up', 'down'], expected, user)
  })

  it.each([
    [['frobnicate'], 'forge migrate --help'],
    [['stats'], 'status'],
    [['status', 'extra'], 'arguments'],
    [['down', '--to', '1', '--steps', '1'], 'cannot be used with'],
    [['down', '--steps', '0'], 'from 1'],
    [['plan', '--steps', '1'], 'forge migrate plan --help'],
    [['repair', '--accept'], 'argument missing'],
  ])('is not even asked about for wrong usage: %j', async (args, remedy) => {
    const { code, stdout, stderr } = await forge(['migrate', ...args, '--cwd', folder()])
    expect({ code, stdout }).toStrictEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(remedy)
    expect(stderr).toContain('(FORGE_USAGE)')
  })

  it('to where there is no way is not found', async () => {
    const root = indexed()
    const actions = [
      'plan --to 99',
      'up --to graph/9999-future',
      'down --to graph/9999-future',
      'down --dry-run --to nothing',
      'repair --accept graph/9999-future',
      'repair --forget nothing',
    ]
    await allFail(root, actions, { exit: 3, code: 'FORGE_MIGRATE_TARGET', remedy: /forge migrate status/ })
    expect(await migrateJson(root, 'status')).toMatchObject({ version: 9, pending: [] })
  })
})

it('shows examples first, for the group and for a command of it', async () => {
  for (const args of [['migrate'], ['migrate', 'down']]) {
    const { code, stdout } = await forge([...args, '--help'])
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Examples:\n {2}\$ forge migrate/),
    })
  }
})
