import { flatWithin, growth, type Quantity, type Sample } from './trend.ts'

/** Prints how each quantity went; whether all of them stayed flat. */
export function growthReport(
  what: string,
  taken: readonly Sample[],
  within: Readonly<Record<Quantity, number>> = flatWithin,
): boolean {
  console.log(`${taken.at(-1)?.operations} ${what}`)
  let allFlat = true
  for (const quantity of Object.keys(within) as Quantity[]) {
    const numbers = taken.map((sample) => sample[quantity])
    const grown = growth(taken, quantity)
    const flat = grown <= within[quantity]
    allFlat &&= flat
    const shown = [numbers[0] ?? 0, numbers.at(-1) ?? 0, Math.max(...numbers), grown, within[quantity]]
    const unit = quantity === 'descriptors' ? 1 : 2 ** 20
    const [first, last, most, growing, bar] = shown.map((number) => (number / unit).toFixed(2))
    const verdict = flat ? 'flat' : 'GROWS'
    console.log(`  ${quantity}: first ${first}, last ${last}, most ${most}, trend ${growing} of ${bar}: ${verdict}`)
  }
  return allFlat
}
