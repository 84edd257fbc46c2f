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

/**
 * The targets that the `exports` or `imports` of a package give for an entry (`.`, `./sub`, `#name`),
 * those closest to the source first; undefined when there is no such entry. Follows "Package entry
 * points" and "Subpath patterns" of the Node.js manual, but takes every condition as met.
 */
export function entryTargets(map: unknown, entry: string): readonly string[] | undefined {
  const entries = isRecord(map) && Object.keys(map).some(isEntryName) ? map : { '.': map }
  const exact = entry.includes('*') ? undefined : entries[entry]
  if (exact !== undefined) return targetsOf(exact)
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
  return targetsOf(entries[key]).map((target) =>
    key.includes('*') ? target.replaceAll('*', () => middle) : `${target}${middle}`,
  )
}

function isEntryName(key: string): boolean {
  return key.startsWith('.') || key.startsWith('#')
}

function targetsOf(target: unknown): string[] {
  const found: { readonly target: string; readonly rank: readonly number[] }[] = []
  const visit = (value: unknown, rank: readonly number[]): void => {
    if (typeof value === 'string') found.push({ target: value, rank })
    else if (Array.isArray(value)) for (const item of value) visit(item, rank)
    else if (isRecord(value)) for (const [key, item] of Object.entries(value)) visit(item, [...rank, rankOf(key)])
  }
  visit(target, [])
  return [...new Set(found.toSorted((a, b) => compareRanks(a.rank, b.rank)).map(({ target }) => target))]
}

function rankOf(condition: string): number {
  return conditionOrder.indexOf(condition.replace(/^types@.*/, 'types')) + 1
}

/** By the best condition anywhere on the way, so that `{ import: { source } }` comes before `{ default }`. */
function compareRanks(a: readonly number[], b: readonly number[]): number {
  return Math.min(...a, conditionOrder.length) - Math.min(...b, conditionOrder.length)
}
