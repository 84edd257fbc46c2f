import type { AddedProject, Project } from '@forge/projects'
import { UsageError } from '../../errors.ts'
import type { BrokenUse, ConflictCandidate, PackageConflict } from '../../projects/conflicts.ts'
import { findProject } from '../../projects/find-project.ts'
import type { ListedProject } from '../../projects/projects.ts'
import { ask, type GlobalDbOption, projectsOf, reasons, stateLines } from '../all-projects.ts'
import { cutNote, rowLimit, storeOptions, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { counted, table } from '../render.ts'
import { localTime } from '../run-text.ts'
import type { Terminal } from '../terminal.ts'

type Colors = Terminal['colors']

/** `forge projects list`. */
export async function list(
  context: CommandContext,
  _args: readonly [],
  options: ListOptions & GlobalDbOption,
): Promise<Answer> {
  const projects = await projectsOf(context, options, 'read')
  const all = await projects.list({ signal: context.signal })
  const shown = all.slice(0, rowLimit(options))
  return {
    data: { action: 'list', projects: shown, total: all.length },
    text: [
      ...(all.length === 0 ? ['no project was added yet: `forge projects add` in one'] : listLines(shown, context)),
      ...cutNote(shown.length, all.length, 'projects'),
    ].join('\n'),
    exit: all.length === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

/** `forge projects add [DIR...]`. */
export async function add(
  context: CommandContext,
  [given]: readonly [readonly string[]],
  options: GlobalDbOption,
): Promise<Answer> {
  const { signal, global } = context
  if (given.length > 1 && global.db !== undefined)
    throw new UsageError('--db names one graph, and several projects are to be added', { hint: 'Add them one by one' })
  const places = (given.length === 0 ? [undefined] : given).map((folder) => context.place(folder))
  const { busyDeadline } = storeOptions(global)
  const waiting = { signal, ...(busyDeadline === undefined ? {} : { busyDeadline }) }
  // Whatever is wrong with one of them is found before any is added.
  for (const { root, database } of places) await findProject(root, { database, ...waiting })
  const projects = await projectsOf(context, options, 'write')
  const added: AddedProject[] = []
  for (const { root, database } of places) added.push(await projects.add(root, { database, signal }))
  return { data: { action: 'add', projects: added }, text: added.map(addedLine).join('\n') }
}

/** `forge projects remove NAME|DIR`. */
export async function remove(
  context: CommandContext,
  [given]: readonly [string],
  options: GlobalDbOption,
): Promise<Answer> {
  const { signal, cwd } = context
  const projects = await projectsOf(context, options, 'read')
  const { name } = await projects.get(given, { cwd, signal })
  const project = await projects.remove(name, { signal })
  return { data: { action: 'remove', project }, text: `removed ${project.name}; ${project.root} is left as it is` }
}

/** `forge projects rename NAME NEW`. */
export async function rename(
  context: CommandContext,
  [name, newName]: readonly [string, string],
  options: GlobalDbOption,
): Promise<Answer> {
  const projects = await projectsOf(context, options, 'read')
  const project = await projects.rename(name, newName, { signal: context.signal })
  return { data: { action: 'rename', project }, text: `${name} is ${project.name} now` }
}

/** `forge projects conflicts`. */
export async function conflicts(
  context: CommandContext,
  _args: readonly [],
  options: ListOptions & GlobalDbOption,
): Promise<Answer> {
  const asked = await ask(context, await projectsOf(context, options, 'read'))
  const found = await asked.conflicts()
  const limit = rowLimit(options)
  const { colors } = context.terminal
  const packages = found.packages.slice(0, limit)
  const broken = found.broken.slice(0, Math.max(limit - packages.length, 0))
  const total = found.packages.length + found.broken.length
  const isNothing = total + found.checkouts.length === 0
  const states = await asked.states()
  return {
    data: {
      action: 'conflicts',
      projects: states,
      packages,
      checkouts: found.checkouts,
      broken,
      packagesTotal: found.packages.length,
      brokenTotal: found.broken.length,
    },
    text: [
      ...(isNothing ? ['nothing is in conflict'] : []),
      ...found.checkouts.map(({ projects }) => `${projects.join(', ')} are checkouts of the same project`),
      ...packages.flatMap((one) => conflictLines(one, colors)),
      ...broken.map((use) => brokenLine(use, colors)),
      ...cutNote(packages.length + broken.length, total),
      ...states.flatMap((state) => stateLines(state, colors).map((line) => `${state.name}:${line.slice(1)}`)),
    ].join('\n'),
    exit: isNothing && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

function conflictLines({ package: name, projects, installed, ambiguous }: PackageConflict, colors: Colors): string[] {
  return [
    colors.bold(name),
    ...projects.map(
      ({ project, folder, version }) =>
        `  project    ${project}${folder === '' ? '' : ` (${folder})`}  ${version || 'no version'}`,
    ),
    ...installed.map(
      ({ version, projects: places }) => `  installed  ${version || 'no version'}  in ${places.join(', ')}`,
    ),
    ...ambiguous.flatMap(({ project, folder, names, candidates }) => [
      `  ${counted(names, 'name')} in ${project}${folder === '' ? '' : ` (${folder})`} may be of`,
      ...candidates.map((candidate) => `    ${candidateText(candidate)}`),
    ]),
  ]
}

function candidateText({ project, version, reason }: ConflictCandidate): string {
  return `${project ?? 'what is installed'} ${version}: ${reasons[reason]}`
}

function brokenLine({ project, folder, outside, sites, candidates }: BrokenUse, colors: Colors): string {
  const where = folder === '' ? project : `${project} (${folder})`
  const tried = candidates.map(({ project: of, version }) => `${of ?? 'what is installed'} ${version}`).join(', ')
  return `${colors.yellow('not there')}  ${outside.slice('external:'.length)}  ${counted(sites, 'place')} in ${where}; looked in ${tried}`
}

function addedLine({ outcome, project, previous, dropped }: AddedProject): string {
  const { name, root } = project
  const parts = {
    added: `added ${name}: ${root}`,
    known: `${name} was there already: ${root}`,
    moved: `${name} has moved from ${previous?.root}: ${root}`,
    replaced: `${name} is another project now: ${root}`,
  }
  return dropped === undefined || dropped.name === name
    ? parts[outcome]
    : `${parts[outcome]}, in place of ${dropped.name}`
}

function listLines(projects: readonly ListedProject[], { terminal }: CommandContext): string[] {
  const { green, red, yellow, dim } = terminal.colors
  const rows = projects.map((project) => [
    project.name,
    project.state.replace('-', ' '),
    project.revision === null ? '' : `revision ${project.revision}`,
    project.indexedAt === null ? '' : localTime(project.indexedAt),
    shortIdentity(project),
    project.root,
  ])
  const paint = {
    ready: green,
    newer: red,
    damaged: red,
    unreadable: red,
    missing: yellow,
    older: yellow,
    'not-indexed': yellow,
  }
  return table(rows, '').flatMap((line, index) => {
    const { state, name, problem } = projects[index]!
    const shown = state.replace('-', ' ')
    // After the name, which may be the same word.
    const at = line.indexOf(shown, name.length)
    const painted = `${line.slice(0, at)}${paint[state](shown)}${line.slice(at + shown.length)}`
    return problem === undefined ? [painted] : [painted, `  ${dim(`${problem.message}. ${problem.hint}`)}`]
  })
}

/** Characters of the hash of a commit that people tell it by. */
const hashLength = 10

/** The identity with less of the commit; `path` where it says nothing more than the folder. */
function shortIdentity({ identity }: Pick<Project, 'identity'>): string {
  const [, kind, commit = '', rest = ''] = /^(git|path):([0-9a-f]*):?(.*)$/s.exec(identity) ?? []
  if (kind !== 'git') return 'path'
  return [commit.slice(0, hashLength), rest.replace(/^:/, '')].filter((part) => part !== '').join(' ')
}
