import { existsSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { folder, forge, forgeJson } from './forge-process.ts'

const uuid = '5f0c8f6e-6c1b-4c55-9f0e-3f6f8d1c2b7a'

test('forge memory adds, finds, lists, shows, counts, replaces and removes', async () => {
  const root = folder()
  const run = (...args: string[]) => forge(['memory', ...args, '--cwd', root])
  const about = [
    '--type',
    'decision',
    '--title',
    'Errors',
    '--tag',
    'errors',
    'api',
    '--session',
    'monday',
    '--meta',
    'by=ada',
    '--pin',
  ]
  const added = await run('add', 'they carry a hint', ...about)
  const id = added.stdout.trim()
  expect(id).toMatch(/^[0-9a-f-]{36}$/)
  await run('add', 'parser.ts reads everything', '--type', 'file', '--id', uuid)
  await run('add', 'parser.ts reads in chunks', '--type', 'file', '--id', uuid)
  expect((await run('search', 'HINT')).stdout).toMatch(
    new RegExp(`^${id}  decision  \\S+ \\S+  Errors: they carry a hint\\n$`),
  )
  expect((await run('search', '"; drop table', '%', '--fail-empty')).code).toBe(1)
  const { json } = await forgeJson(['memory', 'search', 'parser.ts', '--type', 'file', '--cwd', root])
  expect(json).toMatchObject({
    schema: 'forge.memory/1',
    data: { hits: [{ id: uuid, content: 'parser.ts reads in chunks' }] },
  })
  const list = await run('list', '--session', 'monday', '--tag', 'api', '--since', '1h')
  expect(list.stdout.trim().split('\n')).toEqual([expect.stringContaining(id)])
  expect((await run('list', '--limit', '1')).stdout).toMatch(/there are more \(--limit N, --all, --after \S+\)/)
  const shown = await run('show', id)
  expect(shown.stdout).toMatch(
    /Errors\n +type +decision\n[\s\S]*by +ada[\s\S]*pinned +true[\s\S]*\n\nthey carry a hint\n$/,
  )
  expect((await run('stats')).stdout).toMatch(/^2 entries, \d+ B\n +file +1 +\d+ B\n +decision +1/)
  expect((await run('check')).stdout).toBe('the index is in step with the entries\n')
  expect((await run('remove', uuid)).stdout).toBe('removed 1 entry\n')
  expect((await run('show', uuid)).code).toBe(3)
})

test('forge memory makes no file where it only reads', async () => {
  const root = folder()
  expect((await forge(['memory', 'search', 'anything', '--cwd', root])).stdout).toBe(
    'nothing that is remembered fits\n',
  )
  expect((await forge(['memory', 'stats', '--cwd', root])).stdout).toBe('0 entries, 0 B\n')
  expect(existsSync(path.join(root, '.forge'))).toBe(false)
})

test('forge memory check finds an index that is not in step, and mends it', async () => {
  const root = folder()
  await forge(['memory', 'add', 'errors carry a hint', '--cwd', root])
  const driver = new Sqlite(path.join(root, '.forge', 'memory.db'))
  driver.exec('update memory_totals set entries = 7')
  driver.close()
  const broken = await forge(['memory', 'check', '--cwd', root])
  expect([broken.code, broken.stdout]).toEqual([1, expect.stringContaining('--mend')])
  expect((await forge(['memory', 'check', '--mend', '--cwd', root])).code).toBe(0)
})

test.each<[string, readonly string[], number, string]>([
  ['an unknown type', ['add', 'x', '--type', 'dream'], 2, 'FORGE_USAGE'],
  ['an id that is none', ['show', 'x'], 2, 'FORGE_MEMORY_INVALID'],
  ['an id that is not there', ['remove', uuid], 3, 'FORGE_MEMORY_NOT_FOUND'],
  ['nothing to remember', ['add', ''], 2, 'FORGE_USAGE'],
  ['nothing from standard input', ['add', '-'], 2, 'FORGE_USAGE'],
  ['what is known of nothing', ['add', 'x', '--meta', 'y'], 2, 'FORGE_USAGE'],
  ['a time that is none', ['list', '--since', 'yesteryear'], 2, 'FORGE_USAGE'],
  ['a limit of 0', ['search', 'x', '--limit', '0'], 2, 'FORGE_USAGE'],
])('forge memory says what is wrong with %s', async (_what, args, code, error) => {
  const answer = await forgeJson(['memory', ...args, '--cwd', folder()])
  expect(answer).toMatchObject({ code, json: { error: { code: error, hint: expect.stringMatching(/./) } } })
})
