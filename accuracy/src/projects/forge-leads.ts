import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { Forge, type Projects } from '@forge/forge'
import { placeOf, type Place } from '../language-service/place.ts'

type Project = Awaited<ReturnType<Projects['registry']['list']>>[number]
type Use = Awaited<ReturnType<Projects['symbols']['uses']>>[number]
type PublicSymbol = NonNullable<Use['links'][number]['symbol']>

/** Where a name of another package leads, by what Forge says. */
export interface Lead {
  /** The id in the graph of the project: `external:zod#object`. */
  readonly outside: string
  /** Where it leads in what is installed. */
  readonly places: ReadonlySet<Place>
  /** Whether the package is installed, or a project has it. */
  readonly isThere: boolean
}

/** Whether names lead to the same in a project as in what is installed of the same version: counts of places in code. */
export interface Agreement {
  /** To declarations of the same qualified names in both. */
  readonly same: number
  /** To other ones. */
  readonly other: number
  readonly onlyInstalled: number
  readonly onlyProject: number
}

/** What Forge says of the names of other packages in a project. */
export interface ForgeLeads {
  /** By the place that names something. All places are relative to the folder that all is in. */
  readonly at: ReadonlyMap<Place, readonly Lead[]>
  readonly agreement: Agreement
  /** What does not agree, in words. */
  readonly disagreements: readonly string[]
}

/**
 * Reads what a project names of other packages, and where that leads.
 *
 * @param folder that the project and what is installed are in, absolute
 */
export async function readLeads(projects: Projects, project: Project, folder: string): Promise<ForgeLeads> {
  const { symbols } = projects
  const installs = await symbols.installs(project.id)
  const locations = new Map(installs.map(({ name, version, location }) => [`${name} ${version}`, location]))
  const folders = await symbols.folders(project.id)
  const placeIn = createPlaces(folder)
  const at = new Map<Place, Lead[]>()
  const agreement = { same: 0, other: 0, onlyInstalled: 0, onlyProject: 0 }
  const disagreements: string[] = []
  await using forge = await Forge.open(project.root, { readOnly: true, threads: false })
  for (const use of await symbols.uses(project.id)) {
    const verdict = agreementOf(use)
    if (verdict !== undefined) agreement[verdict.is] += use.sites
    if (verdict !== undefined && verdict.is !== 'same') {
      disagreements.push(`${project.name}: ${use.outside}: ${verdict.is}: ${verdict.text}`)
    }
    const places = new Set<Place>()
    for (const { owner, symbol } of use.links) {
      const location = locations.get(`${owner.package} ${owner.version}`)
      if (owner.project === undefined && symbol !== undefined && location !== undefined) {
        places.add(placeIn(location, symbol))
      }
    }
    const lead = { outside: use.outside, places, isThere: use.links.length > 0 }
    for (const { file, range } of await forge.graph.references(use.outside)) {
      // The same name may mean another package elsewhere in the project.
      if (folderAround(file, folders) !== use.folder) continue
      const place = placeOf(`${relativePath(folder, project.root)}/${file}`, range.start.offset)
      at.set(place, [...(at.get(place) ?? []), lead])
    }
  }
  return { at, agreement, disagreements }
}

/** How the project that has the version which is installed agrees with that; undefined where there is none, or nothing leads anywhere. */
function agreementOf({ links }: Use): { readonly is: keyof Agreement; readonly text: string } | undefined {
  const mirrored = links.filter(({ reason }) => reason === 'same-version')
  if (mirrored.length === 0) return undefined
  const inProject = namesOf(mirrored)
  const installed = namesOf(links.filter(({ reason }) => reason === 'installed'))
  if (inProject.length + installed.length === 0) return undefined
  const text = `project ${inProject.join(', ')}; installed ${installed.join(', ')}`
  if (installed.length === 0) return { is: 'onlyProject', text }
  if (inProject.length === 0) return { is: 'onlyInstalled', text }
  return { is: inProject.join() === installed.join() ? 'same' : 'other', text }
}

/** Qualified names of what links lead to; a module stands for itself in whatever file it is. */
function namesOf(links: Use['links']): readonly string[] {
  const names = links.flatMap(({ symbol }) => (symbol === undefined ? [] : [nameOf(symbol)]))
  return [...new Set(names)].toSorted()
}

function nameOf({ kind, qualifiedName }: PublicSymbol): string {
  return kind === 'module' ? 'module' : qualifiedName
}

/** Turns where a symbol of a package is into a place below a folder. */
function createPlaces(folder: string): (location: string, symbol: PublicSymbol) => Place {
  const starts = new Map<string, readonly number[]>()
  return (location, { id, file, line, column }) => {
    const path = join(location, file)
    const within = relativePath(folder, path)
    if (!id.includes('#')) return placeOf(within, 'module')
    let lines = starts.get(path)
    if (lines === undefined) starts.set(path, (lines = lineStarts(readFileSync(path, 'utf8'))))
    return placeOf(within, lines[line - 1]! + column - 1)
  }
}

function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)].map(({ index, 0: end }) => index + end.length)]
}

function relativePath(from: string, to: string): string {
  return relative(from, to).replaceAll(sep, '/')
}

/** The innermost of some folders that holds a file; empty for the project itself. */
function folderAround(file: string, folders: readonly string[]): string {
  return folders
    .filter((folder) => file.startsWith(`${folder}/`))
    .reduce((best, folder) => (folder.length > best.length ? folder : best), '')
}
