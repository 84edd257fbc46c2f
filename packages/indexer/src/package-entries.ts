import { isRecord } from './config-files.ts'

/**
 * Conditions by how close to the source they tend to lead. A condition that is not here is one of the
 * package's own (`@acme/source`), which exist to lead to source.
 */
const conditionOrder = [
  'source',
  'development',
  'types',
  'import',
  'module-sync',
  'module',
  'default',
  'node',
  'require',
  'browser',
  'production',
  'node-addons',
  'bun',
  'deno',
  'worker',
  'workerd',
  'edge-light',
  'react-server',
  'react-native',
  'electron',
  'style',
]

/** What of a package is read: the source it is built from, or what the compiler sees of it where it is installed. */
export type PackagePreference = 'source' | 'types'

/**
 * The targets that the `exports` or `imports` of a package give for an entry (`.`, `./sub`, `#name`),
 * the preferred ones first; undefined when there is no such entry. Follows "Package entry
 * points" and "Subpath patterns" of the Node.js manual, but takes every condition as met.
 */
export function entryTargets(
  map: unknown,
  entry: string,
  preference: PackagePreference = 'source',
): readonly string[] | undefined {
  const entries = isRecord(map) && Object.keys(map).some(isEntryName) ? map : { '.': map }
  const exact = entry.includes('*') ? undefined : entries[entry]
  if (exact !== undefined) return targetsOf(exact, preference)
  let best: { readonly key: string; readonly middle: string } | undefined
  for (const key of Object.keys(entries)) {
    const star = key.indexOf('*')
    const before = star === -1 ? (key.endsWith('/') ? key : undefined) : key.slice(0, star)
    if (before === undefined || !entry.startsWith(before) || entry === before) continue
    const after = star === -1 ? '' : key.slice(star + 1)
    if (!entry.endsWith(after) || entry.length < before.length + after.length) continue
    if (best !== undefined && best.key.length >= key.length) continue
    best = { key, middle: entry.slice(before.length, entry.length - after.length) }
  }
  if (best === undefined) return undefined
  const { key, middle } = best
  return targetsOf(entries[key], preference).map((target) =>
    key.includes('*') ? target.replaceAll('*', () => middle) : `${target}${middle}`,
  )
}

function isEntryName(key: string): boolean {
  return key.startsWith('.') || key.startsWith('#')
}

function targetsOf(target: unknown, preference: PackagePreference): string[] {
  const found: { readonly target: string; readonly rank: number }[] = []
  const rankOf = preference === 'source' ? rankBySource : rankByTypes
  const visit = (value: unknown, conditions: readonly string[]): void => {
    if (typeof value === 'string') found.push({ target: value, rank: rankOf(conditions) })
    else if (Array.isArray(value)) for (const item of value) visit(item, conditions)
    else if (isRecord(value)) for (const [key, item] of Object.entries(value)) visit(item, [...conditions, key])
  }
  visit(target, [])
  return [...new Set(found.toSorted((a, b) => a.rank - b.rank).map(({ target }) => target))]
}

/** By the best condition anywhere on the way, so that `{ import: { source } }` comes before `{ default }`. */
function rankBySource(conditions: readonly string[]): number {
  const ranks = conditions.map((condition) => conditionOrder.indexOf(condition.replace(/^types@.*/, 'types')) + 1)
  return Math.min(...ranks, conditionOrder.length)
}

/** Conditions that a compiler of today that compiles for Node.js meets. */
const compilerConditions: ReadonlySet<string> = new Set([
  'types',
  'import',
  'node',
  'module-sync',
  'require',
  'default',
])

/** As a compiler takes them: types first; what it would take under no condition, or for a compiler of the past, comes last. */
function rankByTypes(conditions: readonly string[]): number {
  const taken = conditions.map((condition) => (condition.startsWith('types@>') ? 'types' : condition))
  if (!taken.every((condition) => compilerConditions.has(condition))) return conditionOrder.length
  return taken.includes('types') ? 0 : Math.min(...taken.map((condition) => conditionOrder.indexOf(condition)))
}
