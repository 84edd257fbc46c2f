import type { AffectedSymbol, Call, Confidence, FindOptions, GraphSymbol, Impact, Reference } from '@forge/graph'
import type { LinkReason, Project, SymbolTable, User } from '@forge/projects'
import { byCodeUnit } from '../by-code-unit.ts'
import type { Freshness } from '../forge.ts'
import { type Conflicts, findConflicts } from './conflicts.ts'
import { listDependencies, type ProjectDependency } from './dependencies.ts'
import { folderAround } from './folder-around.ts'
import type { ProjectCondition, ProjectState } from './project-condition.ts'
import type { ProjectGraph, ProjectGraphs } from './project-graphs.ts'
import type { SyncReport } from './sync-projects.ts'

/** How an answer about a project is to be taken. */
export interface AskedProject {
  readonly name: string
  readonly root: string
  readonly state: ProjectState
  /** Of its graph; undefined where that cannot be asked. */
  readonly freshness: Freshness | undefined
  /** Why it cannot be asked, and what to do about it. */
  readonly problem?: ProjectCondition['problem']
}

/** What a symbol outside a project is taken for, and why. */
export interface Meaning {
  /** The id in the graph of the project that uses it: `external:zod#object`. */
  readonly outside: string
  /** The project whose symbol it means, and the id of that there. */
  readonly project: string
  readonly symbol: string
  readonly confidence: Confidence
  readonly reason: LinkReason
}

/** Rows from another project, under what they are about there. A project without any is there where it cannot be asked, or has changed since it was indexed. */
export interface RowsElsewhere<Row> extends AskedProject {
  /** What of the project's own names is meant; where its graph cannot be asked all that is known. */
  readonly meanings: readonly (Meaning & { readonly files: number; readonly sites: number })[]
  readonly rows: readonly Row[]
}

/** Symbols of a project that were found. */
export interface FoundElsewhere extends AskedProject {
  readonly symbols: readonly GraphSymbol[]
  readonly total: number
}

/** What the questions are asked of. */
export interface AcrossOptions {
  readonly projects: readonly Project[]
  readonly symbols: SymbolTable
  readonly graphs: ProjectGraphs
  readonly synced: SyncReport
  readonly signal?: AbortSignal | undefined
}

/** Symbols of one project, each with how far it is from what was asked about. */
type Distances = ReadonlyMap<string, number>

/**
 * Questions about symbols of one project to all others. They are answered from the graphs as they are; each says how fresh it is.
 *
 * Errors beside those of the graphs: `FORGE_PROJECTS_STORAGE`, the reason of the signal.
 */
export class AcrossProjects implements AsyncDisposable {
  /** The projects that are asked, by name. */
  readonly projects: readonly Project[]
  /** What was read again to answer. */
  readonly synced: SyncReport
  readonly #options: AcrossOptions
  readonly #byId: ReadonlyMap<number, Project>

  constructor(options: AcrossOptions) {
    this.projects = options.projects
    this.synced = options.synced
    this.#options = options
    this.#byId = new Map(options.projects.map((project) => [project.id, project]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.graphs[Symbol.asyncDispose]()
  }

