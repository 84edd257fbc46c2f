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
  async ({ name, short, folder: source, manifest }, { expect }) => {
    const { installs, code, output } = readExample(await readFile(join(source, 'README.md'), 'utf8'))
    expect(installs).toContain(name)
    const folder = join(work, short)
    await createExampleProject({ folder, installs, tarballs, versions, code })
    await checkTypes(folder, root)

    const run = await finishedProcess(process.execPath, ['example.ts'], { cwd: folder, timeoutMs: 60_000 })
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(run.stdout.trimEnd()).toBe(output.trimEnd())

    for (const command of Object.keys(manifest.bin ?? {})) {
      const path = join(folder, 'node_modules/.bin', command)
      const version = await finishedProcess(path, ['--version'], { cwd: folder, timeoutMs: 60_000 })
      expect(version).toMatchObject({ code: 0, stdout: expect.stringContaining(manifest.version) })
    }
  },
)

/** The versions that the workspace itself uses, from the catalog of `pnpm-workspace.yaml`. */
async function catalogVersions(): Promise<Readonly<Record<string, string>>> {
  const workspace = await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8')
  const catalog = workspace.slice(workspace.indexOf('\ncatalog:\n') + '\ncatalog:\n'.length)
  return Object.fromEntries(
    Array.from(catalog.matchAll(/^ {2}(\S+): (\S+)$/gm), ([, name, version]) => [name, version]),
  )
}
