import { graphsOf } from './graph-calls.ts'
import { observeCalls } from './observed-calls.ts'
import type { Program } from './programs.ts'

/** How the graph of one program compares with what it does. */
export interface ProgramResult extends Program {
  /** The calls that were made, by the names of the graph. */
  readonly observed: readonly string[]
  /** Of these, what the graph does not have. */
  readonly missing: readonly string[]
  readonly graph: readonly string[]
  /** What the graph has and no input can make. */
  readonly spurious: readonly string[]
}

/** Runs programs and holds the graph of each against the calls that were made, and those that can be. */
export async function measurePrograms(programs: readonly Program[]): Promise<readonly ProgramResult[]> {
  const graphs = await graphsOf(programs)
  const results: ProgramResult[] = []
  for (const [index, program] of programs.entries()) {
    const { calls, nameOf } = graphs[index]!
    const observed = new Set<string>()
    for (const { caller, callee } of await observeCalls(program.files)) {
      const [from, to] = [nameOf(caller), nameOf(callee)]
      // A function without a name is part of what calls it there.
      if (from !== to || caller.fn === callee.fn) observed.add(`${from} > ${to}`)
    }
    const possible = new Set([...program.calls.split(', '), ...observed])
    results.push({
      ...program,
      observed: [...observed],
      missing: [...observed].filter((call) => !calls.has(call)),
      graph: [...calls],
      spurious: [...calls].filter((call) => !possible.has(call)),
    })
  }
  return results
}
