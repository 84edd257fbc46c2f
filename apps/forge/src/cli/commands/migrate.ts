import type { MigrationPlan, MigrationStatus, MigrationTarget, RepairResult } from '@forge/migrate'
import { UnifiedGraphStore, type UnifiedGraphStoreOptions } from '../../unified-graph-store.ts'
import { storeOptions, type Answer, type CommandContext } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { counted, table } from '../render.ts'

interface UpCommandOptions {
  readonly to?: MigrationTarget
  readonly dryRun?: boolean
}

interface DownCommandOptions extends UpCommandOptions {
  readonly steps?: number
}

interface RepairCommandOptions {
  readonly accept?: readonly string[]
  readonly forget?: readonly string[]
}

/** `forge migrate status`. */
export async function status(context: CommandContext): Promise<Answer> {
  await using store = await look(context)
  const found = await store.schema.status({ signal: context.signal })
  const { bold, dim, green, red, yellow } = context.terminal.colors
  const paint = { applied: green, pending: yellow, changed: red, unknown: red }
  const rows = [
    ...found.applied.map(
      ({ id, state, appliedAt }) => [state === 'current' ? 'applied' : state, id, appliedAt] as const,
    ),
    ...found.pending.map((id) => ['pending', id, ''] as const),
  ]
  const lines = table(rows).map((line, index) => {
    const [state] = rows[index]!
    return line.replace(state, paint[state](state))
  })
  const differences = differencesOf(found)
  return {
    data: { action: 'status', file: store.file, ...found, damage: found.damage ?? null },
    text: [
      bold(store.file),
      `  version ${found.version}, ${counted(found.pending.length, 'migration')} pending`,
      ...(lines.length === 0 ? [] : ['', ...lines]),
      ...found.applied.flatMap(({ id, diff }) => (diff === undefined ? [] : ['', `${id} was changed:`, dim(diff)])),
      ...(differences.length === 0 ? [] : ['', ...differences]),
    ].join('\n'),
  }
}

/** `forge migrate plan`. */
export function plan(context: CommandContext, _args: readonly [], { to }: UpCommandOptions): Promise<Answer> {
  return planned(context, { direction: 'up', ...(to === undefined ? {} : { to }) })
}

/** `forge migrate up`. */
export async function up(
  context: CommandContext,
  args: readonly [],
  { to, dryRun = false }: UpCommandOptions,
): Promise<Answer> {
  if (dryRun) return plan(context, args, to === undefined ? {} : { to })
  await using store = await openAsItIs(context)
  const { applied, version } = await store.schema.up({ to, signal: context.signal, onStep: progressOn(context) })
  return {
    data: { action: 'up', file: store.file, version, applied },
    text: [...applied.map((id) => `applied ${id}`), versionLine(version, applied, 'nothing is pending')].join('\n'),
  }
}

/** `forge migrate down`. */
export async function down(
  context: CommandContext,
  _args: readonly [],
  { to, steps, dryRun = false }: DownCommandOptions,
): Promise<Answer> {
  if (dryRun) return planned(context, { direction: 'down', to, steps })
  await using store = await openAsItIs(context)
  const { signal } = context
  const { undone, version } = await store.schema.down({ to, steps, signal, onStep: progressOn(context) })
  if (undone.length > 0)
    context.terminal.note('The next command that opens the index applies them again; `forge index` fills it')
  return {
    data: { action: 'down', file: store.file, version, undone },
    text: [...undone.map((id) => `undone ${id}`), versionLine(version, undone, 'nothing is to be undone')].join('\n'),
  }
}

/** `forge migrate repair`. */
export async function repair(
  context: CommandContext,
  _args: readonly [],
  { accept, forget }: RepairCommandOptions,
): Promise<Answer> {
  await using store = await openAsItIs(context)
  const { signal } = context
  const { mended = null, ...repaired } = await store.schema.repair({ accept, forget, signal })
  const left = differencesOf(await store.schema.status({ signal }))
  return {
    data: { action: 'repair', file: store.file, ...repaired, mended, left },
    text: [...repairLines({ ...repaired, mended: mended ?? undefined }), ...left].join('\n'),
    exit: left.length === 0 ? exitCode.done : exitCode.negative,
  }
}

/** What `up` or `down` would run, as SQL. */
async function planned(
  context: CommandContext,
  options: {
    readonly direction: 'up' | 'down'
    readonly to?: MigrationTarget | undefined
    readonly steps?: number | undefined
  },
): Promise<Answer> {
  await using store = await look(context)
  const { version, steps } = await store.schema.plan({ ...options, signal: context.signal })
  const { direction } = options
  return {
    data: { action: 'plan', direction, file: store.file, version, steps },
    text:
      steps.length === 0
        ? `nothing to do, version ${version}`
        : steps.map((step) => stepText(step, context.terminal.colors.dim)).join('\n\n'),
  }
}

function stepText(step: MigrationPlan['steps'][number], dim: (text: string) => string): string {
  const heading = `-- ${step.direction} ${step.id}, to version ${step.version}`
  return [dim(heading), ...(step.sql === '' ? [] : [`${step.sql};`])].join('\n')
}

function versionLine(version: number, done: readonly string[], nothing: string): string {
  return done.length === 0 ? `${nothing}, version ${version}` : `version ${version}`
}

function repairLines({ accepted, forgotten, mended, version }: RepairResult): string[] {
  const lines = [
    ...(mended === undefined ? [] : [`mended ${mended}`]),
    ...accepted.map((id) => `accepted ${id}`),
    ...forgotten.map((id) => `forgot ${id}`),
  ]
  return lines.length === 0 ? [`nothing was repaired, version ${version}`] : [...lines, `version ${version}`]
}

/** What keeps Forge from using the database, each with what can be done. */
function differencesOf({ applied, damage }: MigrationStatus): string[] {
  return [
    ...(damage === undefined ? [] : [`the record is damaged: ${damage}; \`forge migrate repair\` numbers it anew`]),
    ...applied.flatMap(({ id, state }) => {
      if (state === 'current') return []
      const option = state === 'changed' ? `--accept ${id}` : `--forget ${id}`
      return [`${id} is ${state}: delete the database and run \`forge index\`, or \`forge migrate repair ${option}\``]
    }),
  ]
}

function progressOn({
  terminal,
}: CommandContext): NonNullable<Parameters<UnifiedGraphStore['schema']['up']>[0]>['onStep'] {
  return ({ id, direction, number, total }) => terminal.progress(`${direction} ${id}, ${number} of ${total}`)
}

/** Opens the database to look at it, whatever version of Forge has made it. */
function look(context: CommandContext): Promise<UnifiedGraphStore> {
  return openStore(context, { readOnly: true })
}

/** Opens the database to change it, its tables as they are. */
function openAsItIs(context: CommandContext): Promise<UnifiedGraphStore> {
  return openStore(context, { create: false, migrate: false })
}

function openStore(context: CommandContext, options: UnifiedGraphStoreOptions): Promise<UnifiedGraphStore> {
  const { root, database } = context.place()
  return UnifiedGraphStore.open(root, { ...options, database, signal: context.signal, ...storeOptions(context.global) })
}
