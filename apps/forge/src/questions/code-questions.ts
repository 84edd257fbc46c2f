import type { GraphSymbol } from '@forge/graph'
import type { DependenceTarget } from '../dependence/dependence-types.ts'
import { NoCodeError } from '../errors.ts'

/** Something that is asked about the functions that a symbol is. */
export type CodeQuestion<T> = (target: DependenceTarget) => Promise<readonly T[]>

/**
 * Asks about the functions of all symbols that a name means, leaving out those that have no code.
 *
 * @throws `FORGE_NO_CODE` where none of them has any.
 */
export async function askAboutCode<T>(symbols: readonly GraphSymbol[], ask: CodeQuestion<T>): Promise<readonly T[]> {
  const found: T[] = []
  let without: NoCodeError | undefined
  for (const symbol of symbols) {
    try {
      found.push(...(await ask(symbol)))
    } catch (error) {
      if (!(error instanceof NoCodeError)) throw error
      without ??= error
    }
  }
  if (found.length === 0 && without !== undefined) throw without
  return found
}
