/**
 * The lines that differ between two texts of a migration, as a unified diff.
 *
 * The library behind it is loaded on the first call: a start that finds nothing changed does not pay for it.
 */
export async function diffSql(applied: string, current: string): Promise<string> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import('diff')
  return createTwoFilesPatch(
    'applied',
    'code',
    `${inLines(applied)}\n`,
    `${inLines(current)}\n`,
    undefined,
    undefined,
    {
      context: 3,
      headerOptions: FILE_HEADERS_ONLY,
    },
  ).trimEnd()
}

/**
 * `text` with the items of each outermost parenthesis on lines of their own.
 *
 * A builder compiles to one line, whose diff would be all of it. Lines written by hand stay as they are.
 */
function inLines(text: string): string {
  return text
    .split(';\n')
    .map((statement) => (statement.includes('\n') ? statement : splitItems(statement)))
    .join(';\n')
}

function splitItems(statement: string): string {
  let depth = 0
  return statement.replaceAll(/'[^']*'|"[^"]*"|`[^`]*`|\(|\)|, ?/g, (token) => {
    if (token === '(') return depth++ === 0 ? '(\n  ' : token
    if (token === ')') return --depth === 0 ? '\n)' : token
    return token.startsWith(',') && depth === 1 ? ',\n  ' : token
  })
}
