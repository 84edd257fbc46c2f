import { BenchUsageError } from './bench-errors.ts'

/**
 * The value of `--rounds`.
 *
 * @throws {BenchUsageError} it is not a whole number from 1.
 */
export function roundCount(text: string): number {
  const rounds = Number(text)
  if (Number.isInteger(rounds) && rounds >= 1) return rounds
  throw new BenchUsageError(`--rounds is ${text}, which is not a whole number from 1`)
}

/**
 * The value of `--only`, names with commas between them; `undefined` where it is not given.
 *
 * @param what what the names are names of
 * @throws {BenchUsageError} it names nothing, or something that is not there.
 */
export function chosenNames(
  text: string | undefined,
  what: string,
  all: readonly string[],
): readonly string[] | undefined {
  const names = text?.split(',').filter((name) => name !== '')
  const unknown = names?.find((name) => !all.includes(name))
  if (unknown === undefined && names?.length !== 0) return names
  throw new BenchUsageError(unknown === undefined ? `--only names no ${what}` : `There is no ${what} ${unknown}`, {
    hint: `Choose from ${all.join(', ')}`,
  })
}
