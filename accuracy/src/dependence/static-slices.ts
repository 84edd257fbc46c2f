import { lower } from '@forge/lang'
import {
  buildPdg,
  dataFlag,
  type ExceptionScope,
  type FileIr,
  FileProgram,
  type FunctionPdg,
  op,
  type Place,
  raiseAt,
  slice,
} from '@forge/pdg'

/** What Forge says of a program. */
export interface StaticSlices {
  /** How many lines do something. */
  readonly lines: number
  /** The lines that may affect a line, itself among them; empty where nothing is executed on it. */
  backward(line: number): Promise<ReadonlySet<number>>
  /** The lines that a line may affect, itself among them. */
  forward(line: number): Promise<ReadonlySet<number>>
  /**
   * Whether the graph of one function has a dependence of a line on another one: of data, with nothing of a third line in between, or of control, with conditions
   * in between that depend on each other. For data a line in between may be that of an object that has the other one in it.
   */
  dependsInside(line: number, on: number, kind: 'data' | 'control'): boolean
}

/** The slices of a program by which calls are thought to throw. */
export type SlicesByScope = Readonly<Record<ExceptionScope, StaticSlices>>

/** An instruction, and the lines where it is. */
interface PlacedInstruction extends Place {
  readonly lines: readonly number[]
}

/** The slices of a script by itself, as `@forge/pdg` makes them of one file. */
export function fileSlices(code: string): SlicesByScope {
  return { direct: slicesOf(code, 'direct'), all: slicesOf(code, 'all') }
}

function slicesOf(code: string, exceptions: ExceptionScope): StaticSlices {
  const file = lower({ text: code, language: 'javascript' })
  const program = new FileProgram(file)
  const places = placesIn(file, code)
  const known = new Map<string, ReadonlySet<number>>()
  const graphs: FunctionPdg[] = []
  const linesOf = async (direction: 'backward' | 'forward', line: number): Promise<ReadonlySet<number>> => {
    const key = `${direction} ${line}`
    const before = known.get(key)
    if (before !== undefined) return before
    const from = places.filter(({ lines }) => lines[0] === line)
    const { functions } = await slice(program, { from, direction, exceptions })
    const found = new Set(
      places.flatMap(({ function: id, instruction, lines }) =>
        functions.get(id)?.includes(instruction) === true ? lines : [],
      ),
    )
    known.set(key, found)
    return found
  }
  return {
    lines: new Set(places.flatMap(({ lines }) => lines)).size,
    backward: (line) => linesOf('backward', line),
    forward: (line) => linesOf('forward', line),
    dependsInside(line, on, kind) {
      return file.functions.some((ir, id) => {
        const linesAt = new Map(
          places.flatMap((one) => (one.function === id ? [[one.instruction, one.lines] as const] : [])),
        )
        const graph = (graphs[id] ??= buildPdg(ir, { throws: () => true }))
        return (kind === 'data' ? dependsByData : dependsByControl)(graph, linesAt, { line, on })
      })
    },
  }
}

type LinesAt = ReadonlyMap<number, readonly number[]>
type Pair = { readonly line: number; readonly on: number }

function dependsByData({ data }: FunctionPdg, linesAt: LinesAt, { line, on }: Pair): boolean {
  const seen = new Set(instructionsOn(line, linesAt))
  for (const node of seen) {
    for (let row = data.offsets[node]!; row < data.offsets[node + 1]!; row++) {
      const source = data.source[row]!
      const lines = linesAt.get(source)
      if (lines?.includes(on) === true) return true
      // What is in an object may be in one that is in it.
      const isDeep = (data.flags[row]! & dataFlag.deep) !== 0
      if (lines === undefined || lines.includes(line) || isDeep) seen.add(source)
    }
  }
  return false
}

function dependsByControl({ flow, control, data }: FunctionPdg, linesAt: LinesAt, { line, on }: Pair): boolean {
  const seen = new Set(instructionsOn(line, linesAt))
  for (const at of seen) {
    // By which way a `finally` is left depends on the one that it was entered by.
    if (!linesAt.has(at)) for (const way of data.source.subarray(data.offsets[at], data.offsets[at + 1])) seen.add(way)
    if (at >= flow.blockOf.length) continue
    const block = flow.blockOf[at]!
    for (const from of control.nodes.subarray(control.offsets[block], control.offsets[block + 1])) {
      const predicate = flow.first[from + 1]! - 1
      if (linesAt.get(predicate)?.includes(on) === true) return true
      seen.add(predicate)
    }
  }
  return false
}

function instructionsOn(line: number, linesAt: LinesAt): number[] {
  return [...linesAt].flatMap(([at, lines]) => (lines.includes(line) ? [at] : []))
}

/** The instructions of a file that are written in it. */
function placesIn({ functions }: FileIr, code: string): readonly PlacedInstruction[] {
  const lineOf = (offset: number): number => code.slice(0, offset).split('\n').length
  return functions.flatMap(({ start: from, instructions: { count, start, end, op: ops, a } }, id) => {
    const placed: PlacedInstruction[] = []
    for (let at = raiseAt + 1; at < count; at++) {
      if (end[at]! <= start[at]!) continue
      const lines = [lineOf(from + start[at]!)]
      if ((ops[at] === op.call || ops[at] === op.construct) && a[at]! >= 0) lines.push(lineOf(from + a[at]!))
      placed.push({ function: id, instruction: at, lines })
    }
    return placed
  })
}
