import { collectAugmentations, noAugmentations } from './augmentations.ts'
import { createEvaluation } from './create-evaluation.ts'
import { createFlowSites } from './flow-sites.ts'
import { createFileLinker } from './link-file.ts'
import { LinkInputError } from './link-errors.ts'
import type { Linker, LinkFile } from './link-types.ts'
import { createOverriders } from './overriders.ts'
import { createProgram } from './program.ts'
import { promoteFunctions } from './promote-functions.ts'
import { settleFlows } from './settle-flows.ts'

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
  const steps = createLinkerInSteps(files)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/**
 * {@link createLinker} in steps of some milliseconds, for whoever has other things to do in between: the linker is what the last one gives.
 *
 * @throws LinkInputError as `createLinker` does, at the first step.
 */
export function* createLinkerInSteps(files: readonly LinkFile[]): Generator<void, Linker, undefined> {
  const program = createProgram(files)
  const own = createEvaluation(program, noAugmentations)
  const augmentations = collectAugmentations(own)
  const evaluation = augmentations.isEmpty ? own : createEvaluation(program, augmentations)
  yield* settleFlows(evaluation, createFlowSites(program))
  promoteFunctions(evaluation)
  const externals: string[] = []
  const numbers = new Map<number, number>()
  const linkFile = createFileLinker(evaluation, createOverriders(evaluation), {
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

  return {
    externals,
    symbol(file, row) {
      checkFile(file, files.length)
      return program.symbol(file, row)
    },
    fileOf: (symbol) => program.owner[symbol]!,
    rowOf: (symbol) => program.row[symbol]!,
    linkFile(file) {
      checkFile(file, files.length)
      return linkFile(file)
    },
  }
}

function checkFile(file: number, limit: number): void {
  if (Number.isInteger(file) && file >= 0 && file < limit) return
  throw new LinkInputError(`There is no file ${file}: the linker was made from ${limit} files or fewer`, {
    hint: 'Refer to a file by its index in the list the linker was made from',
    details: { file },
  })
}
