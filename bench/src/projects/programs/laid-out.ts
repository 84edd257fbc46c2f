import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Projects } from '@forge/forge'
import { workspaceFolder } from '../../cache-folder.ts'
import type { ProgramRequest } from '../../suite/measurement.ts'
import { layOutProjects, type PackageProject } from '../package-closure.ts'

/** Projects that are indexed, and how much there was to index. */
export interface LaidOut {
  readonly projects: readonly PackageProject[]
  readonly files: number
  readonly lines: number
  readonly bytes: number
  /** Milliseconds it took to index all, one after the other. */
  readonly index: number
  /** The file for the database of all projects, which is not there yet. */
  readonly globalDb: string
  /** The export that is renamed: of which project, and its name. */
  readonly renamed: { readonly project: string; readonly name: string }
}

const sourceFile = /\.[cm]?[jt]sx?$/

/** Writes the projects into the folder of a request and indexes them, in a process of its own so that its memory does not count. */
export function layOutIndexed({ folder, peers }: ProgramRequest): LaidOut {
  const isSmall = peers === null || peers === ''
  const projects = isSmall ? ownPackages(folder) : layOutProjects(peers, folder)
  const program = fileURLToPath(new URL('index-all.ts', import.meta.url))
  const answer = execFileSync(
    process.execPath,
    [...process.execArgv, program, JSON.stringify(projects.map(({ root }) => root))],
    { encoding: 'utf8' },
  )
  const { index } = JSON.parse(answer) as { readonly index: number }
  const renamed = isSmall ? { project: '@forge/errors', name: 'ForgeError' } : { project: 'ajv', name: 'ErrorObject' }
  return { projects, ...sizeOfAll(projects), index, globalDb: join(folder, 'global.db'), renamed }
}

/** Adds all of them. */
export async function addAll(projects: Projects, laidOut: LaidOut): Promise<void> {
  for (const { root } of laidOut.projects) await projects.add(root)
}

/** The source files of a project. */
export function sourcesOf({ root }: PackageProject): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && sourceFile.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Some packages of this repository, for which nothing has to be fetched. */
function ownPackages(folder: string): readonly PackageProject[] {
  return ['errors', 'pool', 'stmt-cache'].map((name) => {
    const root = join(folder, 'projects', name)
    const from = join(workspaceFolder, 'packages', name)
    for (const part of ['package.json', 'src']) cpSync(join(from, part), join(root, part), { recursive: true })
    return { name: `@forge/${name}`, root }
  })
}

function sizeOfAll(projects: readonly PackageProject[]): Pick<LaidOut, 'files' | 'lines' | 'bytes'> {
  const sum = { files: 0, lines: 0, bytes: 0 }
  for (const file of projects.flatMap(sourcesOf)) {
    sum.files++
    sum.bytes += statSync(file).size
    sum.lines += readFileSync(file, 'utf8').split('\n').length - 1
  }
  return sum
}
