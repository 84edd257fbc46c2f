/** A column of text, and what stands in it. */
export interface TextColumn {
  readonly label: string
  /** Numbers stand to the right, and those of a bar have one after them where there is room. */
  readonly shows: 'text' | 'number' | 'bar'
}

/** The longest bar, in columns of the terminal. */
const longestBar = 30
/** A shorter one tells nothing. */
const shortestBar = 6
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/**
 * Rows below their headings, each column as wide as its widest cell. Where a person looks, at so many columns (`width`), the column that says
 * how much has bars; a pipe gets the numbers alone.
 *
 * @param cells the texts of each row, in the order of the columns
 * @param amounts what the bars of the rows stand for
 */
export function columnsText(
  columns: readonly TextColumn[],
  cells: readonly (readonly string[])[],
  amounts: readonly number[],
  width: number | undefined,
): string[] {
  const widths = columns.map(({ label }, at) => Math.max(label.length, ...cells.map((row) => row[at]!.length)))
  const barAt = columns.findIndex(({ shows }) => shows === 'bar')
  const taken = widths.reduce((sum, each) => sum + each + 2, 0)
  const room = width === undefined || barAt === -1 ? 0 : Math.min(longestBar, width - taken - 1)
  const most = Math.max(0, ...amounts)
  const line = (row: readonly string[], amount: number | undefined): string =>
    columns
      .flatMap(({ shows }, at) => {
        const cell = shows === 'text' ? row[at]!.padEnd(widths[at]!) : row[at]!.padStart(widths[at]!)
        return at === barAt && room >= shortestBar ? [cell, barText(amount ?? 0, most, room)] : [cell]
      })
      .join('  ')
      .trimEnd()
  return [
    line(
      columns.map(({ label }) => label),
      undefined,
    ),
    ...cells.map((row, at) => line(row, amounts[at])),
  ]
}

/** A bar as long as its part of the largest amount: in eighths of a column, never nothing for something. */
function barText(amount: number, most: number, room: number): string {
  const parts = most <= 0 ? 0 : Math.max(amount > 0 ? 1 : 0, Math.round((amount / most) * room * 8))
  return `${'█'.repeat(Math.floor(parts / 8))}${eighths[parts % 8]!}`.padEnd(room)
}
