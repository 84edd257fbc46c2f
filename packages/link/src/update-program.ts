import { collectAugmentations, hasAdditions, noAugmentations } from './augmentations.ts'
import { createEvaluation, type UpdatableEvaluation, type World } from './create-evaluation.ts'
import type { FlowSites } from './flow-sites.ts'
import { inputKind } from './inputs.ts'
import type { LinkFile } from './link-types.ts'
import { matchFile } from './match-file.ts'
import { declarationsOf } from './project-globals.ts'
import { settleFlows } from './settle-flows.ts'

/** What goes on in an update, by its parts that are kept from one to the next. */
export interface Updating {
  readonly world: World
  readonly evaluation: UpdatableEvaluation
  readonly sites: FlowSites
}

/** Observers from here up are tasks of files, those below are flow sites. */
const firstTask = 0x4000_0000

const taskKinds = ['link', 'overrides', 'promotions'] as const

/** What is done for each file by what is known of all of them. */
export type TaskKind = (typeof taskKinds)[number]

/** The observer that a task of a file goes by. */
export function taskObserver(file: number, kind: TaskKind): number {
  return firstTask + file * taskKinds.length + taskKinds.indexOf(kind)
}

/** The files of which a kind of task has to be done again. */
export class DueTasks {
  readonly #due: Readonly<Record<TaskKind, Set<number>>> = {
    link: new Set(),
    overrides: new Set(),
    promotions: new Set(),
  }

  add(observers: Iterable<number>): void {
    for (const observer of observers) {
      if (observer < firstTask) continue
      const at = observer - firstTask
      this.#due[taskKinds[at % taskKinds.length]!].add(Math.floor(at / taskKinds.length))
    }
  }

  addFile(file: number): void {
    for (const kind of taskKinds) this.#due[kind].add(file)
  }

  of(kind: TaskKind): ReadonlySet<number> {
    return this.#due[kind]
  }
}

/**
 * Puts other versions of files into the program, forgets what depended on the old ones, and follows values anew where they go other ways.
 *
 * @returns false where something has changed that all files see without naming it, or a question was given up: then all of it is of no use
 * any more.
 */
export function* updateProgram(
  { world, evaluation, sites }: Updating,
  versions: ReadonlyMap<number, LinkFile>,
  due: DueTasks,
): Generator<void, boolean, undefined> {
  const { program, record, inputs } = world
  const { dependences, augmentations } = evaluation
  program.extendTo(Math.max(0, ...versions.keys()) + 1)
  const changed: number[] = []
  const lost: number[] = []
  const passed = new Set<number>()
  for (const [file, version] of versions) {
    const replaced = replaceFile({ world, evaluation, sites }, file, version)
    if (replaced === undefined) return false
    // One by one: of a large file there are more than a call may have arguments.
    for (const input of replaced.inputs) changed.push(input)
    for (const answer of replaced.lost) lost.push(answer)
    for (const site of replaced.added) passed.add(site)
    due.addFile(file)
    yield
  }
  const adding = new Set(augmentations.files)
  for (const [file, version] of versions) if (hasAdditions(version)) adding.add(file)
  if (adding.size > 0) {
    const now = collectAugmentations(createEvaluation(world, noAugmentations, true), adding)
    if (now.digest !== augmentations.digest) return false
  }
  const everTold = dependences.everTold(changed, lost)
  due.add(dependences.forget(changed))
  due.add(dependences.forgetAnswers(lost))
  for (const site of everTold) if (site < firstTask && sites.isThere(site)) passed.add(site)
  for (const site of passed) record.withdraw(site, 0)
  const seen = new Set<number>()
  const rounds = createEvaluation(world, augmentations, true)
  yield* settleFlows(rounds, record, sites, {
    due: passed,
    joining(round) {
      const different: number[] = []
      for (const place of record.touched()) {
        if (seen.has(place) || !record.isPutInto(place, round - 1)) continue
        if (record.at(place, round) === record.before(place, round)) continue
        seen.add(place)
        different.push(inputs.number(inputKind.place, place))
      }
      if (different.length === 0) return []
      const joined = dependences
        .everTold(different, [])
        .filter((site) => site < firstTask && sites.isThere(site) && !passed.has(site))
      for (const site of joined) {
        passed.add(site)
        record.withdraw(site, round)
      }
      return joined
    },
  })
  if (rounds.hasGivenUp()) return false
  due.add(evaluation.flows.refresh(record.touched()))
  record.commit()
  dependences.absorb(rounds.dependences)
  return true
}

/** Puts another version of a file in its place. Undefined where that declares something else for all files. */
function replaceFile(
  { world, evaluation, sites }: Updating,
  file: number,
  version: LinkFile,
):
  | { readonly inputs: readonly number[]; readonly lost: readonly number[]; readonly added: readonly number[] }
  | undefined {
  const { program, record, inputs, exportsByName, genericParameters, stores } = world
  const old = program.files[file]!
  const match = matchFile(program, file, version)
  const globals = declarationsOf(program, file)
  exportsByName.forget(file)
  for (const symbol of program.symbolsOf(file)) genericParameters.forget(symbol)
  program.replaceFile(file, version, match.numbers)
  const stored = stores.readAgain(file)
  if (declarationsOf(program, file) !== globals) return undefined
  const lost = evaluation.moveExprs(file, match.exprs)
  const { added, gone } = sites.replaceFile(file, old.facts, match.exprs)
  for (const site of gone) record.withdraw(site, 0)
  return {
    lost,
    added,
    inputs: [
      ...match.declarations.map((symbol) => inputs.number(inputKind.declaration, symbol)),
      ...match.members.map(([holder, name]) => inputs.number(inputKind.member, holder, name)),
      ...match.exports.map((name) => inputs.number(inputKind.export, file, name)),
      ...(match.isModuleNew ? [inputs.number(inputKind.module, file)] : []),
      ...stored.map((name) => inputs.number(inputKind.stored, name)),
    ],
  }
}
