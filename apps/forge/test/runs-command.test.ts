import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { Forge } from '@forge/forge'
import { folder, forge, forgeJson, write } from './forge-process.ts'

const plan = '{"id": "p-1", "objective": "read file",\n "n": 1.0}'

/** A folder with three runs: one that succeeded, one that failed, one whose process is gone. */
async function recorded(): Promise<{ root: string; ids: readonly string[] }> {
  const root = folder()
  await using project = await Forge.open(root)
  const { runs } = project
  const first = await runs.saveRun({ plan, execution: { success: true, colour: 'red' }, tags: ['nightly'] })
  const second = await runs.start({ objective: 'walk', plan: { objective: 'walk', far: true } })
  await second.step({ name: 'left foot', tool: 'leg', output: 'one\ntwo' })
  await second.step({ name: 'right foot', error: 'stumbled' })
  await second.finish({ error: 'fell', execution: { success: false, colour: 'blue' } })
  const third = await runs.start({ objective: 'fly', process: { host: 'elsewhere', pid: 1, start: null } })
  return { root, ids: [first, second.id, third.id] }
}

describe('forge runs', () => {
  test('lists, filters and counts', async () => {
    const { root, ids } = await recorded()
    const list = await forge(['runs', 'list', '--cwd', root])
    expect(list).toMatchObject({ code: 0, stderr: '' })
    const lines = list.stdout.trim().split('\n')
    expect(lines.map((line) => line.slice(0, 18))).toEqual(ids.toReversed().map((id) => id.slice(0, 18)))
    expect(lines[1]).toMatch(/failed +20\d\d-\d\d-\d\d \d\d:\d\d:\d\d +\d+ ms +2 steps +walk$/)
    const found = await forge(['runs', 'list', 'status:failed', 'objective:~WAL', 'NOT', 'tag:nightly', '--cwd', root])
    expect(found.stdout).toContain(ids[1]!.slice(0, 18))
    expect(found.stdout.trim().split('\n')).toHaveLength(1)
    const { json } = await forgeJson(['runs', 'list', '--limit', '1', '--cwd', root])
    expect(json).toMatchObject({ schema: 'forge.runs/1', data: { action: 'list', total: 3, runs: [{ id: ids[2] }] } })
    const page = await forge(['runs', 'list', '--limit', '1', '--cwd', root])
    const after = /showing 1 of 3 \(--limit N, --all, --after (\S+)\)/.exec(page.stdout)![1]!
    expect((await forge(['runs', 'list', '--after', after, '--cwd', root])).stdout.trim().split('\n')).toHaveLength(2)
    const stats = await forge(['runs', 'stats', '--cwd', root])
    expect(stats.stdout).toMatch(
      /3 runs\n\nstatus\n +running +1\n +succeeded +1\n +failed +1\n\ntags\n +nightly +1\n\nplans\n +p-1 +1/,
    )
  })

  test('shows a run by the beginning of its id, and its parts to the byte', async () => {
    const { root, ids } = await recorded()
    const shown = await forge(['runs', 'show', ids[1]!.slice(0, 18), '--cwd', root])
    expect(shown.stdout).toContain(ids[1])
    expect(shown.stdout).toMatch(/status +failed\n +error +fell/)
    expect(shown.stdout).toMatch(/0 {2}succeeded {2}left foot {2}leg\n {3}1 {2}failed {2}right foot {2}stumbled/)
    expect((await forge(['runs', 'show', ids[0]!, '--plan', '--cwd', root])).stdout).toBe(plan)
    expect((await forge(['runs', 'show', ids[1]!, '--step', '0', '--cwd', root])).stdout).toBe('"one\\ntwo"')
    const { json } = await forgeJson(['runs', 'show', 'latest', '--cwd', root])
    expect(json).toMatchObject({
      data: { action: 'show', run: { id: ids[2] }, plan: null, execution: null, steps: [] },
    })
    const other = await forge(['runs', 'show', ids[1]!, '--step', '7', '--cwd', root])
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('no step 7')])
  })

  test('compares two runs', async () => {
    const { root, ids } = await recorded()
    const diff = await forge(['runs', 'diff', ids[0]!, ids[1]!, '--cwd', root])
    expect(diff.code).toBe(0)
    expect(diff.stdout).toContain('execution.colour: "red" -> "blue"')
    expect(diff.stdout).toContain('+ plan.far: true')
    expect(diff.stdout).toContain('+ step left foot (0)')
    expect((await forge(['runs', 'diff', ids[0]!, ids[1]!, '--fail-different', '--cwd', root])).code).toBe(1)
    const same = await forge(['runs', 'diff', 'latest', 'latest', '--fail-different', '--cwd', root])
    expect(same).toMatchObject({ code: 0, stdout: 'the runs are the same\n' })
  })

  test('adds, tags, exports, imports, prunes and deletes', async () => {
    const root = folder()
    write(path.join(root, 'plan.json'), plan)
    write(path.join(root, 'execution.json'), '{"success":false,"error":"disk full"}')
    const args = ['--plan', 'plan.json', '--execution', 'execution.json', '--tag', 'nightly', 'keep']
    const added = await forge(['runs', 'add', ...args, '--cwd', root])
    const id = added.stdout.trim()
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    const child = await forge([
      'runs',
      'add',
      '--execution',
      'execution.json',
      '--parent',
      'latest',
      '--objective',
      'again',
      '--cwd',
      root,
    ])
    expect(child.code).toBe(0)
    const tagged = await forge(['runs', 'tag', id, '--remove', 'nightly', '--add', 'a', '--cwd', root])
    expect(tagged.stdout).toContain('has the tags a, keep')
    const exported = await forge(['runs', 'export', '--cwd', root])
    expect(
      exported.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).plan),
    ).toEqual([plan, null])
    write(path.join(root, 'runs.jsonl'), exported.stdout)
    const imported = await forge(['runs', 'import', 'runs.jsonl', '--runs-db', 'other.db', '--cwd', root])
    expect(imported.stdout).toContain('imported 2 runs')
    const again = await forgeJson(['runs', 'import', 'runs.jsonl', '--runs-db', 'other.db', '--cwd', root])
    expect(again.json).toMatchObject({ data: { imported: 0, skipped: 2, replaced: 0 } })
    const policy = ['runs', 'prune', '--max-runs', '0', '--keep-tag', 'keep', '--cwd', root]
    const dry = await forge([...policy, '--dry-run'])
    expect(dry.stdout).toContain(`${child.stdout.trim()}\nwould delete 1 run`)
    expect((await forge(policy)).stdout).toContain('deleted 1 run')
    expect((await forge(['runs', 'delete', id, '--cwd', root])).stdout).toBe('deleted 1 run\n')
    expect((await forge(['runs', 'list', '--fail-empty', '--cwd', root])).code).toBe(1)
  })

  test('imports what it exports, with any character, and refuses what is not UTF-8', async () => {
    const root = folder()
    const odd = '{"objective":"one\u2028two\u2029three\u0085four"}'
    write(path.join(root, 'plan.json'), odd)
    write(path.join(root, 'execution.json'), '{"success":true}')
    const files = ['--plan', 'plan.json', '--execution', 'execution.json']
    expect((await forge(['runs', 'add', ...files, '--cwd', root])).code).toBe(0)
    write(path.join(root, 'runs.jsonl'), (await forge(['runs', 'export', '--cwd', root])).stdout)
    const imported = await forge(['runs', 'import', 'runs.jsonl', '--runs-db', 'other.db', '--cwd', root])
    expect(imported).toMatchObject({ code: 0, stderr: '' })
    const shown = await forge(['runs', 'show', 'latest', '--plan', '--runs-db', 'other.db', '--cwd', root])
    expect(shown.stdout).toBe(odd)
    writeFileSync(path.join(root, 'plan.json'), Buffer.from([0x22, 0xff, 0x22]))
    for (const args of [
      ['add', ...files],
      ['import', 'plan.json'],
    ]) {
      const { code, stderr } = await forge(['runs', ...args, '--cwd', root])
      expect([code, stderr]).toEqual([2, expect.stringMatching(/plan\.json is not UTF-8/)])
    }
  })

  test('deletes all of the runs it is told, or none', async () => {
    const { root, ids } = await recorded()
    await using project = await Forge.open(root)
    const running = await project.runs.start({ objective: 'goes on' })
    const refused = await forge(['runs', 'delete', ids[0]!, running.id, '--cwd', root])
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/goes on; nothing was deleted/)])
    await running.finish({ execution: { success: true } })
    const deleted = await forge(['runs', 'delete', ids[0]!, running.id, '--cwd', root])
    expect(deleted).toMatchObject({ code: 0, stdout: 'deleted 2 runs\n' })
  })

  test('keeps a run where the index is damaged', async () => {
    const root = folder()
    write(path.join(root, '.forge', 'graph.db'), 'no database'.repeat(500))
    write(path.join(root, 'execution.json'), '{"success":true}')
    const added = await forge(['runs', 'add', '--execution', 'execution.json', '--cwd', root])
    expect(added).toMatchObject({ code: 0, stderr: expect.stringMatching(/without the revision of the index/) })
    expect((await forge(['runs', 'show', added.stdout.trim(), '--cwd', root])).code).toBe(0)
  })

  test('leaves a database of another program as it is', async () => {
    const root = folder()
    const file = path.join(root, 'app.db')
    const driver = new Sqlite(file)
    driver.exec('create table orders (id integer primary key)')
    driver.close()
    const before = readFileSync(file)
    for (const args of [
      ['runs', 'list', '--runs-db', 'app.db', '--cwd', root],
      ['memory', 'list', '--memory-db', 'app.db', '--cwd', root],
      ['index', root, '--db', file],
    ]) {
      const { code, stderr } = await forge(args)
      expect([args[0], code, stderr]).toEqual([args[0], 4, expect.stringMatching(/is not one of Forge/)])
    }
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  test('makes no file where it only reads', async () => {
    const root = folder()
    expect((await forge(['runs', 'list', '--cwd', root])).stdout).toBe('no runs are recorded yet\n')
    expect((await forge(['runs', 'show', 'latest', '--cwd', root])).code).toBe(3)
    expect(existsSync(path.join(root, '.forge'))).toBe(false)
  })

  test.each<[string, readonly string[], number, string, RegExp]>([
    [
      'a run that is not there',
      ['show', '01a21c2b-9a9f-7068-b622-ba09bb1ab0e1'],
      3,
      'FORGE_RUN_NOT_FOUND',
      /List the runs/,
    ],
    ['an id with SQL', ['show', `' or 1=1`], 3, 'FORGE_RUN_NOT_FOUND', /List the runs/],
    ['the beginning of several ids', ['delete', '01'.padEnd(4, 'x')], 3, 'FORGE_RUN_NOT_FOUND', /List the runs/],
    ['a query that is not understood', ['list', 'stats:failed'], 2, 'FORGE_RUN_QUERY', /status/],
    ['a limit of letters', ['list', '--limit', 'abc'], 2, 'FORGE_USAGE', /runs list --help/],
    ['a limit below 0', ['list', '--limit', '-1'], 2, 'FORGE_USAGE', /runs list --help/],
    ['a cursor that is none', ['list', '--after', 'x'], 2, 'FORGE_RUN_INVALID', /cursor/],
    ['a file that is not there', ['add', '--execution', 'none.json'], 2, 'FORGE_USAGE', /Check the path/],
    ['lines that are none', ['import', 'bad.jsonl'], 2, 'FORGE_RUN_INVALID', /lines/],
    ['an execution that is no JSON', ['add', '--execution', 'bad.jsonl'], 2, 'FORGE_RUN_SNAPSHOT', /./],
    ['nothing from standard input', ['add', '--execution', '-'], 2, 'FORGE_RUN_SNAPSHOT', /./],
    ['a policy without a limit', ['prune'], 2, 'FORGE_USAGE', /--max-age/],
    ['a length of time that is none', ['prune', '--max-age', '30'], 2, 'FORGE_USAGE', /prune --help/],
  ])('says what is wrong with %s', async (_what, args, code, error, hint) => {
    const root = folder()
    write(path.join(root, 'bad.jsonl'), '{"schema":"forge.run/1"')
    const answer = await forgeJson(['runs', ...args, '--cwd', root])
    expect(answer).toMatchObject({ code, json: { schema: 'forge.error/1', error: { code: error } } })
    expect(answer.json.error!.hint).toMatch(hint)
  })

  test('names the runs that the beginning of an id fits', async () => {
    const { root, ids } = await recorded()
    const { code, stderr } = await forge(['runs', 'show', ids[0]!.slice(0, 4), '--cwd', root])
    expect(code).toBe(3)
    for (const id of ids) expect(stderr).toContain(id)
  })

  test('leaves a store of a newer version as it is', async () => {
    const { root } = await recorded()
    const file = path.join(root, '.forge', 'runs.db')
    const driver = new Sqlite(file)
    driver.exec(`update forge_migrations set id = 'runs/9999-future' where id = 'runs/0002-full-text'`)
    driver.close()
    const before = readFileSync(file)
    const { code, stderr } = await forge(['runs', 'list', '--cwd', root])
    expect([code, stderr]).toEqual([4, expect.stringMatching(/another version of Forge[\s\S]*nothing was changed/)])
    expect(readFileSync(file).equals(before)).toBe(true)
  })
})