  /** How each project is now. */
  async states(): Promise<readonly AskedProject[]> {
    const states: AskedProject[] = []
    for (const project of this.projects) states.push(asked(await this.#graphOf(project)))
    return states
  }

  /** What is not clear between projects: packages that several have, versions, names that nothing has. */
  conflicts(): Promise<Conflicts> {
    return findConflicts(this.projects, this.#options.symbols)
  }

  /** What the packages of a project need of others: what they use of it, what they do not use, what they do not declare. */
  async dependencies(project: Project): Promise<readonly ProjectDependency[]> {
    const files = (await (await this.#graphOf(project)).forge?.graph.files()) ?? new Map<string, unknown>()
    return listDependencies(project, this.projects, this.#options.symbols, files.keys())
  }

  /** Symbols of all projects by name, as {@link Graph.search} finds them in one; by project. */
  async find(query: string, options: FindOptions): Promise<readonly FoundElsewhere[]> {
    const found: FoundElsewhere[] = []
    for (const project of this.#options.projects) {
      const graph = await this.#graphOf(project)
      const result = await graph.forge?.graph.search(query, options)
      found.push({ ...asked(graph), symbols: result?.symbols ?? [], total: result?.total ?? 0 })
    }
    return found
  }

  /** Every place in other projects that names one of these symbols. */
  references(project: Project, ids: readonly string[]): Promise<readonly RowsElsewhere<Reference>[]> {
    return this.#follow(project, new Map(ids.map((id) => [id, 0])), {
      within: false,
      depth: 1,
      ask: async ({ forge }, outside) => {
        const rows = await forge.graph.references(outside)
        return { rows, leads: new Map() }
      },
      fileOf: (reference) => reference.file,
      compare: (left, right) => byCodeUnit(left.file, right.file) || left.range.start.offset - right.range.start.offset,
    })
  }

  /** Who calls one of these symbols in other projects, up to `depth` calls away; `callers` are those in its own. */
  callers(
    project: Project,
    ids: readonly string[],
    depth: number,
    callers: readonly Call[],
  ): Promise<readonly RowsElsewhere<Call>[]> {
    const start = new Map(ids.map((id) => [id, 0]))
    for (const call of callers) nearest(start, call.caller, call.depth)
    return this.#follow(project, start, {
      within: false,
      depth,
      ask: async ({ forge }, outside, distance) => {
        const calls = await forge.graph.callers(outside, { depth: depth - distance })
        const leads = new Map<string, number>()
        for (const call of calls) nearest(leads, call.caller, distance + call.depth)
        return { rows: calls.map((call) => Object.assign(call, { depth: call.depth + distance })), leads }
      },
      fileOf: (call) => call.site.file,
      isFirst: (call, distance) => call.depth === distance + 1,
      compare: (left, right) =>
        left.depth - right.depth ||
        byCodeUnit(left.caller, right.caller) ||
        left.site.range.start.offset - right.site.range.start.offset,
    })
  }

  /** What a change of these symbols may affect in other projects, at most `depth` steps away; `impact` is what it may in their own. */
  impact(
    project: Project,
    ids: readonly string[],
    depth: number,
    impact: Impact,
  ): Promise<readonly RowsElsewhere<AffectedSymbol>[]> {
    const start = new Map(ids.map((id) => [id, 0]))
    // As in one project, a module that is affected does not affect all that import it.
    for (const { symbol, distance } of impact.affected) {
      if (symbol.kind !== 'module') nearest(start, symbol.id, distance)
    }
    return this.#follow(project, start, {
      within: true,
      depth,
      ask: async ({ forge }, outside, distance) => {
        const { affected } = await forge.analysis.impact([outside], { depth: depth - distance })
        const leads = new Map<string, number>()
        for (const { symbol, distance: steps } of affected) {
          if (symbol.kind !== 'module') nearest(leads, symbol.id, distance + steps)
        }
        return { rows: affected.map((row) => Object.assign(row, { distance: row.distance + distance })), leads }
      },
      fileOf: ({ symbol, site }) => site?.file ?? symbol.file,
      isFirst: (row, distance) => row.distance === distance + 1,
      same: ({ symbol }) => symbol.id,
      compare: (left, right) => left.distance - right.distance || byCodeUnit(left.symbol.id, right.symbol.id),
    })
  }

  /** Asks every project that uses the symbols, then those that use what is affected there, and so on. */
  async #follow<Row>(
    project: Project,
    start: Distances,
    question: Question<Row>,
  ): Promise<readonly RowsElsewhere<Row>[]> {
    const answers = new Answers<Row>(question)
    const reached = new Map<string, number>()
    let frontier = [{ project, ids: start }, ...(await this.#askOrigins(project, start, question, answers))]
    while (frontier.length > 0) {
      const next: typeof frontier = []
      for (const { project: from, ids } of frontier) {
        for (const { user, distance } of await this.#usersOf(from, ids, question.within)) {
          this.#options.signal?.throwIfAborted()
          const to = this.#byId.get(user.project)
          const key = `${user.project} ${user.folder} ${user.outside}`
          if (to === undefined || distance >= question.depth || (reached.get(key) ?? Infinity) <= distance) continue
          // What was asked about is answered where it was asked.
          if (to.id === project.id && start.has(user.outside)) continue
          reached.set(key, distance)
          const leads = await this.#askUser(to, from, user, distance, question, answers)
          if (leads.size > 0) next.push({ project: to, ids: leads })
        }
      }
      frontier = next
    }
    // Who cannot be asked, or was not read since it changed, may use them as well: that is part of the answer.
    for (const other of this.projects) {
      const graph = other.id === project.id ? undefined : await this.#graphOf(other)
      if (graph !== undefined && (graph.state !== 'ready' || graph.freshness.stale)) answers.in(graph)
    }
    return answers.of(this.projects)
  }

  /** Asks the projects whose symbols the ones outside are, and says what there is affected. */
  async #askOrigins<Row>(
    project: Project,
    start: Distances,
    question: Question<Row>,
    answers: Answers<Row>,
  ): Promise<{ readonly project: Project; readonly ids: Distances }[]> {
    const origins: { readonly project: Project; readonly ids: Distances }[] = []
    for (const [id, distance] of start) {
      if (!id.startsWith('external:') || distance > 0) continue
      for (const { links, files, sites } of await this.#options.symbols.meanings(project.id, id)) {
        for (const { owner, symbol, confidence, reason } of links) {
          const origin = owner.project === undefined ? undefined : this.#byId.get(owner.project)
          if (origin === undefined || symbol === undefined) continue
          const graph = await this.#graphOf(origin)
          const answer = answers.in(graph)
          answer.means({ outside: id, symbol: symbol.shownAs, confidence, reason, files, sites, project: origin.name })
          const ids = new Map([[symbol.shownAs, 0]])
          if (graph.state === 'ready' && (await graph.forge.graph.symbol(symbol.shownAs)) !== undefined) {
            const { rows, leads } = await question.ask(graph, symbol.shownAs, 0)
            answer.add(rows)
            for (const [lead, far] of leads) nearest(ids, lead, far)
          }
          origins.push({ project: origin, ids })
        }
      }
    }
    return origins
  }

  async #askUser<Row>(
    to: Project,
    from: Project,
    user: User,
    distance: number,
    question: Question<Row>,
    answers: Answers<Row>,
  ): Promise<Distances> {
    const graph = await this.#graphOf(to)
    const answer = answers.in(graph)
    const { outside, symbol, confidence, reason, files, sites, folder } = user
    answer.means({ outside, symbol, confidence, reason, files, sites, project: from.name })
    if (graph.state !== 'ready' || (await graph.forge.graph.symbol(outside)) === undefined) return new Map()
    const { rows, leads } = await question.ask(graph, outside, distance)
    const folders = await this.#options.symbols.folders(to.id)
    answer.add(
      rows.filter((row) => {
        // The same name may mean another package elsewhere in the project.
        const isFirst = question.isFirst?.(row, distance) ?? true
        return !isFirst || folderAround(question.fileOf(row), folders) === folder
      }),
    )
    return leads
  }

  async #usersOf(
    project: Project,
    ids: Distances,
    within: boolean,
  ): Promise<readonly { readonly user: User; readonly distance: number }[]> {
    const found: { readonly user: User; readonly distance: number }[] = []
    const byDistance = new Map<number, string[]>()
    for (const [id, distance] of ids) byDistance.set(distance, [...(byDistance.get(distance) ?? []), id])
    for (const [distance, same] of [...byDistance].toSorted(([left], [right]) => left - right)) {
      const users = await this.#options.symbols.users(project.id, same, { within: within && distance === 0 })
      for (const user of users) found.push({ user, distance })
    }
    return found
  }

  #graphOf(project: Project): Promise<ProjectGraph> {
    return this.#options.graphs.of(project)
  }
}

