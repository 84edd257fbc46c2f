import { existsSync } from 'node:fs'
import { isForgeError } from '@forge/errors'
import { Forge } from '../../forge.ts'
import { UnifiedGraphStore, type UnifiedGraphStoreOptions } from '../../unified-graph-store.ts'
import { waitOf, type Answer, type CommandContext } from '../command.ts'
import { type Check, ok, problem, warning } from '../doctor/check.ts'
import { databaseChecks, searchCheck } from '../doctor/database-checks.sqlite.ts'
import { environmentChecks } from '../doctor/environment-checks.ts'
import { fileChecks } from '../doctor/file-checks.ts'
import { lockHolders, type LockHolder } from '../doctor/lock-holders.ts'
import { migrationsCheck } from '../doctor/schema-checks.ts'
import { exitCode, isInterrupt } from '../exit-code.ts'
import { remedyOf } from '../remedy.ts'
import { whatChanged } from '../render.ts'

/** A lock held for longer than this is what the user wants to hear of, not to wait for. */
const longestWait = 2000

/** `forge doctor`. */
export async function run(context: CommandContext): Promise<Answer> {
  const { root, database } = context.place()
  const checks = [
    ...(await environmentChecks(root)),
    ...(await fileChecks(database)),
    ...(existsSync(database)
      ? await storeChecks(context, root, database)
      : [problem('index', `none at ${database}`, 'Run `forge index`')]),
  ]
  const { colors } = context.terminal
  const paint = { ok: colors.green, warning: colors.yellow, problem: colors.red }
  const lines = checks.flatMap(({ name, state, found, remedy }) => [
    `${paint[state](state)}  ${name}: ${found}`,
    ...(remedy === undefined ? [] : [colors.dim(`    ${remedy}`)]),
  ])
  return {
    data: { checks },
    text: lines.join('\n'),
    exit: checks.every(({ state }) => state === 'ok') ? exitCode.done : exitCode.negative,
  }
}

async function storeChecks(context: CommandContext, root: string, database: string): Promise<Check[]> {
  const options = { database, busyDeadline: longestWait, ...waitOf(context.global), signal: context.signal }
  const holders = await lockHolders(database)
  const checks = holders === undefined ? [] : [usersCheck(holders)]
  try {
    const current = await lookInto(root, options, checks, holders ?? [])
    if (current) checks.push(await indexCheck(root, options))
  } catch (error) {
    if (isInterrupt(error) || !isForgeError(error)) throw error
    checks.push(
      problem(
        'database',
        `${error.message} (${error.code})`,
        remedyOf(error.code).hint ?? error.hint ?? 'Run `forge index`',
      ),
    )
  }
  return checks
}

/** Checks the database without changing it, so that one of another version can be looked at too; whether it is of this one. */
async function lookInto(
  root: string,
  options: UnifiedGraphStoreOptions,
  checks: Check[],
  holders: readonly LockHolder[],
): Promise<boolean> {
  await using store = await UnifiedGraphStore.open(root, { ...options, readOnly: true })
  for (const check of databaseChecks) {
    options.signal?.throwIfAborted()
    checks.push(await check(store, holders))
  }
  const migrations = await migrationsCheck(store)
  checks.push(migrations)
  if (migrations.state !== 'ok') return false
  checks.push(await searchCheck(store))
  return true
}

function usersCheck(holders: readonly LockHolder[]): Check {
  if (holders.length === 0) return ok('in use', 'by no other process')
  return ok('in use', holders.map(({ pid, command, does }) => `process ${pid} (${command}) ${does}`).join('; '))
}

async function indexCheck(root: string, options: UnifiedGraphStoreOptions): Promise<Check> {
  await using forge = await Forge.open(root, { ...options, create: false })
  const freshness = await forge.freshness()
  const revision = `revision ${freshness.revision}`
  if (!freshness.stale) return ok('index', `${revision}, up to date`)
  return warning('index', `${revision}, ${whatChanged(freshness)} since`, 'Run `forge index`')
}
