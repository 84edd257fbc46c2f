/** Numbers from `from` up to, and without, `to`. */
export interface NumberRange {
  readonly from: number
  readonly to: number
}

/** Reads a value; undefined for what it cannot be. Relative times are before `now`, in milliseconds since the epoch. */
export type ReadRange = (text: string, now: number) => NumberRange | undefined

/** Milliseconds of a text such as `250ms`, `30s` or `1h30m`; undefined for what is none. */
export function parseDuration(text: string): number | undefined {
  return readDuration(text, 0)?.from
}

/** Bytes of a text such as `1200`, `50kB` or `1.5MiB`; undefined for what are none. */
export function parseBytes(text: string): number | undefined {
  return readBytes(text, 0)?.from
}

/**
 * Milliseconds since the epoch of a text such as `2026-11-01`, `today` or `7d`, which is that long before `now`: of a day, its
 * beginning. Undefined for what is no time.
 */
export function parseTime(text: string, now: number): number | undefined {
  return readTime(text, now)?.from
}

/** A whole number. */
export const readWholeNumber: ReadRange = (text) => (/^\d{1,15}$/.test(text) ? one(Number(text)) : undefined)

const byteUnits: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
}

/** `1200`, `50kB`, `1.5MiB`. */
export const readBytes: ReadRange = (text) => {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)([a-z]{0,3})$/i.exec(text)
  const unit = match === null ? undefined : byteUnits[match[2]!.toLowerCase() || 'b']
  return unit === undefined ? undefined : one(Math.round(Number(match![1]) * unit))
}

const timeUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** `250ms`, `30s`, `1.5h`, `1h30m`: milliseconds. */
export const readDuration: ReadRange = (text) => {
  if (text.length > 60 || !/^(?:\d{1,12}(?:\.\d{1,6})?(?:ms|[smhdw]))+$/.test(text)) return undefined
  let sum = 0
  for (const [, number, unit] of text.matchAll(/([\d.]+)(ms|[smhdw])/g)) sum += Number(number) * timeUnits[unit!]!
  return one(Math.round(sum))
}

/**
 * `2026`, `2026-11`, `2026-11-01`, `2026-11-01T12:30`, with seconds, fractions and a zone; without one it is UTC: all of that year,
 * month, day, minute, second or millisecond. `today`, `yesterday` and `now`; `7d` is that long ago.
 */
export const readTime: ReadRange = (text, now) => {
  const day = timeUnits['d']!
  const today = now - (((now % day) + day) % day)
  if (text === 'now') return one(now)
  if (text === 'today') return { from: today, to: today + day }
  if (text === 'yesterday') return { from: today - day, to: today }
  const ago = readDuration(text, now)
  return ago === undefined ? readDate(text) : one(now - ago.from)
}

const date =
  /^(?<year>\d{4})(?:-(?<month>\d{2})(?:-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?<fraction>\.\d{1,3})?)?(?<zone>z|[+-]\d{2}:?\d{2})?)?)?)?$/i

function readDate(text: string): NumberRange | undefined {
  const groups = date.exec(text)?.groups
  if (groups === undefined) return undefined
  const { year, month, day, hour, minute, second, fraction, zone = 'Z' } = groups
  const from = Date.parse(
    `${year}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}${(fraction ?? '.000').padEnd(4, '0')}${zone.toUpperCase().replace(/^(.\d{2})(\d{2})$/, '$1:$2')}`,
  )
  // What Date takes for a day of the next month, such as the 31st of a short one, is no day.
  const isDay =
    new Date(Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1))).getUTCDate() === Number(day ?? 1)
  if (Number.isNaN(from) || !isDay) return undefined
  if (month === undefined) return { from, to: Date.UTC(Number(year) + 1, 0) }
  if (day === undefined) return { from, to: Date.UTC(Number(year), Number(month)) }
  if (hour === undefined) return { from, to: from + timeUnits['d']! }
  if (second === undefined) return { from, to: from + timeUnits['m']! }
  return fraction === undefined ? { from, to: from + 1000 } : one(from)
}

function one(value: number): NumberRange {
  return { from: value, to: value + 1 }
}
