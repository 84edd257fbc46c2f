import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, it } from 'vitest'
import { finishedProcess } from '../finished-process.ts'
import { publishablePackages } from '../publishable-packages.ts'
import { checkTypes, createExampleProject, packAll, type Tarballs } from './example-project.ts'
import { readExample } from './readme-example.ts'

const root = join(import.meta.dirname, '../..')
const packages = publishablePackages(root)

let work: string
let tarballs: Tarballs
let versions: Readonly<Record<string, string>>

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'forge-examples-'))
  tarballs = await packAll(packages, work)
  versions = await catalogVersions()
})

afterAll(async () => {
  await rm(work, { recursive: true, force: true })
})

it.concurrent.for(packages)(
  '$name installs alone from its tarball, and its README example prints what the README says',
  async ({ name, short, folder: source }, { expect }) => {
    const { installs, code, output } = readExample(await readFile(join(source, 'README.md'), 'utf8'))
    expect(installs).toContain(name)
    const folder = join(work, short)
    await createExampleProject({ folder, installs, tarballs, versions, code })
    await checkTypes(folder, root)

    const run = await finishedProcess(process.execPath, ['example.ts'], { cwd: folder, timeoutMs: 60_000 })
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(run.stdout.trimEnd()).toBe(output.trimEnd())
  },
)

it('the forge command of the packed @forge/forge indexes a folder and finds a function in it', async ({ expect }) => {
  const cwd = join(work, 'command')
  await createExampleProject({
    folder: cwd,
    installs: ['@forge/forge'],
    tarballs,
    versions,
    code: 'export function greet(name: string): string {\n  return `Hello ${name}`\n}\n',
  })
  const forge = join(cwd, 'node_modules/.bin/forge')
  const index = await finishedProcess(forge, ['index', '.'], { cwd, timeoutMs: 60_000 })
  expect(index, index.stderr).toMatchObject({ code: 0 })
  const find = await finishedProcess(forge, ['find', 'greet', '--json'], { cwd, timeoutMs: 60_000 })
  expect(find, find.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('"file":"example.ts"') })
})

/** The versions that the workspace itself uses, from the catalog of `pnpm-workspace.yaml`. */
async function catalogVersions(): Promise<Readonly<Record<string, string>>> {
  const workspace = await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8')
  const catalog = workspace.slice(workspace.indexOf('\ncatalog:\n') + '\ncatalog:\n'.length)
  return Object.fromEntries(
    Array.from(catalog.matchAll(/^ {2}(\S+): (\S+)$/gm), ([, name, version]) => [name, version]),
  )
}
