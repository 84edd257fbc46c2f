import { collectAugmentations, noAugmentations } from './augmentations.ts'
import { createEvaluation, createWorld } from './create-evaluation.ts'
import { createFlowSites } from './flow-sites.ts'
import { inputKind } from './inputs.ts'
import { createFileLinker } from './link-file.ts'
import { LinkInputError } from './link-errors.ts'
import type { Linker, LinkFile, UpdatableLinker } from './link-types.ts'
import { createOverriders } from './overriders.ts'
import { createProgram, emptyFile } from './program.ts'
import { createPromotions } from './promote-functions.ts'
import { settleFlows } from './settle-flows.ts'
import { DueTasks, taskObserver, updateProgram, type TaskKind } from './update-program.ts'

/**
 * Makes the linker of a set of files. Nothing is resolved before a file is linked, and only what its
 * occurrences need.
 *
 * @example
 * ```ts
 * const linker = createLinker(files)
 * for (let file = 0; file < files.length; file++) console.log(linker.linkFile(file).edges.count)
 * ```
 * @throws LinkInputError when the targets of a file do not fit its module requests.
 */
export function createLinker(files: readonly LinkFile[]): Linker {
  return atOnce(createLinkerInSteps(files))
}

/**
 * {@link createLinker} in steps of some milliseconds, for whoever has other things to do in between: the linker is what the last one gives.
 *
 * @throws LinkInputError as `createLinker` does, at the first step.
 */
export function createLinkerInSteps(files: readonly LinkFile[]): Generator<void, Linker, undefined> {
  return makeLinker(files, false)
}

/**
 * The linker of files that change one after the other. It knows what each of its answers depends on, which takes a fifth more time and not quite
 * twice the memory [measured on effect].
 *
 * @throws LinkInputError as `createLinker` does, at the first step.
 */
export function createUpdatableLinker(files: readonly LinkFile[]): Generator<void, UpdatableLinker, undefined> {
  return makeLinker(files, true)
}

/** Files read in one step. */
const filesInStep = 16

function* makeLinker(files: readonly LinkFile[], isTracked: boolean): Generator<void, UpdatableLinker, undefined> {
  const program = createProgram(files)
  const world = createWorld(program, isTracked)
  const own = createEvaluation(world, noAugmentations)
  const augmentations = collectAugmentations(own)
  const evaluation = augmentations.files.size === 0 ? own : createEvaluation(world, augmentations)
  const sites = createFlowSites(program)
  yield* settleFlows(evaluation, world.record, sites)
  evaluation.flows.refresh([])
  world.record.commit()
  const promotions = createPromotions(evaluation)
  const overriders = createOverriders(evaluation)
  for (let file = 0; file < files.length; file++) {
    doTask(file, 'promotions', () => promotions.read(file))
    if (file % filesInStep === 0) yield
  }
  promotions.decide()
  for (let file = 0; file < files.length; file++) {
    doTask(file, 'overrides', () => overriders.read(file))
    if (file % filesInStep === 0) yield
  }
  const externals: string[] = []
  const numbers = new Map<number, number>()
  const linkFile = createFileLinker(evaluation, overriders, {
    number(external) {
      let number = numbers.get(external)
      if (number === undefined) {
        number = externals.length
        externals.push(evaluation.externals.id(external))
        numbers.set(external, number)
      }
      return number
    },
  })
  const sizeAtFirst = { symbols: program.count(), dependences: 0 }
  let isUsable = true

  function doTask<Result>(file: number, kind: TaskKind, task: () => Result): Result {
    if (isTracked) evaluation.observe(taskObserver(file, kind))
    try {
      return task()
    } finally {
      evaluation.observe(-1)
    }
  }

  function isOutgrown(): boolean {
    const { symbols, dependences } = sizeAtFirst
    return program.count() > symbols * 1.5 + 100_000 || evaluation.dependences.size() > dependences * 2 + 1_000_000
  }

  function* update(
    versions: ReadonlyMap<number, LinkFile | undefined>,
  ): Generator<void, ReadonlySet<number> | undefined, undefined> {
    if (!isUsable || evaluation.hasGivenUp()) return undefined
    isUsable = false
    sizeAtFirst.dependences ||= evaluation.dependences.size()
    if (isOutgrown()) return undefined
    const due = new DueTasks()
    for (const file of versions.keys()) checkFile(file, program.files.length + versions.size)
    const present = new Map([...versions].map(([file, version]) => [file, version ?? emptyFile]))
    if (!(yield* updateProgram({ world, evaluation, sites }, present, due))) return undefined
    for (const file of due.of('promotions')) doTask(file, 'promotions', () => promotions.read(file))
    const shown = promotions.decide().map((symbol) => world.inputs.number(inputKind.promoted, symbol))
    due.add(evaluation.dependences.forget(shown))
    for (const file of due.of('overrides')) {
      const { targets, members } = doTask(file, 'overrides', () => overriders.read(file))
      const overriding = Array.from(targets, (one) => world.inputs.number(inputKind.overriders, one))
      const overridden = Array.from(members, (one) => world.inputs.number(inputKind.overridden, one))
      due.add(evaluation.dependences.forget([...overriding, ...overridden]))
    }
    isUsable = true
    return new Set([...due.of('link')].filter((file) => program.files[file] !== emptyFile))
  }

  return {
    externals,
    symbol(file, row) {
      checkFile(file, program.files.length)
      return program.symbol(file, row)
    },
    fileOf: (symbol) => program.owner[symbol]!,
    rowOf: (symbol) => program.row[symbol]!,
    linkFile(file) {
      checkFile(file, program.files.length)
      return doTask(file, 'link', () => linkFile(file))
    },
    update,
  }
}

function atOnce<Result>(steps: Generator<void, Result, undefined>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

function checkFile(file: number, limit: number): void {
  if (Number.isInteger(file) && file >= 0 && file < limit) return
  throw new LinkInputError(`There is no file ${file}: the linker was made from ${limit} files or fewer`, {
    hint: 'Refer to a file by its index in the list the linker was made from',
    details: { file },
  })
}
