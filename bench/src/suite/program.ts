import type { ProgramAnswer, ProgramRequest } from './measurement.ts'

/** Runs a program of the benchmark: the request comes as its argument, the answer goes to standard output. */
export async function runProgram(
  measure: (request: ProgramRequest) => ProgramAnswer | Promise<ProgramAnswer>,
): Promise<void> {
  const request = JSON.parse(process.argv[2] ?? '') as ProgramRequest
  process.stdout.write(JSON.stringify(await measure(request)))
}

/**
 * A number of the request's size.
 *
 * @throws {RangeError} it has no such number.
 */
export function sizeOf({ size }: ProgramRequest, name: string): number {
  const value = size[name]
  if (value === undefined) throw new RangeError(`The size has no ${name}`)
  return value
}

/** The one side of a request that is run alone. */
export function onlySide({ sides }: ProgramRequest): string {
  const [side, ...others] = sides
  if (side === undefined || others.length > 0) throw new RangeError('This program measures one side at a time')
  return side
}
