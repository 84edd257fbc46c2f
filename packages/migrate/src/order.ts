import { MigrateCycleError, MigrateDependencyError, MigrateDuplicateError } from './errors.ts'

/** What the order is made from. */
export interface Ordered {
  readonly id: string
  readonly dependsOn: readonly string[]
}

type CallSite = (...args: never[]) => unknown

/**
 * For each id what has to run before it: its `dependsOn`, and the one before it in its own line.
 *
 * The ids come in the order to run them. Among those that are free to run
 * the smallest goes first, so the order does not depend on that of `migrations`.
 */
export function orderOf(migrations: readonly Ordered[], callSite: CallSite): ReadonlyMap<string, ReadonlySet<string>> {
  const waiting = requirements(migrations, callSite)
  const ordered = new Map<string, ReadonlySet<string>>()
  while (waiting.size > 0) {
    const next = [...waiting].find(([, before]) => [...before].every((id) => ordered.has(id)))
    if (next === undefined) throw cycleError(waiting, callSite)
    ordered.set(...next)
    waiting.delete(next[0])
  }
  return ordered
}

function requirements(migrations: readonly Ordered[], callSite: CallSite): Map<string, ReadonlySet<string>> {
  const sorted = migrations.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const ids = new Set(sorted.map(({ id }) => id))
  const lastOfLine = new Map<string, string>()
  const result = new Map<string, ReadonlySet<string>>()
  for (const { id, dependsOn } of sorted) {
    if (result.has(id)) throw duplicateError(id, callSite)
    const missing = dependsOn.find((dependency) => !ids.has(dependency))
    if (missing !== undefined) throw dependencyError(id, missing, callSite)
    const line = id.slice(0, id.lastIndexOf('/') + 1)
    const previous = lastOfLine.get(line)
    result.set(id, new Set(previous === undefined ? dependsOn : [previous, ...dependsOn]))
    lastOfLine.set(line, id)
  }
  return result
}

function duplicateError(id: string, callSite: CallSite): MigrateDuplicateError {
  return new MigrateDuplicateError(`Two migrations are named "${id}"`, {
    hint: 'Give each migration once, and each its own id',
    details: { id },
    callSite,
  })
}

function dependencyError(id: string, missing: string, callSite: CallSite): MigrateDependencyError {
  return new MigrateDependencyError(`Migration "${id}" depends on "${missing}", which is not among the migrations`, {
    hint: `Add the migrations of the package that defines "${missing}"`,
    details: { id, missing },
    callSite,
  })
}

function cycleError(waiting: ReadonlyMap<string, ReadonlySet<string>>, callSite: CallSite): MigrateCycleError {
  const path: string[] = []
  // Invariant: each waiting id waits for another waiting one, so the walk comes round.
  let id = [...waiting.keys()][0]!
  while (!path.includes(id)) {
    path.push(id)
    id = [...waiting.get(id)!].find((before) => waiting.has(before))!
  }
  const cycle = [...path.slice(path.indexOf(id)), id]
  return new MigrateCycleError(`Migrations depend on each other in a circle: ${cycle.join(' -> ')}`, {
    hint: 'Remove one of these dependencies; each migration also depends on the one before it in its own line',
    details: { cycle },
    callSite,
  })
}
