import type { PublicSymbol } from './feed-types.ts'
import type { SymbolRow } from './symbol-schema.ts'

/** A symbol as users see it, from its row. */
export function symbolOf(row: Omit<SymbolRow, 'provider' | 'key'>): PublicSymbol {
  const { id, shown_as: shownAs, name, qualified_name: qualifiedName, kind, file, line, column } = row
  return { id, shownAs, name, qualifiedName, kind, file, line, column }
}
