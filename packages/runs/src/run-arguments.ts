import { RunInvalidError } from './errors.ts'
import type { RunProcess } from './run-types.ts'
import { mostSummaryText } from './snapshot-facts.ts'

type CallSite = (...args: never[]) => unknown

/** Tells which argument cannot be, and what can. */
export function invalid(name: string, wanted: string, value: unknown, callSite: CallSite): RunInvalidError {
  return new RunInvalidError(`The argument ${name} must be ${wanted}, not ${shown(value)}`, {
    hint: `Give ${wanted} as ${name}`,
    details: { argument: name },
    callSite,
  })
}

/** @throws `FORGE_RUN_INVALID` unless it is a text of up to 2,000 UTF-16 units that can be kept as it is */
export function requireText(name: string, value: unknown, callSite: CallSite): string {
  if (typeof value !== 'string' || value.length > mostSummaryText || !value.isWellFormed()) {
    throw invalid(name, `a text of up to ${mostSummaryText} characters`, value, callSite)
  }
  return value
}

/** {@link requireText} for what may be missing. */
export function optionalText(name: string, value: unknown, callSite: CallSite): string | null {
  return value === undefined || value === null ? null : requireText(name, value, callSite)
}

/** @throws `FORGE_RUN_INVALID` unless it is an integer of the range */
export function requireInteger(
  name: string,
  value: unknown,
  [least, most]: readonly [number, number],
  callSite: CallSite,
): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) {
    const wanted =
      most === Number.MAX_SAFE_INTEGER ? `an integer, ${least} or more` : `an integer from ${least} to ${most}`
    throw invalid(name, wanted, value, callSite)
  }
  return value
}

/** {@link requireInteger} for what may be missing. */
export function optionalInteger(name: string, value: unknown, callSite: CallSite): number | null {
  return value === undefined || value === null
    ? null
    : requireInteger(name, value, [0, Number.MAX_SAFE_INTEGER], callSite)
}

/** @throws `FORGE_RUN_INVALID` unless it is a length of time */
export function requireMilliseconds(name: string, value: unknown, callSite: CallSite): void {
  if (typeof value !== 'number' || !(value >= 0)) throw invalid(name, 'milliseconds, 0 or more', value, callSite)
}

/** @throws `FORGE_RUN_INVALID` unless it is a list of tags; they come back sorted by code unit, each once */
export function requireTags(value: unknown, callSite: CallSite): readonly string[] {
  if (!Array.isArray(value)) throw invalid('tags', 'a list of texts', value, callSite)
  const tags = value.map((tag: unknown) => {
    if (typeof tag === 'string' && /^[^\s\p{C}](?:[^\p{C}]{0,198}[^\s\p{C}])?$/u.test(tag)) return tag
    throw invalid('tags', 'texts of 1 to 200 characters, on one line, without spaces around them', tag, callSite)
  })
  if (new Set(tags).size > 1000) throw invalid('tags', 'a list of up to 1000 texts', value.length, callSite)
  return [...new Set(tags)].toSorted(byCodeUnit)
}

/** @throws `FORGE_RUN_INVALID` unless it is a process */
export function requireProcess(value: unknown, callSite: CallSite): RunProcess {
  if (typeof value !== 'object' || value === null)
    throw invalid('process', 'an object with host and pid', value, callSite)
  const { host, pid, start } = value as { readonly [name: string]: unknown }
  return {
    host: requireText('process.host', host, callSite),
    pid: requireInteger('process.pid', pid, [0, 2 ** 31], callSite),
    start: optionalText('process.start', start, callSite),
  }
}

/** Orders texts the same everywhere. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** A value for a message, cut short. */
export function shown(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 60 ? `a text of ${value.length} characters` : JSON.stringify(value)
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value)
}
