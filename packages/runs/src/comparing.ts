import { type JsonDifference, jsonDifferences } from './json-difference.ts'
import { getRun, listLimits } from './reading.ts'
import type { RunContext } from './run-context.ts'
import type { RunRecord, RunSummary, StepRecord } from './run-types.ts'
import type { Snapshot } from './snapshot.ts'
import { stepsOf } from './steps.ts'

/** A recorded step that only one run has, or that two runs made differently. */
export interface StepDifference {
  readonly name: string
  /** Where it is in each run; null where it is not. */
  readonly before: number | null
  readonly after: number | null
  /** Of `name`, `tool`, `status`, `error`, `durationMs` and `output`; none of a step that only one run has. */
  readonly differences: readonly JsonDifference[]
}

/** What differs between two runs. */
export interface RunComparison {
  readonly before: RunSummary
  readonly after: RunSummary
  /** Whether nothing differs. */
  readonly same: boolean
  /**
   * Of `planId`, `objective`, `status`, `success`, `error`, `tags`, `parent`, `revision`, `commit`, `durationMs` and
   * `steps`.
   */
  readonly summary: readonly JsonDifference[]
  readonly plan: readonly JsonDifference[]
  readonly execution: readonly JsonDifference[]
  /** Paired by id, or name where there is none: the first of that name with the first, and so on. */
  readonly steps: readonly StepDifference[]
}

/** Compares two runs. */
export async function compareRuns(context: RunContext, before: string, after: string): Promise<RunComparison> {
  const [left, right] = [await getRun(context, before), await getRun(context, after)]
  const [leftSteps, rightSteps] = [await allSteps(context, before), await allSteps(context, after)]
  const summary = jsonDifferences(comparable(left), comparable(right))
  const plan = snapshotDifferences(left.plan, right.plan)
  const execution = snapshotDifferences(left.execution, right.execution)
  const steps = stepDifferences(leftSteps, rightSteps)
  return {
    before: summaryOnly(left),
    after: summaryOnly(right),
    same: [summary, plan, execution, steps].every(({ length }) => length === 0),
    summary,
    plan,
    execution,
    steps,
  }
}

async function allSteps(context: RunContext, id: string): Promise<readonly StepRecord[]> {
  const steps: StepRecord[] = []
  for (let next: number | null = -1; next !== null;) {
    const page = await stepsOf(context, id, { after: next, limit: listLimits[1] }, allSteps)
    steps.push(...page.steps)
    next = page.next
  }
  return steps
}

function comparable(run: RunSummary): object {
  const { planId, objective, status, success, error, tags, parent, revision, commit, durationMs, steps } = run
  return { planId, objective, status, success, error, tags, parent, revision, commit, durationMs, steps }
}

function summaryOnly({ plan: _plan, execution: _execution, ...summary }: RunRecord): RunSummary {
  return summary
}

function snapshotDifferences(before: Snapshot | null, after: Snapshot | null): readonly JsonDifference[] {
  if (before?.text === after?.text) return []
  if (before === null) return [{ path: [], kind: 'added', after: after?.value() }]
  if (after === null) return [{ path: [], kind: 'removed', before: before.value() }]
  return jsonDifferences(before.value(), after.value())
}

function stepDifferences(before: readonly StepRecord[], after: readonly StepRecord[]): readonly StepDifference[] {
  const [left, right] = [byIdentity(before), byIdentity(after)]
  const found: StepDifference[] = []
  for (const [key, step] of left) {
    const other = right.get(key)
    if (other === undefined) found.push({ name: step.name, before: step.position, after: null, differences: [] })
    else {
      const differences = jsonDifferences(comparableStep(step), comparableStep(other))
      if (differences.length > 0) {
        found.push({ name: step.name, before: step.position, after: other.position, differences })
      }
    }
  }
  for (const [key, step] of right) {
    if (!left.has(key)) found.push({ name: step.name, before: null, after: step.position, differences: [] })
  }
  return found
}

function comparableStep({ name, tool, status, error, durationMs, output }: StepRecord): object {
  return { name, tool, status, error, durationMs, ...(output === null ? {} : { output: output.value() }) }
}

function byIdentity(steps: readonly StepRecord[]): ReadonlyMap<string, StepRecord> {
  const counts = new Map<string, number>()
  return new Map(
    steps.map((step) => {
      const identity = JSON.stringify(step.id === null ? ['name', step.name] : ['id', step.id])
      const count = (counts.get(identity) ?? 0) + 1
      counts.set(identity, count)
      return [`${identity} ${count}`, step]
    }),
  )
}
