import { nodeKinds, type NodeKind } from '@forge/graph'
import { parseBytes, parseDuration, parseTime } from '@forge/runs'
import { InvalidArgumentError } from 'commander'
import { UsageError } from '../errors.ts'

/** A whole number, 0 or more. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A whole number from 0 to 999999999 is needed.')
  return Number(text)
}

/** A port; 0 for any that is free. */
export function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('A number from 0 to 65535 is needed.')
  return Number(text)
}

/** A whole number from 1 to 999. */
export function positiveNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('A whole number from 1 to 999 is needed.')
  return Number(text)
}

/** A version is a number of migrations; anything else is the id of one. */
export function migrationTarget(text: string): string | number {
  return /^\d{1,9}$/.test(text) ? Number(text) : text
}

/** A whole number, 1 or more. */
export function distance(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('A whole number from 1 is needed.')
  return Number(text)
}

/** Seconds, with a fraction or without. */
export function seconds(text: string): number {
  if (!/^\d{1,6}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('A number of seconds is needed.')
  return Number(text)
}

/** A length of time such as `30s` or `12h`, in milliseconds. */
export function milliseconds(text: string): number {
  const value = parseDuration(text)
  if (value === undefined) throw new InvalidArgumentError('A length of time is needed, such as 30s, 5m, 12h or 30d.')
  return value
}

/** A size such as `50kB` or `1GiB`, in bytes. */
export function byteCount(text: string): number {
  const value = parseBytes(text)
  if (value === undefined) throw new InvalidArgumentError('A size is needed, such as 1200, 50kB or 1GiB.')
  return value
}

/** A moment such as `2026-11-01` or `7d`, which is that long ago, in milliseconds since the epoch. Throws `FORGE_USAGE`. */
export function momentOf(text: string): number {
  const moment = parseTime(text, Date.now())
  if (moment !== undefined) return moment
  throw new UsageError(`${text} is no time`, {
    hint: 'Write 2026-11-01, 2026-11-01T12:30Z, today, or 7d for seven days ago',
  })
}

/** A kind of symbol. Throws `FORGE_USAGE`. */
export function needKind(kind: string): NodeKind {
  const known = nodeKinds.find((name) => name === kind)
  if (known !== undefined) return known
  throw new UsageError(`${kind} is not a kind of symbol`, { hint: `Kinds: ${nodeKinds.join(' ')}`, details: { kind } })
}