/** What is asked of each project. */
interface Question<Row> {
  /** Whether who uses what is in a symbol uses the symbol. */
  readonly within: boolean
  /** How far from what was asked about what is found may be. */
  readonly depth: number
  /** Asks about a symbol outside the project, `distance` away from what was asked about; says as well how far what was found is. */
  readonly ask: (
    graph: ProjectGraph & { readonly state: 'ready' },
    outside: string,
    distance: number,
  ) => Promise<{ readonly rows: readonly Row[]; readonly leads: Distances }>
  /** The file that names the symbol outside. */
  readonly fileOf: (row: Row) => string
  /** Whether a row names the symbol outside itself. */
  readonly isFirst?: (row: Row, distance: number) => boolean
  /** Rows of one text are one: the first, which is the nearest. */
  readonly same?: (row: Row) => string
  readonly compare: (left: Row, right: Row) => number
}

/** What is found, by project. */
class Answers<Row> {
  readonly #question: Question<Row>
  readonly #answers = new Map<number, Answer<Row>>()

  constructor(question: Question<Row>) {
    this.#question = question
  }

  in(graph: ProjectGraph): Answer<Row> {
    const { id } = graph.project
    let answer = this.#answers.get(id)
    if (answer === undefined) this.#answers.set(id, (answer = new Answer(graph, this.#question)))
    return answer
  }

  of(projects: readonly Project[]): readonly RowsElsewhere<Row>[] {
    return projects.flatMap(({ id }) => this.#answers.get(id)?.shown() ?? [])
  }
}

/** What is found in one project. */
class Answer<Row> {
  readonly #graph: ProjectGraph
  readonly #question: Question<Row>
  readonly #meanings: RowsElsewhere<Row>['meanings'][number][] = []
  readonly #rows = new Map<string, Row>()

  constructor(graph: ProjectGraph, question: Question<Row>) {
    this.#graph = graph
    this.#question = question
  }

  means(found: RowsElsewhere<Row>['meanings'][number]): void {
    const isKnown = this.#meanings.some(
      ({ outside, symbol, project }) =>
        outside === found.outside && symbol === found.symbol && project === found.project,
    )
    if (!isKnown) this.#meanings.push(found)
  }

  add(rows: readonly Row[]): void {
    for (const row of rows) {
      const key = this.#question.same?.(row) ?? JSON.stringify(row)
      if (!this.#rows.has(key)) this.#rows.set(key, row)
    }
  }

  shown(): RowsElsewhere<Row> {
    return {
      ...asked(this.#graph),
      meanings: this.#meanings,
      rows: [...this.#rows.values()].toSorted(this.#question.compare),
    }
  }
}

function asked({ project, state, freshness, problem }: ProjectGraph): AskedProject {
  return { name: project.name, root: project.root, state, freshness, ...(problem === undefined ? {} : { problem }) }
}

function nearest(distances: Map<string, number>, id: string, distance: number): void {
  if ((distances.get(id) ?? Infinity) > distance) distances.set(id, distance)
}
