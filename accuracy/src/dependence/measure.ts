import { type Comparison, compareChange, compareRun, type Missing } from './compare.ts'
import type { HandSlice } from './hand-slices.ts'
import { runProgram } from './interpreter/run-program.ts'
import type { ExecutedProgram } from './programs.ts'
import type { SlicesByScope, StaticSlices } from './static-slices.ts'

/** What the numbers are that a program asks for, run by run. */
const allInputs = [
  [0, 0, 0, 0],
  [3, 7, 2, 5],
  [9, 4, 6, 1],
]

/** How a program compares with its runs. */
export interface ProgramResult {
  readonly category: string
  readonly name: string
  readonly code: string
  readonly runs: number
  /** Pairs of lines that depend directly in a run, in all runs. */
  readonly direct: number
  /** Pairs of lines that depend in a run, by way of others too. */
  readonly sliced: number
  /** How often a value was changed and the program ran to its end with it. */
  readonly changes: number
  /** How often it did not. */
  readonly unfinished: number
  /** What Forge lacks, each pair of lines once. */
  readonly missing: readonly Missing[]
  /** For all lines that did something: how many lines the usual backward slices have, those of the runs, and how many there are. */
  readonly lines: { readonly forge: number; readonly runs: number; readonly all: number }
}

/** How much is tried. */
export interface MeasureOptions {
  /** How many values are changed in each run, at most. */
  readonly changes: number
  /** Which of the programs' inputs are used. Default: all. */
  readonly inputs?: readonly (readonly number[])[]
}

/**
 * Runs a program and holds what it shows against its slices.
 *
 * @param slices by which calls are thought to throw. With `direct`, as is usual, they have to have what a run depended on; with `all` also what comes out
 * otherwise where a value is another one, since any call may throw then. The sizes are of the former.
 */
export async function measureProgram(
  { category, name, code }: ExecutedProgram,
  slices: SlicesByScope,
  { changes, inputs = allInputs }: MeasureOptions,
): Promise<ProgramResult> {
  const missing = new Map<string, Missing>()
  const note = (found: readonly Missing[]): void => {
    for (const one of found) missing.set(`${one.kind} ${one.line} ${one.on}`, one)
  }
  const total = { direct: 0, sliced: 0, changes: 0, unfinished: 0 }
  const dynamic = new Map<number, Set<number>>()
  for (const input of inputs) {
    const run = await runProgram(code, { inputs: input })
    if (run.error !== undefined) throw new Error(`${category}: ${name} ends with an error`, { cause: run.error })
    const found: Comparison = await compareRun(run, slices.direct)
    total.direct += found.direct
    total.sliced += found.sliced
    note(found.missing)
    for (const [line, on] of found.slices) dynamic.set(line, new Set([...(dynamic.get(line) ?? []), ...on]))
    const step = Math.max(1, Math.ceil(run.changeable.length / changes))
    for (let at = 0; at < run.changeable.length; at += step) {
      const other = await compareChange(code, { inputs: input, event: run.changeable[at]!, run }, slices.all)
      if (other === undefined) total.unfinished++
      else total.changes++
      note(other ?? [])
    }
  }
  const lines = { forge: 0, runs: 0, all: 0 }
  for (const [line, on] of dynamic) {
    lines.forge += (await slices.direct.backward(line)).size
    lines.runs += on.size
    lines.all += slices.direct.lines
  }
  return { category, name, code, runs: inputs.length, ...total, missing: [...missing.values()], lines }
}

/** How a slice compares with the one that was made by hand. */
export interface HandResult {
  readonly slice: HandSlice
  readonly found: readonly number[]
  /** Lines that belong to it and are not there. */
  readonly missing: readonly number[]
}

export async function measureHandSlice(slice: HandSlice, slices: StaticSlices): Promise<HandResult> {
  const found = await slices[slice.direction](slice.line)
  return {
    slice,
    found: [...found].toSorted((a, b) => a - b),
    missing: slice.smallest.filter((line) => !found.has(line)),
  }
}
