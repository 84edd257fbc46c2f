import { existsSync } from 'node:fs'
import { isForgeError } from '@forge/errors'
import { Forge } from '../../forge.ts'
import { waitOf, type Answer, type CommandContext } from '../command.ts'
import { exitCode, isInterrupt } from '../exit-code.ts'
import { bytes, whatChanged } from '../render.ts'

/** One thing that was looked at. */
interface Check {
  readonly name: string
  readonly ok: boolean
  readonly found: string
  /** What to do where it is not well. */
  readonly remedy?: string
}

/** `forge doctor`. */
export async function run(context: CommandContext): Promise<Answer> {
  const { root, database } = context.place()
  const checks = [nodeCheck(), await gitCheck(root), ...(await storeChecks(context, root, database))]
  const { green, red, dim } = context.terminal.colors
  const lines = checks.flatMap(({ name, ok, found, remedy }) => [
    `${ok ? green('ok') : red('not ok')}  ${name}: ${found}`,
    ...(remedy === undefined ? [] : [dim(`        ${remedy}`)]),
  ])
  return {
    data: { checks },
    text: lines.join('\n'),
    exit: checks.every(({ ok }) => ok) ? exitCode.done : exitCode.negative,
  }
}

function nodeCheck(): Check {
  return { name: 'runtime', ok: true, found: `Node ${process.versions.node}` }
}

async function gitCheck(root: string): Promise<Check> {
  const { execFile } = await import('node:child_process')
  const version = await new Promise<string | undefined>((resolve) => {
    execFile('git', ['--version'], { cwd: existsSync(root) ? root : '.' }, (error, stdout) =>
      resolve(error === null ? stdout.trim() : undefined),
    )
  })
  return {
    name: 'git',
    ok: true,
    found: version ?? 'not found; ignore files are read without it',
  }
}

async function storeChecks(context: CommandContext, root: string, database: string): Promise<Check[]> {
  if (!existsSync(database)) {
    return [{ name: 'index', ok: false, found: `none at ${database}`, remedy: 'Run `forge index`' }]
  }
  try {
    await using forge = await Forge.open(root, { database, create: false, ...waitOf(context.global) })
    const { problems, sqliteVersion } = await forge.checkIntegrity()
    const freshness = await forge.freshness()
    const status = await forge.graph.status()
    return [
      { name: 'SQLite', ok: true, found: sqliteVersion },
      {
        name: 'database',
        ok: problems.length === 0,
        found: problems.length === 0 ? `whole, ${bytes(status.databaseBytes)}` : problems.join('; '),
        ...(problems.length === 0
          ? {}
          : { remedy: `Delete ${database} and run \`forge index\`; nothing in it is lost for good` }),
      },
      {
        name: 'index',
        ok: !freshness.stale,
        found: `revision ${freshness.revision}, ${freshness.stale ? `${whatChanged(freshness)} since` : 'up to date'}`,
        ...(freshness.stale ? { remedy: 'Run `forge index`' } : {}),
      },
    ]
  } catch (error) {
    if (isInterrupt(error) || !isForgeError(error)) throw error
    return [
      {
        name: 'database',
        ok: false,
        found: `${error.message} (${error.code})`,
        ...(error.hint === undefined ? {} : { remedy: error.hint }),
      },
    ]
  }
}
