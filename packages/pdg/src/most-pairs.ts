import { GraphTooLargeError } from './errors.ts'

/** How many pairs of nodes a list has at most: of four and one byte each, some 1.2 GB. */
const mostPairs = 250_000_000

/** Counts pairs, and ends with `FORGE_PDG_TOO_LARGE` where there are too many of them, before there is a list. */
export function pairCounter(
  what: string,
  { size, most = mostPairs }: { readonly size: number; readonly most?: number },
) {
  let pairs = 0
  return (): void => {
    if (++pairs <= most) return
    throw new GraphTooLargeError(
      `A graph of ${size.toLocaleString('en-US')} nodes has more than ${most.toLocaleString('en-US')} ${what}`,
      {
        hint: 'Take parts of the function out into functions of their own',
        details: { nodes: size, most },
      },
    )
  }
}
