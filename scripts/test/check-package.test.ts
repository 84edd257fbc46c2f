import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { finishedProcess, type FinishedProcess } from '../finished-process.ts'

const script = join(import.meta.dirname, '../check-package.mjs')
const entry = { types: './dist/index.d.ts', default: './dist/index.js' }
const sound = {
  name: 'a-package',
  version: '1.0.0',
  license: 'MIT',
  type: 'module',
  files: ['dist'],
  exports: { '.': { '@forge/source': './src/index.ts', ...entry } },
  publishConfig: { exports: { '.': entry } },
}

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forge-check-package-test-'))
  await write('dist/index.js', 'export const answer = 42\n')
  await write('dist/index.d.ts', 'export declare const answer: number\n')
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

it('accepts a package that is sound', async () => {
  expect(await checked(sound)).toMatchObject({ code: 0, stderr: '' })
})

it('refuses a package that publishes the condition which reads the source', async () => {
  const { publishConfig: _, ...manifest } = sound
  const { code, stderr } = await checked(manifest)
  expect(code).toBe(1)
  expect(stderr).toContain('the packed package.json has the @forge/source condition')
})

it('refuses an entry whose file is not packed', async () => {
  const { code, stderr } = await checked({ ...sound, files: ['dist/index.d.ts'] })
  expect(code).toBe(1)
  expect(stderr).toContain('publint: ')
})

it('refuses an entry without types', async () => {
  const untyped = { '.': { default: './dist/index.js' } }
  const { code, stderr } = await checked({ ...sound, publishConfig: { exports: untyped } })
  expect(code).toBe(1)
  expect(stderr).toContain('the entry . has no types')
})

it('refuses types that an ES module cannot follow', async () => {
  await write('dist/index.d.ts', `export * from './elsewhere'\n`)
  await write('dist/elsewhere.d.ts', 'export declare const answer: number\n')
  const { code, stderr } = await checked(sound)
  expect(code).toBe(1)
  expect(stderr).toContain('attw:')
})

async function checked(manifest: object): Promise<FinishedProcess> {
  await write('package.json', JSON.stringify(manifest))
  return finishedProcess(process.execPath, [script], { cwd: folder })
}

async function write(path: string, text: string): Promise<void> {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}
