import { currentLoad, describeMachine, type Machine, workspaceRevision } from './machine.ts'

/** When, where and on what a benchmark was run. */
export interface RunContext {
  readonly measuredAt: string
  /** The commit that was measured. */
  readonly revision: string | null
  readonly machine: Machine
  /** The machine's load average over a minute, before and after. */
  readonly load: { readonly before: number; readonly after: number }
}

/** The context of a run that ends now and began at the given load. */
export function runContext(loadBefore: number): RunContext {
  return {
    measuredAt: new Date().toISOString(),
    revision: workspaceRevision() ?? null,
    machine: describeMachine(),
    load: { before: loadBefore, after: currentLoad() },
  }
}

/** The context as one sentence. */
export function describeRun({ measuredAt, revision, machine, load }: RunContext): string {
  return (
    `Measured ${measuredAt.slice(0, 10)}${revision === null ? '' : ` at commit ${revision}`} on ` +
    `${machine.cores} cores (${machine.processor}), ${Math.round(machine.memoryBytes / 2 ** 30)} GiB, ${machine.kernel}, ` +
    `Node ${machine.node}; load average ${load.before} before, ${load.after} after.`
  )
}
