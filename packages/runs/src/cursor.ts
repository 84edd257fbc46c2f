import { invalid } from './run-arguments.ts'

/** Every order of a search: by start, or by duration, of runs that have one. */
export const runOrders = ['newest', 'oldest', 'longest', 'shortest'] as const

/** The order of a search. */
export type RunOrder = (typeof runOrders)[number]

/** The run a page ended with: what it is sorted by. */
export interface Cursor {
  readonly value: number
  readonly number: number
}

/** A cursor as text; whoever gets it need not understand it. */
export function writeCursor(order: RunOrder, { value, number }: Cursor): string {
  return Buffer.from(JSON.stringify([order, value, number])).toString('base64url')
}

/** @throws `FORGE_RUN_INVALID` for what {@link writeCursor} did not write, or wrote for another order */
export function readCursor(text: unknown, order: RunOrder, callSite: (...args: never[]) => unknown): Cursor {
  const wanted = `a cursor of a page in the order ${order}`
  if (typeof text !== 'string' || text.length > 200) throw invalid('after', wanted, text, callSite)
  const [of, value, number] = parse(text)
  if (of !== order || !Number.isSafeInteger(value) || !Number.isSafeInteger(number)) {
    throw invalid('after', wanted, text, callSite)
  }
  return { value: Number(value), number: Number(number) }
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
