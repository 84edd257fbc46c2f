import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, truncateSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { folder, forge, forgeJson, project, write } from './forge-process.ts'

const greeter = `
//- /src/greet.ts
export function greet(name: string): string {
  return shout('hello ' + name)
}
export function shout(text: string): string {
  return text.toUpperCase()
}
`

/** Indexes a project that holds one good file and whatever the test added, and gives its diagnostics. */
async function diagnosticsOf(root: string): Promise<Record<string, string>> {
  const { code, json } = await forgeJson(['index', root])
  expect(code).toBe(0)
  const found = await forgeJson(['callers', 'shout', '--cwd', root])
  expect(found.json.data).toMatchObject({ calls: [{ caller: 'src/greet.ts#greet' }] })
  const status = await forgeJson(['status', '--cwd', root])
  expect(status.json.diagnostics?.map(({ path, code }) => [path, code])).toStrictEqual(
    json.diagnostics?.map(({ path, code }) => [path, code]),
  )
  return Object.fromEntries(json.diagnostics!.map((diagnostic) => [diagnostic.path, diagnostic.code]))
}

async function failsWith(args: readonly string[], exit: number, code: string, options = {}): Promise<string> {
  const text = await forge(args, options)
  expect(text.stderr).toContain(`(${code})`)
  expect(text.stderr).not.toMatch(/^\s+at /m)
  expect(text).toMatchObject({ code: exit, stdout: '' })
  const { code: jsonExit, json } = await forgeJson(args, options)
  expect(json).toMatchObject({ schema: 'forge.error/1', error: { code, hint: expect.stringMatching(/\w/) } })
  expect(jsonExit).toBe(exit)
  return text.stderr
}

describe('a folder', () => {
  it('that does not exist is not found', async () => {
    await failsWith(['index', path.join(folder(), 'nowhere')], 3, 'FORGE_ROOT_NOT_FOUND')
  })

  it('that is a file is wrong usage', async () => {
    const root = project(greeter)
    await failsWith(['index', path.join(root, 'src/greet.ts')], 2, 'FORGE_ROOT_NOT_DIRECTORY')
  })

  it.each(['an empty one', 'one without source files'])('%s is indexed with a remark', async (which) => {
    const root = folder()
    if (which !== 'an empty one') write(path.join(root, 'notes.md'), '# notes\n')
    const { code, stderr, stdout } = await forge(['index', root])
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('no-source-files') })
    expect(stdout).toContain('0 files')
    expect((await forgeJson(['find', 'anything', '--cwd', root])).json.data).toStrictEqual({ symbols: [], total: 0 })
  })
})

describe('a source file', () => {
  it('with a syntax error keeps its good parts', async () => {
    const root = project(greeter)
    write(path.join(root, 'src/broken.ts'), 'export function good() {}\nconst = 3\nexport class AlsoGood {}\n')
    expect(await diagnosticsOf(root)).toStrictEqual({ 'src/broken.ts': 'syntax-error' })
    const { json } = await forgeJson(['find', 'good', '--cwd', root])
    expect(json.data).toMatchObject({ symbols: [{ name: 'good' }, { name: 'AlsoGood' }] })
    const { json: status } = await forgeJson(['status', '--cwd', root])
    expect(status.diagnostics).toMatchObject([{ code: 'syntax-error', range: { start: { line: 2 } } }])
  })

  it('that is not UTF-8, too large, binary or minified is skipped and named', async () => {
    const root = project(greeter)
    write(path.join(root, 'src/latin.ts'), Buffer.from('export const caf\u00E9 = 1\n', 'latin1'))
    write(path.join(root, 'src/binary.js'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2]))
    write(path.join(root, 'src/huge.ts'), Buffer.alloc(50 * 1024 * 1024, 'export const a = 1\n'))
    write(path.join(root, 'src/bundle.js'), 'function f(a){return a+1};'.repeat(80_000))
    expect(await diagnosticsOf(root)).toStrictEqual({
      'src/binary.js': 'binary',
      'src/bundle.js': 'minified',
      'src/huge.ts': 'too-large',
      'src/latin.ts': 'invalid-utf8',
    })
  })

  it('that may not be read is skipped and named', async () => {
    const root = project(greeter)
    write(path.join(root, 'src/secret.ts'), 'export const secret = 1\n')
    chmodSync(path.join(root, 'src/secret.ts'), 0)
    chmodSync(root, 0o777)
    const { code, json } = await forgeJson(['index', root], { unprivileged: true })
    expect(code).toBe(0)
    expect(json.diagnostics).toMatchObject([{ path: 'src/secret.ts', code: 'unreadable' }])
  })

  it('behind a link is not followed out of the project or in a circle', async () => {
    const outside = project('//- /outside.ts\nexport function outside() {}\n')
    const root = project(greeter)
    symlinkSync(outside, path.join(root, 'src/elsewhere'))
    symlinkSync('..', path.join(root, 'src/up'))
    symlinkSync('loop', path.join(root, 'src/loop'))
    const diagnostics = await diagnosticsOf(root)
    expect(diagnostics).toMatchObject({ 'src/elsewhere': 'link-outside', 'src/loop': 'link-broken' })
    const { json } = await forgeJson(['status', '--cwd', root])
    expect(json.data).toMatchObject({ files: 1 })
  })
})

