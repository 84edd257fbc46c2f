import { existsSync } from 'node:fs'
import { isForgeError } from '@forge/errors'
import { Forge } from '../../forge.ts'
import { UsageError } from '../../errors.ts'
import { storeOptions, type Answer, type CommandContext } from '../command.ts'
import { type RunsOption, runId, runsOf } from '../own-store-place.ts'
import { bytes, counted } from '../render.ts'
import { shortId } from '../run-text.ts'
import { readLines, readText } from '../text-input.ts'

interface AddOptions extends RunsOption {
  readonly plan?: string
  readonly execution: string
  readonly objective?: string
  readonly tag?: readonly string[]
  readonly parent?: string
  readonly commit?: string
}

/** `forge runs add`. */
export async function add(context: CommandContext, _args: readonly [], options: AddOptions): Promise<Answer> {
  const { plan, execution, objective, tag: tags, parent, commit } = options
  if (plan === '-' && execution === '-') {
    throw new UsageError('Plan and execution cannot both come from standard input', {
      hint: 'Name a file for one of them',
    })
  }
  const texts = {
    ...(plan === undefined ? {} : { plan: await readText(plan, context.cwd) }),
    execution: await readText(execution, context.cwd),
  }
  const revision = await currentRevision(context)
  const runs = runsOf(context, options, 'write')
  const parentId = parent === undefined ? undefined : await runId(runs, parent)
  const id = await runs.saveRun({ ...texts, objective, tags, parent: parentId, commit, revision })
  return { data: { action: 'add', id }, text: id }
}

/** The revision of the index, where there is one; a run is kept whatever state the index is in. */
async function currentRevision(context: CommandContext): Promise<number | undefined> {
  const { root, database } = context.place()
  if (!existsSync(database)) return undefined
  try {
    await using forge = await Forge.open(root, { database, readOnly: true, ...storeOptions(context.global) })
    const revision = await forge.graph.revision()
    return revision === 0 ? undefined : revision
  } catch (error) {
    if (!isForgeError(error)) throw error
    context.terminal.note(`the run is kept without the revision of the index: ${error.message} (${error.code})`)
    return undefined
  }
}

interface TagOptions extends RunsOption {
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
}

/** `forge runs tag RUN`. */
export async function tag(context: CommandContext, [name]: readonly [string], options: TagOptions): Promise<Answer> {
  const { add: added = [], remove: removed = [] } = options
  if (added.length + removed.length === 0) {
    throw new UsageError('There is no tag to add or to remove', { hint: 'Write --add TAG or --remove TAG' })
  }
  const runs = runsOf(context, options, 'write')
  const id = await runId(runs, name)
  await runs.addTags(id, added)
  const tags = await runs.removeTags(id, removed)
  const text = tags.length === 0 ? `${shortId(id)} has no tags` : `${shortId(id)} has the tags ${tags.join(', ')}`
  return { data: { action: 'tag', id, tags }, text }
}

const goesOn = 'Wait until it has ended; one whose process is gone is lost, and can be deleted then'

/** `forge runs delete RUN...`. */
export async function remove(
  context: CommandContext,
  [names]: readonly [readonly string[]],
  options: RunsOption,
): Promise<Answer> {
  const runs = runsOf(context, options, 'read')
  await runs.markLost({ signal: context.signal })
  // All of them can be deleted before any is.
  const ids = new Set<string>()
  for (const name of names) {
    const { id, status } = await runs.getSummary(await runId(runs, name))
    if (status === 'running') throw new UsageError(`The run ${id} goes on; nothing was deleted`, { hint: goesOn })
    ids.add(id)
  }
  for (const id of ids) await runs.delete(id)
  return { data: { action: 'delete', ids: [...ids] }, text: `deleted ${counted(ids.size, 'run')}` }
}

interface PruneOptions extends RunsOption {
  readonly maxAge?: number
  readonly maxRuns?: number
  readonly maxBytes?: number
  readonly keepTag?: readonly string[]
  readonly dryRun?: boolean
}

/** `forge runs prune`. */
export async function prune(context: CommandContext, _args: readonly [], options: PruneOptions): Promise<Answer> {
  const { maxAge, maxRuns, maxBytes, keepTag: keepTags, dryRun = false } = options
  if (maxAge === undefined && maxRuns === undefined && maxBytes === undefined) {
    throw new UsageError('There is nothing that says what to keep', {
      hint: 'Write --max-age 30d, --max-runs 1000 or --max-bytes 1GB; --dry-run only tells',
    })
  }
  const runs = runsOf(context, options, 'read')
  await runs.markLost({ signal: context.signal })
  const policy = { maxAge, maxRuns, maxBytes, keepTags }
  const { ids, bytes: size } = await runs.applyRetention(policy, { dryRun, signal: context.signal })
  const shown = dryRun ? ids.slice(0, 50) : []
  return {
    data: { action: 'prune', dryRun, ids, bytes: size },
    text: [
      ...shown,
      ...(shown.length < ids.length && dryRun ? [`and ${ids.length - shown.length} more (--json lists all)`] : []),
      `${dryRun ? 'would delete' : 'deleted'} ${counted(ids.length, 'run')}, ${bytes(size)} of plans and executions`,
    ].join('\n'),
  }
}

interface ImportOptions extends RunsOption {
  readonly existing: 'skip' | 'replace'
}

/** `forge runs import FILE`. */
export async function importRuns(
  context: CommandContext,
  [file]: readonly [string],
  options: ImportOptions,
): Promise<Answer> {
  const { terminal, signal, cwd } = context
  const runs = runsOf(context, options, 'write')
  let read = 0
  async function* lines(): AsyncGenerator<string, void, undefined> {
    for await (const line of readLines(file, cwd)) {
      if (++read % 100 === 0) terminal.progress(`${counted(read, 'run')} read`)
      yield line
    }
  }
  const result = await runs.importLines(lines(), { existing: options.existing, signal })
  const { imported, skipped, replaced } = result
  return {
    data: { action: 'import', ...result },
    text: `imported ${counted(imported, 'run')}, replaced ${replaced}, left ${skipped} as they were`,
  }
}
