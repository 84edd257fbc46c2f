import { type Run, runProgram } from './interpreter/run-program.ts'
import type { StaticSlices } from './static-slices.ts'

/** A dependence that a run has and that Forge does not know. */
export interface Missing {
  readonly kind: 'data' | 'control' | 'slice' | 'forward slice' | 'change'
  /** The line that depends. */
  readonly line: number
  /** The line that it depends on. */
  readonly on: number
}

interface Direct extends Missing {
  readonly kind: 'data' | 'control'
  /** Whether both happened in one call of a function. */
  readonly isInside: boolean
}

/** What a run has shown of dependences between lines. */
export interface Comparison {
  /** How many pairs of lines depend directly. */
  readonly direct: number
  /** How many pairs of lines depend, directly or not. */
  readonly sliced: number
  readonly missing: readonly Missing[]
  /** For each line those that it has depended on, itself among them. */
  readonly slices: ReadonlyMap<number, ReadonlySet<number>>
}

/** Holds the slices of a program against what a run of it has shown. */
export async function compareRun(run: Run, slices: StaticSlices): Promise<Comparison> {
  const direct = new Map<string, Direct>()
  const sliced = new Map<string, Missing>()
  const affected = new Map<string, Missing>()
  const slicesOf = new Map<number, Set<number>>()
  /** For each event the lines that it depends on, and of them those whose values it depends on, not only that their code runs. */
  const known: { readonly lines: Set<number>; readonly values: Set<number> }[] = []
  for (const event of run.events) {
    const line = run.lineOf(event)
    const lines = new Set(line > 0 ? [line] : [])
    const values = new Set<number>()
    known[event.id] = { lines, values }
    for (const kind of ['data', 'control'] as const) {
      for (const source of event[kind]) {
        const on = run.lineOf(source)
        const isInside = source.activation === event.activation && !source.isCode
        note(direct, { kind, line, on, isInside })
        const before = known[source.id]!
        for (const one of before.lines) lines.add(one)
        for (const one of before.values) values.add(one)
        if (!source.isCode) values.add(on)
      }
    }
    // By which function a line calls it is not affected itself.
    if (event.isCode) values.delete(line)
    for (const on of lines) note(sliced, { kind: 'slice', line, on })
    if (line > 0) slicesOf.set(line, new Set([...(slicesOf.get(line) ?? []), ...lines]))
    for (const on of values) note(affected, { kind: 'forward slice', line, on })
  }
  const missing: Missing[] = []
  for (const pair of [...direct.values(), ...sliced.values()]) {
    if (!(await slices.backward(pair.line)).has(pair.on)) missing.push(pair)
  }
  for (const { kind, line, on, isInside } of direct.values()) {
    if (isInside && !slices.dependsInside(line, on, kind)) missing.push({ kind, line, on })
  }
  for (const pair of affected.values()) {
    if (!(await slices.forward(pair.on)).has(pair.line)) missing.push(pair)
  }
  return { direct: direct.size, sliced: sliced.size, missing: withoutFollowing(missing), slices: slicesOf }
}

/** A slice is said to lack something only where no direct dependence is missing. */
function withoutFollowing(missing: readonly Missing[]): readonly Missing[] {
  const direct = missing.filter(({ kind }) => kind === 'data' || kind === 'control')
  return direct.length > 0 ? direct : missing
}

/**
 * Runs a program again with one value changed, and tells which lines had other values then without being in the slice of what was changed.
 *
 * @param event the id of an event whose value can be changed
 * @returns undefined where the changed program does not come to its end
 */
export async function compareChange(
  code: string,
  { inputs, event, run }: { readonly inputs: readonly number[]; readonly event: number; readonly run: Run },
  slices: StaticSlices,
): Promise<readonly Missing[] | undefined> {
  const other = await runProgram(code, { inputs, change: { event } })
  if (other.error !== undefined) return undefined
  const on = run.lineOf(run.events[event]!)
  const missing: Missing[] = []
  for (const line of new Set([...run.values.keys(), ...other.values.keys()])) {
    if (line === 0) continue
    const [before, after] = [run.values.get(line) ?? [], other.values.get(line) ?? []]
    if (before.length === after.length && before.every((value, index) => value === after[index])) continue
    const pair: Missing = { kind: 'change', line, on }
    if (!(await slices.forward(on)).has(line) || !(await slices.backward(line)).has(on)) missing.push(pair)
  }
  return missing
}

function note<Pair extends Missing>(pairs: Map<string, Pair>, pair: Pair): void {
  if (pair.line !== pair.on && pair.line > 0 && pair.on > 0) pairs.set(`${pair.kind} ${pair.line} ${pair.on}`, pair)
}
