import type { UnifiedGraphStore } from '../../unified-graph-store.ts'
import { counted } from '../render.ts'
import { type Check, ok, problem, rebuild, warning } from './check.ts'

/** How the tables stand to this version of Forge. */
export async function migrationsCheck(store: UnifiedGraphStore): Promise<Check> {
  const { applied, pending, version, damage } = await store.schema.status()
  if (damage !== undefined) {
    return problem(
      'migrations',
      `the record of what is applied is damaged: ${damage}`,
      `\`forge migrate repair\` numbers it anew. ${rebuild(store.file)}`,
    )
  }
  const other = applied.filter(({ state }) => state !== 'current')
  if (other.length > 0) {
    return problem(
      'migrations',
      `another version of Forge has made the tables: ${other.map(({ id, state }) => `${id} is ${state}`).join(', ')}`,
      `\`forge migrate status\` shows more. ${rebuild(store.file)}`,
    )
  }
  if (pending.length === 0) return ok('migrations', `${counted(version, 'migration')}, none pending`)
  return warning(
    'migrations',
    `pending: ${pending.join(', ')}`,
    'Run `forge index`, or `forge migrate up` for the tables alone',
  )
}
