import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { Forge, Projects } from '@forge/forge'
import ts from 'typescript'
import { createOracle } from '../language-service/oracle.ts'
import { compareProject, type ProjectComparison } from './compare-project.ts'
import { type Agreement, readLeads } from './forge-leads.ts'

/** A project and how Forge did on it. */
export interface ProjectResult {
  readonly name: string
  readonly files: number
  readonly measured: number
  readonly comparison: ProjectComparison
  readonly agreement: Agreement
  readonly disagreements: readonly string[]
}

/** What to measure. */
export interface MeasureOptions {
  /** The folder with a `node_modules` and the projects, absolute, without links. */
  readonly folder: string
  /** The folders of the projects, absolute. */
  readonly roots: readonly string[]
  /** The most files of each project that are asked about, spread over all. Default: all. */
  readonly most?: number
  /** Told what is done. */
  readonly report?: (line: string) => void
}

const sourceFile = /\.[cm]?[jt]sx?$/

/** Indexes projects, resolves what they name of each other and of what is installed, and holds that against the language service. */
export async function measureProjects({
  folder,
  roots,
  most = Infinity,
  report = () => {},
}: MeasureOptions): Promise<readonly ProjectResult[]> {
  await using projects = await Projects.open({ globalDb: join(folder, 'global.db') })
  for (const root of roots) {
    report(`index ${relative(folder, root)}`)
    await using forge = await Forge.open(root)
    await forge.index()
  }
  for (const root of roots) await projects.add(root)
  report('resolve')
  await (await projects.ask())[Symbol.asyncDispose]()
  const registry = ts.createDocumentRegistry()
  const results: ProjectResult[] = []
  for (const project of await projects.registry.list()) {
    report(`ask about ${project.name}`)
    const files = sourcesIn(project.root).map((file) => relative(folder, file).replaceAll(sep, '/'))
    const leads = await readLeads(projects, project, folder)
    using oracle = createOracle(folder, files, { resolution: 'nodenext', installed: true, registry })
    const step = Math.max(1, files.length / most)
    const measured = files.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
    results.push({
      name: project.name,
      files: files.length,
      measured: measured.length,
      comparison: compareProject(oracle, leads, measured),
      agreement: leads.agreement,
      disagreements: leads.disagreements,
    })
  }
  return results
}

function sourcesIn(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && sourceFile.test(entry.name) && !entry.parentPath.includes('.forge'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}
