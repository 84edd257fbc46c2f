import { RunSnapshotError } from './errors.ts'

/** A JSON text and the value it stands for. */
export interface JsonText {
  readonly text: string
  readonly value: unknown
}

type CallSite = (...args: never[]) => unknown

/**
 * The JSON text of what is to be kept: a string is taken for JSON and kept as it is, anything else is written as JSON.
 *
 * Invariant: `JSON.parse(text)` equals what was given. What JSON would drop or change in silence is refused; only properties
 * that are undefined are left out, and objects with `toJSON` are what that returns.
 *
 * @param name what the value is called in errors
 * @throws `FORGE_RUN_SNAPSHOT`
 */
export function toJsonText(input: unknown, name: string, callSite: CallSite): JsonText {
  if (typeof input === 'string') return parseText(input, name, callSite)
  let text: string | undefined
  try {
    text = JSON.stringify(input)
  } catch (error) {
    const problem = findProblem(input) ?? {
      path: '$',
      why: `it cannot be written: ${messageOf(error)}`,
    }
    throw refused(name, problem, callSite, error)
  }
  if (isPlainJson(input, 0)) return { text, value: input }
  const problem = findProblem(input)
  if (problem !== undefined) throw refused(name, problem, callSite)
  if (text === undefined) throw refused(name, { path: '$', why: 'it has no JSON form' }, callSite)
  return { text, value: JSON.parse(text) }
}

function parseText(text: string, name: string, callSite: CallSite): JsonText {
  const position = text.search(loneSurrogate)
  if (position >= 0) {
    throw new RunSnapshotError(`The ${name} has half a surrogate pair at ${position}, which UTF-8 cannot hold`, {
      hint: 'Write it as an escape such as \\ud800',
      details: { snapshot: name, position },
      callSite,
    })
  }
  try {
    return { text, value: JSON.parse(text) }
  } catch (error) {
    throw new RunSnapshotError(`The ${name} is a text that is not JSON: ${messageOf(error)}`, {
      hint: 'Give JSON, or a value that is no string; a string itself is given as JSON.stringify(string)',
      details: { snapshot: name, ...positionOf(error) },
      cause: error,
      callSite,
    })
  }
}

const loneSurrogate = /\p{Surrogate}/u

/** Deeper than this, {@link isPlainJson} leaves the answer to {@link findProblem}, which needs no stack. */
const deepest = 500

/** Whether a value surely is what JSON says of it: the quick answer for what nearly everyone gives. */
function isPlainJson(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean'
  if (value === null) return true
  if (depth === deepest || 'toJSON' in value) return false
  if (Array.isArray(value)) {
    for (const each of value) if (!isPlainJson(each, depth + 1)) return false
    return true
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  for (const each of Object.values(value)) if (each !== undefined && !isPlainJson(each, depth + 1)) return false
  return true
}

interface Problem {
  readonly path: string
  readonly why: string
}

interface Place {
  readonly value: unknown
  readonly key: string
  readonly parent: Place | undefined
  /** Whether it is what a `toJSON` returned. */
  readonly form: boolean
}

/** The first thing in a value that has no JSON form, with where it is. */
function findProblem(root: unknown): Problem | undefined {
  const seen = new Set<object>()
  const pending: Place[] = [{ value: root, key: '$', parent: undefined, form: false }]
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { value } = place
    const why = whyNotJson(value, place.form)
    if (why !== undefined) return { path: pathOf(place), why }
    if (typeof value !== 'object' || value === null) continue
    if (!place.form && hasOwnForm(value)) {
      pending.push({ value: value.toJSON(''), key: '', parent: place, form: true })
      continue
    }
    if (seen.has(value)) {
      const before = above(place, value)
      if (before !== undefined) return { path: pathOf(place), why: `it refers back to ${pathOf(before)}` }
      continue
    }
    seen.add(value)
    for (const child of childrenOf(value, place).toReversed()) pending.push(child)
  }
  return undefined
}

function above(place: Place, value: object): Place | undefined {
  for (let each = place.parent; each !== undefined; each = each.parent) if (each.value === value) return each
  return undefined
}

function childrenOf(value: object, parent: Place): readonly Place[] {
  if (Array.isArray(value)) {
    return Array.from(value, (child: unknown, index) => ({ value: child, key: `[${index}]`, parent, form: false }))
  }
  return Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .map(([key, child]: [string, unknown]) => ({ value: child, key: keyText(key), parent, form: false }))
}

function whyNotJson(value: unknown, form: boolean): string | undefined {
  switch (typeof value) {
    case 'undefined':
      return 'it is undefined'
    case 'function':
    case 'symbol':
    case 'bigint':
      return `it is a ${typeof value}`
    case 'number':
      return Number.isFinite(value) ? undefined : `it is ${value}`
    case 'object':
      if (value === null || (!form && hasOwnForm(value))) return undefined
      return plainTags.has(Object.prototype.toString.call(value)) ? undefined : `it is a ${className(value)}`
    default:
      return undefined
  }
}

/** What `Object.prototype.toString` says of the objects JSON writes in full. */
const plainTags: ReadonlySet<string> = new Set([
  '[object Object]',
  '[object Array]',
  '[object String]',
  '[object Number]',
  '[object Boolean]',
])

function hasOwnForm(value: object): value is { toJSON(key: string): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}

function className(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}

function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 100))}]`
}

function pathOf(place: Place): string {
  const keys: string[] = []
  for (let each: Place | undefined = place; each !== undefined; each = each.parent) keys.push(each.key)
  const path = keys.toReversed()
  const text = path.length > 60 ? [...path.slice(0, 30), '…', ...path.slice(-30)].join('') : path.join('')
  return text.length > 1000 ? `${text.slice(0, 1000)}…` : text
}

function refused(name: string, { path, why }: Problem, callSite: CallSite, cause?: unknown): RunSnapshotError {
  return new RunSnapshotError(`The ${name} cannot be kept as JSON: ${path}: ${why}`, {
    hint: 'Give null, booleans, finite numbers, strings, arrays and plain objects of those, not nested too deeply',
    details: { snapshot: name, path },
    callSite,
    ...(cause === undefined ? {} : { cause }),
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function positionOf(error: unknown): { readonly position?: number } {
  const found = /position (\d+)/.exec(messageOf(error))
  return found === null ? {} : { position: Number(found[1]) }
}