describe('an output', () => {
  it.skipIf(!existsSync('/dev/full'))('that is full is an error without a stack', async () => {
    const root = project(greeter)
    await forge(['index', root])
    for (const json of [[], ['--json']]) {
      const { code, stderr } = await forge(['status', '--cwd', root, ...json], { stdout: '/dev/full' })
      expect({ code, stderr }).toMatchObject({ code: 74, stderr: expect.stringContaining('(FORGE_OUTPUT_UNWRITABLE)') })
      expect(stderr).not.toMatch(/^\s+at /m)
    }
  })

  it.skipIf(!existsSync('/dev/full'))('for remarks that is full changes nothing', async () => {
    const root = project(greeter)
    const { code, stdout } = await forge(['index', root, '--verbose'], { stderr: '/dev/full' })
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('1 file added') })
  })
})

describe('a database', () => {
  it('that is a text file is refused and left as it is', async () => {
    const root = project(greeter)
    const database = path.join(root, 'notes.txt')
    write(database, 'Dear diary, this is no database.\n'.repeat(100))
    await failsWith(['index', root, '--db', database], 4, 'FORGE_DB_CORRUPT')
    await failsWith(['find', 'greet', '--cwd', root, '--db', database], 4, 'FORGE_DB_CORRUPT')
    expect(readFileSync(database, 'utf8')).toBe('Dear diary, this is no database.\n'.repeat(100))
  })

  it('that is truncated is refused with the remedy, which works', async () => {
    const root = project(greeter)
    const database = path.join(root, 'graph.db')
    await forge(['index', root, '--db', database])
    truncateSync(database, 5000)
    const complaint = await failsWith(['find', 'greet', '--cwd', root, '--db', database], 4, 'FORGE_DB_CORRUPT')
    expect(complaint).toMatch(/[Dd]elete/)
    const doctor = await forgeJson(['doctor', '--cwd', root, '--db', database])
    expect(doctor.code).toBe(1)
  })

  it('of a newer Forge is refused and left as it is', async () => {
    const root = project(greeter)
    const file = path.join(root, '.forge/graph.db')
    await forge(['index', root])
    const database = new Sqlite(file)
    database.exec(
      `insert into forge_migrations (position, id, checksum, sql, applied_at)
         select position + 1, 'graph/9999-future', checksum, sql, applied_at from forge_migrations order by position desc limit 1;
       update forge_schema_version set version = version + 1`,
    )
    database.close()
    await failsWith(['find', 'greet', '--cwd', root], 4, 'FORGE_STORE_NEWER')
    await failsWith(['index', root], 4, 'FORGE_STORE_NEWER')
  })

  it('on a path that cannot be written is refused', async () => {
    const root = project(greeter)
    chmodSync(root, 0o555)
    await failsWith(['index', root], 4, 'FORGE_STORE_UNWRITABLE', { unprivileged: true })
    const shelf = folder()
    mkdirSync(path.join(shelf, 'taken'))
    await failsWith(['index', root, '--db', path.join(shelf, 'taken')], 4, 'FORGE_DB_UNAVAILABLE')
    chmodSync(root, 0o755)
  })

  it('that another process writes is waited for, and said to be locked when that takes too long', async () => {
    const root = project(greeter)
    await forge(['index', root])
    write(path.join(root, 'src/more.ts'), 'export const more = 1\n')
    const other = new Sqlite(path.join(root, '.forge/graph.db'))
    other.exec('begin immediate')
    await failsWith(['index', root, '--wait', '0.2'], 4, 'FORGE_DB_BUSY')
    const read = await forgeJson(['find', 'greet', '--kind', 'function', '--cwd', root, '--wait', '0.2'])
    expect(read).toMatchObject({ code: 0, json: { data: { symbols: [{ id: 'src/greet.ts#greet' }] } } })
    const waiting = forgeJson(['index', root])
    setTimeout(() => other.exec('commit'), 1500)
    expect((await waiting).code).toBe(0)
    other.close()
  })

  it('that is not there yet is asked for with the command that makes it', async () => {
    const root = project(greeter)
    const complaint = await failsWith(['find', 'greet', '--cwd', root], 4, 'FORGE_STORE_NOT_INDEXED')
    expect(complaint).toContain('forge index')
  })

  it('copied to another place still answers', async () => {
    const root = project(greeter)
    await forge(['index', root, '--db', path.join(root, 'a.db')])
    copyFileSync(path.join(root, 'a.db'), path.join(root, 'b.db'))
    expect((await forgeJson(['callers', 'shout', '--cwd', root, '--db', path.join(root, 'b.db')])).code).toBe(0)
  })
})

