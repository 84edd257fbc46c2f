import path from 'node:path'
import { ProjectNotFoundError, type Project } from '@forge/projects'
import { UsageError } from '../errors.ts'
import type { Forge, Freshness } from '../forge.ts'
import type { AcrossProjects, AskedProject, Meaning, RowsElsewhere } from '../projects/across-projects.ts'
import { findProject } from '../projects/find-project.ts'
import { Projects } from '../projects/projects.ts'
import type { SyncProgress } from '../projects/sync-projects.ts'
import { inMemory } from '../store.ts'
import { storeOptions, type CommandContext } from './command.ts'
import { confidenceMark, counted } from './render.ts'
import type { Terminal } from './terminal.ts'

/** Where the projects of the user are. */
export interface GlobalDbOption {
  readonly globalDb?: string
}

/** The options of commands that ask other projects too. */
export interface AllProjectsOption extends GlobalDbOption {
  readonly allProjects?: boolean
}

/** A graph that is open, and how fresh it is. */
interface OpenGraph {
  readonly forge: Forge
  readonly freshness: Freshness
}

/** All projects, to be asked by one of them. */
export interface AskedFrom {
  readonly asked: AcrossProjects
  readonly project: Project
  readonly forge: Forge
}

/** The projects of the user, until the command ends; only a command that adds some makes the file. */
export async function projectsOf(
  context: CommandContext,
  { globalDb }: GlobalDbOption,
  access: 'read' | 'write',
): Promise<Projects> {
  const { cwd, global, signal } = context
  if (globalDb === '') throw new UsageError('--global-db names no file', { hint: 'Write --global-db FILE' })
  return context.use(
    await Projects.open({
      ...storeOptions(global),
      create: access === 'write',
      signal,
      ...(globalDb === undefined ? {} : { globalDb: path.resolve(cwd, globalDb) }),
    }),
  )
}

/**
 * Opens all projects to be asked by the one that is open.
 *
 * @throws `FORGE_PROJECT_NOT_FOUND` where that was not added.
 */
export async function askAllFrom(
  context: CommandContext,
  open: OpenGraph,
  options: GlobalDbOption,
): Promise<AskedFrom> {
  const projects = await projectsOf(context, options, 'read')
  const project = await ownProject(projects, open.forge, context)
  if (project === undefined) {
    throw new ProjectNotFoundError('This project was not added to those that know each other', {
      hint: 'Run `forge projects add` here first',
      details: { root: open.forge.root },
    })
  }
  return { asked: await ask(context, projects, open), project, forge: open.forge }
}

/** Opens the project alone where it was not added: what it has installed is read for this command then. */
export async function askFrom(context: CommandContext, open: OpenGraph, options: GlobalDbOption): Promise<AskedFrom> {
  const projects = await projectsOf(context, options, 'read')
  const known = await ownProject(projects, open.forge, context)
  if (known !== undefined) return { asked: await ask(context, projects, open), project: known, forge: open.forge }
  const alone = context.use(await Projects.open({ ...storeOptions(context.global), globalDb: inMemory }))
  const { forge } = open
  const found = await findProject(forge.root, { database: forge.store.file, signal: context.signal })
  const { project } = await alone.registry.add(found, () => true)
  return { asked: await ask(context, alone, open), project, forge }
}

/** Opens all projects to be asked. */
export async function ask(context: CommandContext, projects: Projects, open?: OpenGraph): Promise<AcrossProjects> {
  const { terminal, signal, global } = context
  const asked = await projects.ask({
    ...(open === undefined ? {} : { open }),
    freshness: global.update !== false,
    signal,
    onProgress: (progress) => terminal.progress(syncLine(progress)),
  })
  terminal.progress(undefined)
  return context.use(asked)
}

/** What other projects say, cut at some rows. */
export interface Elsewhere<Row> {
  /** All the projects, with those of their rows that are shown. */
  readonly projects: readonly RowsElsewhere<Row>[]
  readonly shown: number
  /** Rows, with those that were cut. */
  readonly total: number
  /** With why each project means what was asked about. */
  readonly lines: readonly string[]
}

/** Shows at most `limit` rows of other projects. */
export function showElsewhere<Row>(
  others: readonly RowsElsewhere<Row>[],
  limit: number,
  noun: string,
  colors: Terminal['colors'],
  line: (row: Row, colors: Terminal['colors']) => string,
): Elsewhere<Row> {
  const projects: RowsElsewhere<Row>[] = []
  const lines: string[] = []
  let shown = 0
  let total = 0
  for (const other of others) {
    const rows = other.rows.slice(0, Math.max(limit - shown, 0))
    shown += rows.length
    total += other.rows.length
    projects.push({ ...other, rows })
    lines.push(`${projectHead(other, colors)}  ${colors.dim(counted(other.rows.length, noun))}`)
    lines.push(...stateLines(other, colors))
    if (other.state !== 'ready') lines.push(`  ${lastKnown(other.meanings)}`)
    for (const meaning of other.meanings) lines.push(`  ${meaningLine(meaning, colors)}`)
    for (const row of rows) lines.push(line(row, colors))
  }
  return { projects, shown, total, lines }
}

/** `shop  /home/me/shop`. */
export function projectHead({ name, root }: AskedProject, colors: Terminal['colors']): string {
  return `${colors.bold(name)}  ${colors.dim(root)}`
}

/** Why a project cannot be asked, or that it has changed since it was indexed. */
export function stateLines({ state, problem, freshness }: AskedProject, colors: Terminal['colors']): string[] {
  if (problem !== undefined) return [`  ${colors.yellow(state.replace('-', ' '))}: ${problem.message}. ${problem.hint}`]
  if (freshness?.stale !== true) return []
  return [`  ${colors.yellow(`its graph is older than its files; run \`forge index\` there`)}`]
}

function lastKnown(meanings: readonly { readonly files: number; readonly sites: number }[]): string {
  if (meanings.length === 0) return 'nothing that was read of it names it; what it names now is not known'
  const sites = meanings.reduce((sum, meaning) => sum + meaning.sites, 0)
  return `when it was last read, ${counted(sites, 'place')} named it`
}

function meaningLine({ outside, project, symbol, confidence, reason }: Meaning, colors: Terminal['colors']): string {
  const name = outside.slice('external:'.length)
  return colors.dim(`${name} is ${symbol} of ${project}: ${reasons[reason]}`) + confidenceMark(confidence, colors)
}

/** What links say of why they lead somewhere. */
export const reasons: Readonly<Record<Meaning['reason'], string>> = {
  linked: 'its folder is the one that is installed',
  installed: 'it is installed',
  'same-version': 'it has the version that is installed',
  'other-version': 'another version of it is installed',
  'in-range': 'it has a version that is asked for',
  'out-of-range': 'it has another version than is asked for',
  'by-name': 'it has the name; nothing says which version is meant',
}

async function ownProject(
  projects: Projects,
  { root }: Forge,
  { signal }: CommandContext,
): Promise<Project | undefined> {
  try {
    return await projects.get(root, { signal })
  } catch (error) {
    if (error instanceof ProjectNotFoundError) return undefined
    throw error
  }
}

function syncLine({ project, package: name }: SyncProgress): string {
  return name === undefined ? `reading ${project}` : `reading ${project}: ${name}`
}
