import { counted } from '../render.ts'
import { type Check, type CheckedStore, ok, problem, restore, warning, writingCommand } from './check.ts'

/** How the tables stand to this version of Forge. */
export async function migrationsCheck(store: CheckedStore): Promise<Check> {
  const { applied, pending, version, damage } = await store.schema.status()
  if (damage !== undefined) {
    return problem(
      'migrations',
      `the record of what is applied is damaged: ${damage}`,
      store.derived ? `\`forge migrate repair\` numbers it anew. ${restore(store)}` : restore(store),
    )
  }
  const other = applied.filter(({ state }) => state !== 'current')
  if (other.length > 0) {
    return problem(
      'migrations',
      `another version of Forge has made the tables: ${other.map(({ id, state }) => `${id} is ${state}`).join(', ')}`,
      store.derived
        ? `\`forge migrate status\` shows more. ${restore(store)}`
        : 'Use that version of Forge; nothing is changed by this one',
    )
  }
  if (pending.length === 0) return ok('migrations', `${counted(version, 'migration')}, none pending`)
  return warning(
    'migrations',
    `pending: ${pending.join(', ')}`,
    `Run ${writingCommand(store)}${store.derived ? ', or `forge migrate up` for the tables alone' : ''}`,
  )
}