describe('a question', () => {
  const twins = `${greeter}
//- /src/twin.ts
export function greet(): void {}
`

  it('about a name that does not exist is not found, with names that are close', async () => {
    const root = project(greeter)
    await forge(['index', root])
    expect(await failsWith(['refs', 'gree', '--cwd', root], 3, 'FORGE_SYMBOL_NOT_FOUND')).toContain('greet')
    await failsWith(['refs', 'src/greet.ts:99:1', '--cwd', root], 3, 'FORGE_POSITION_NOT_FOUND')
    await failsWith(['def', 'src/greet.ts:9'.padEnd(30, '9'), '--cwd', root], 3, 'FORGE_POSITION_NOT_FOUND')
    await failsWith(['def', 'src/nowhere.ts:1:1', '--cwd', root], 3, 'FORGE_GRAPH_FILE_NOT_FOUND')
  })

  it('about a name of several symbols answers for all of them, or names them under --exact-one', async () => {
    const root = project(twins)
    await forge(['index', root])
    const { code, json } = await forgeJson(['refs', 'greet', '--cwd', root])
    expect({ code, data: json.data }).toMatchObject({
      code: 0,
      data: { symbols: [{ id: 'src/greet.ts#greet' }, { id: 'src/twin.ts#greet' }] },
    })
    const complaint = await failsWith(['refs', 'greet', '--exact-one', '--cwd', root], 3, 'FORGE_SYMBOL_AMBIGUOUS')
    expect(complaint).toContain('src/twin.ts#greet')
  })

  it('that finds nothing exits 1 only under --fail-empty', async () => {
    const root = project(greeter)
    await forge(['index', root])
    expect((await forge(['find', 'nothing-like-it', '--cwd', root])).code).toBe(0)
    expect((await forge(['find', 'nothing-like-it', '--cwd', root, '--fail-empty'])).code).toBe(1)
    expect((await forge(['callers', 'greet', '--cwd', root, '--fail-empty'])).code).toBe(1)
  })

  it.each([
    [['--no-such-option'], '--no-such-option'],
    [['find', 'x', '--exat'], '--exact'],
    [['fnd', 'x'], 'find'],
    [['find'], 'query'],
    [['find', 'x', 'y'], 'arguments'],
    [['find', 'x', '--limit', 'many'], 'whole number'],
    [['find', 'x', '--kind', 'banana'], 'function'],
    [['def', 'not-a-position'], 'FILE:LINE'],
    [['def', 'src/greet.ts:0'], 'counted from 1'],
    [['export', '--format', 'xml'], 'jsonl'],
    [['index', '--jobs', '0'], '1 to 999'],
    [['callers', 'greet', '--depth', '0'], 'from 1'],
    [['callers', 'find', '--nope'], 'forge callers --help'],
  ])('%j is wrong usage, and the answer says how it is right', async (args, remedy) => {
    const root = project(greeter)
    await forge(['index', root])
    const { code, stderr, stdout } = await forge([...args, '--cwd', root])
    expect({ code, stdout }).toStrictEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(remedy)
    expect(stderr).toContain('(FORGE_USAGE)')
  })

  it('without a command is wrong usage where options are given', async () => {
    await failsWith(['--quiet'], 2, 'FORGE_USAGE')
  })

  it('about a folder that is not there is not answered from the project above it', async () => {
    const root = project(greeter)
    await forge(['index', root])
    await failsWith(['find', 'greet', '--cwd', path.join(root, 'nowhere')], 3, 'FORGE_ROOT_NOT_FOUND')
    await failsWith(['doctor', '--cwd', path.join(root, 'src/greet.ts')], 2, 'FORGE_ROOT_NOT_DIRECTORY')
  })

  it('takes what follows -- for its argument, also where it looks like an option', async () => {
    const root = project(greeter)
    await forge(['index', root])
    const { stdout, stderr } = await forge(['refs', '--cwd', root, '--', '--json'])
    expect({ stdout, stderr }).toMatchObject({ stdout: '', stderr: expect.stringContaining('FORGE_SYMBOL_NOT_FOUND') })
  })
})
