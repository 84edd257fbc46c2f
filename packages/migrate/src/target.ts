import { MigrateInvalidError, MigrateTargetError } from './errors.ts'
import { versionOf, type Ledger } from './ledger.ts'
import { withRequirements, type GraphMigration, type MigrationGraph } from './migration-graph.ts'

/** Where to go: the id of a migration, or a version, which is a number of migrations; 0 is an empty database. */
export type MigrationTarget = string | number

/** Says what is wrong with the shape of a target or of a number of steps. */
export function checkTarget(options: {
  readonly to?: MigrationTarget | undefined
  readonly steps?: number | undefined
}): void {
  const { to, steps } = options
  if (to !== undefined && steps !== undefined) {
    throw new MigrateInvalidError('both "to" and "steps" are given; give one of them')
  }
  if (to !== undefined && typeof to !== 'string' && !isCount(to)) {
    throw new MigrateInvalidError(`to is ${String(to)}; give the id of a migration or a version, 0 or more`)
  }
  if (steps !== undefined && !(isCount(steps) && steps > 0)) {
    throw new MigrateInvalidError(`steps is ${String(steps)}; give how many migrations to undo, 1 or more`)
  }
}

/** Those of `pending` that lead up to `to`, in their order; none where it is reached already. */
export function pendingUpTo(
  graph: MigrationGraph,
  ledger: Ledger,
  pending: readonly GraphMigration[],
  to: MigrationTarget | undefined,
): readonly GraphMigration[] {
  if (to === undefined) return pending
  if (typeof to === 'string') {
    if (!graph.has(to)) throw unknownTarget(to)
    const wanted = withRequirements(graph, to)
    return pending.filter(({ id }) => wanted.has(id))
  }
  const version = versionOf(ledger)
  if (to > version + pending.length) {
    throw new MigrateTargetError(`There is no version ${to}: the code has ${version + pending.length} migrations`, {
      hint: 'Give a version up to that number, or leave "to" out to apply all',
      details: { to },
    })
  }
  return pending.slice(0, Math.max(0, to - version))
}

/** The version to go down to. */
export function versionBelow(
  ledger: Ledger,
  { to, steps = 1 }: { readonly to?: MigrationTarget | undefined; readonly steps?: number | undefined },
): number {
  const version = versionOf(ledger)
  if (to === undefined) return Math.max(0, version - steps)
  if (typeof to === 'number') return Math.min(version, to)
  const at = ledger.rows.findIndex(({ id }) => id === to)
  if (at === -1) {
    throw new MigrateTargetError(`Migration "${to}" is not applied, so there is no way down to it`, {
      hint: 'Give the id of an applied migration, which stays, or a version',
      details: { to },
    })
  }
  return at + 1
}

function unknownTarget(to: string): MigrateTargetError {
  return new MigrateTargetError(`There is no migration "${to}"`, {
    hint: 'Give the id of one of the migrations, or a version',
    details: { to },
  })
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
