import type { FilePosition } from '@forge/graph'
import { z } from '@hono/zod-openapi'
import { NotIndexedError } from '../errors.ts'
import type { Forge, Freshness } from '../forge.ts'
import type { EndpointContext } from './endpoint.ts'
import { HttpInvalidError } from './errors.ts'
import { flagOr, wholeNumber } from './parameters.ts'

/** A name, an id, a path. */
export const name = z.string().min(1).max(4096)

/** Whether an answer says what has changed since. */
export const freshness = flagOr(true, 'Whether to look for files that have changed since')

const line = wholeNumber(1, 1e9, 'From 1')
const column = wholeNumber(1, 1e9, 'From 1, in UTF-16 units').optional()

/** The parameters that say a position. */
export const positionOptions = { file: name, line, column }

/** The parameters that say a symbol, or a position in its place. */
export const symbolOptions = {
  symbol: name.optional().openapi({
    description: 'An id (src/pool.ts#Pool.acquire), a qualified name (Pool.acquire), or a name (acquire)',
  }),
  file: name
    .optional()
    .openapi({ description: 'With `line`, in place of `symbol`: a path from the root of the project' }),
  line: line.optional(),
  column,
  exactOne: flagOr(false, 'Whether a name that fits several symbols is a conflict'),
  freshness,
}

/** What {@link symbolOptions} hold. */
export interface SymbolQuery {
  readonly symbol?: string | undefined
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly column?: number | undefined
  readonly exactOne: boolean
}

/** What a request is about: a name, or a position. Throws `FORGE_HTTP_INVALID`. */
export function needTarget({ symbol, file, line, column }: SymbolQuery): string | FilePosition {
  if (symbol !== undefined && file === undefined && line === undefined && column === undefined) return symbol
  if (symbol === undefined && file !== undefined && line !== undefined) {
    return { file, line, ...(column === undefined ? {} : { column }) }
  }
  throw new HttpInvalidError('Either symbol, or file and line, are needed', {
    hint: 'Ask with ?symbol=NAME, or with ?file=PATH&line=N',
    details: { errors: [{ in: 'query', path: 'symbol', message: 'give symbol, or file and line' }] },
  })
}

/** The project, once there is a revision to ask about. */
export async function indexed({ forge }: EndpointContext): Promise<Forge> {
  if ((await forge.graph.revision()) === 0) throw new NotIndexedError(forge.store.file)
  return forge
}

/** The member that says how fresh an answer is, where that is asked. */
export async function freshnessOf(
  { freshness }: EndpointContext,
  query: { readonly freshness: boolean },
): Promise<{ readonly freshness?: Freshness }> {
  return query.freshness ? { freshness: await freshness() } : {}
}
