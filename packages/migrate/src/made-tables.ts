import type { Script } from './compile.ts'
import { withoutLeadingComments } from './leading-comments.ts'

const name = String.raw`((?:"(?:[^"]|"")*"|[\w$]+)(?:\s*\.\s*(?:"(?:[^"]|"")*"|[\w$]+))?)`
const create = new RegExp(
  String.raw`^create\s+(?:virtual\s+|unlogged\s+|materialized\s+)?(?:table|view)\s+(?:if\s+not\s+exists\s+)?${name}`,
  'i',
)
const drop = new RegExp(String.raw`^drop\s+(?:materialized\s+)?(?:table|view)\s+(?:if\s+exists\s+)?${name}`, 'i')
const rename = new RegExp(
  String.raw`^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${name}\s+rename\s+to\s+${name}`,
  'i',
)

/**
 * The tables and views, in lower case, that are there once `scripts` have run, as far as their first words tell.
 *
 * Temporary tables do not count, and a schema before a name is left out.
 */
export function leftoverTables(scripts: readonly Script[]): readonly string[] {
  const tables = new Set<string>()
  for (const { sql } of scripts.flatMap(({ queries }) => queries)) {
    const statement = withoutLeadingComments(sql)
    const made = create.exec(statement)?.[1]
    if (made !== undefined) tables.add(plainName(made))
    const gone = drop.exec(statement)?.[1]
    if (gone !== undefined) tables.delete(plainName(gone))
    const [, from, to] = rename.exec(statement) ?? []
    if (from !== undefined && to !== undefined && tables.delete(plainName(from))) tables.add(plainName(to))
  }
  return [...tables]
}

function plainName(written: string): string {
  const last = /(?:"(?:[^"]|"")*"|[\w$]+)$/.exec(written)?.[0] ?? written
  return (last.startsWith('"') ? last.slice(1, -1).replaceAll('""', '"') : last).toLowerCase()
}
