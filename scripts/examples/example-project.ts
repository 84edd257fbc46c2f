import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { successfulProcess } from '../finished-process.ts'
import type { PublishablePackage } from '../publishable-packages.ts'

/** The packages of the workspace, packed as they would be published. */
export type Tarballs = ReadonlyMap<string, string>

/** Packs every package into `folder`; pnpm writes real versions in place of `workspace:` and `catalog:`. */
export async function packAll(packages: readonly PublishablePackage[], folder: string): Promise<Tarballs> {
  const tarballs = new Map<string, string>()
  for (const { short, name, folder: cwd } of packages) {
    const tarball = join(folder, `${short}.tgz`)
    await successfulProcess('pnpm', ['pack', '--silent', '--out', tarball], { cwd })
    tarballs.set(name, tarball)
  }
  return tarballs
}

/** What an {@link createExampleProject} is made from. */
export interface ExampleProject {
  readonly folder: string
  /** The names that the README's install line names. */
  readonly installs: readonly string[]
  readonly tarballs: Tarballs
  /** The exact versions of what is not ours, so that a run next year installs the same. */
  readonly versions: Readonly<Record<string, string>>
  readonly code: string
}

/**
 * Makes an empty npm project, installs what the README says and nothing else,
 * and writes the example into it as `example.ts`. What a package needs of the
 * other packages comes from their tarballs too: none is on a registry yet.
 */
export async function createExampleProject({
  folder,
  installs,
  tarballs,
  versions,
  code,
}: ExampleProject): Promise<void> {
  await mkdir(folder, { recursive: true })
  const dependencies = Object.fromEntries(
    installs.map((name) => [name, tarballs.has(name) ? `file:${tarballs.get(name)}` : (versions[name] ?? 'latest')]),
  )
  const overrides = Object.fromEntries(
    [...tarballs].filter(([name]) => !Object.hasOwn(dependencies, name)).map(([name, path]) => [name, `file:${path}`]),
  )
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'example', private: true, type: 'module', dependencies, overrides }, null, 2),
  )
  await writeFile(join(folder, 'example.ts'), code)
  await successfulProcess(
    'npm',
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
    { cwd: folder },
  )
}

/** Checks the example's types against the declarations that the tarballs hold. */
export async function checkTypes(folder: string, root: string): Promise<void> {
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    strict: true,
    // A reader of an example takes `error.code` after `catch (error)` for what it is.
    useUnknownInCatchVariables: false,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths: { 'better-sqlite3': [join(root, 'node_modules/@types/better-sqlite3/index.d.ts')] },
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['example.ts'] }))
  await successfulProcess('tsc', ['-p', folder], { cwd: folder })
}
