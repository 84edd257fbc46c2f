import { existsSync } from 'node:fs'
import path from 'node:path'
import { isForgeError } from '@forge/errors'
import { Forge } from '../../forge.ts'
import { memoryStore, runStore } from '../../own-stores.ts'
import { openStore, Store, type StoreKind } from '../../store.ts'
import { storeOptions, type Answer, type CommandContext } from '../command.ts'
import { type Check, ok, problem, warning } from '../doctor/check.ts'
import { databaseChecks, ownDatabaseChecks, searchCheck } from '../doctor/database-checks.sqlite.ts'
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
    ...(await ownChecks(context, 'runs', path.join(root, '.forge', 'runs.db'), runStore)),
    ...(await ownChecks(context, 'memory', path.join(root, '.forge', 'memory.db'), memoryStore)),
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

/** Looks into the database without changing it, so that one of another version can be looked at too. */
async function storeChecks(context: CommandContext, root: string, database: string): Promise<Check[]> {
  const { global, signal } = context
  const holders = await lockHolders(database)
  const checks = holders === undefined ? [] : [usersCheck(holders)]
  try {
    const options = { database, busyDeadline: longestWait, ...storeOptions(global), signal, readOnly: true }
    await using forge = await Forge.open(root, options)
    for (const check of databaseChecks) {
      signal.throwIfAborted()
      checks.push(await context.endedBySignals(() => check(forge.store, holders ?? [])))
    }
    const migrations = await migrationsCheck(forge.store)
    checks.push(migrations)
    if (migrations.state === 'ok') checks.push(await searchCheck(forge.store), await indexCheck(forge))
  } catch (error) {
    if (isInterrupt(error) || !isForgeError(error)) throw error
    const remedy = remedyOf(error.code).hint ?? error.hint ?? 'Run `forge index`'
    checks.push(problem('database', `${error.message} (${error.code})`, remedy))
  }
  return checks
}

/** Looks into what is the user's own, where there is any, without changing it. */
async function ownChecks(
  context: CommandContext,
  name: string,
  file: string,
  kind: StoreKind,
): Promise<readonly Check[]> {
  if (!existsSync(file)) return []
  const checks: Check[] = []
  const add = (check: Check): void => void checks.push({ ...check, name: `${name}: ${check.name}` })
  const { global, signal } = context
  try {
    const options = { busyDeadline: longestWait, ...storeOptions(global), signal, readOnly: true }
    await using store = new Store<object>(await openStore(file, kind, options))
    const holders = (await lockHolders(file)) ?? []
    for (const check of ownDatabaseChecks) {
      signal.throwIfAborted()
      add(await context.endedBySignals(() => check(store, holders)))
    }
    add(await migrationsCheck(store))
  } catch (error) {
    if (isInterrupt(error) || !isForgeError(error)) throw error
    add(problem('database', `${error.message} (${error.code})`, ownRemedy))
  }
  return checks
}

const ownRemedy = 'Check who uses the file, and its rights; it is yours, so nothing was changed'

function usersCheck(holders: readonly LockHolder[]): Check {
  if (holders.length === 0) return ok('in use', 'by no other process')
  return ok('in use', holders.map(({ pid, command, does }) => `process ${pid} (${command}) ${does}`).join('; '))
}

async function indexCheck(forge: Forge): Promise<Check> {
  const freshness = await forge.freshness()
  const revision = `revision ${freshness.revision}`
  if (!freshness.stale) return ok('index', `${revision}, up to date`)
  return warning('index', `${revision}, ${whatChanged(freshness)} since`, 'Run `forge index`')
}
