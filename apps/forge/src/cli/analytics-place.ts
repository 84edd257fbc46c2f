import type { Analytics, SyncProgress } from '@forge/analytics'
import { openAnalytics } from '../analytics.ts'
import type { Forge, Freshness } from '../forge.ts'
import type { CommandContext } from './command.ts'
import { type RunsOption, runsOf } from './own-store-place.ts'
import { count } from './render.ts'

/** The analytics of a command's project, with its index brought up to date. */
export interface OpenedAnalytics {
  readonly analytics: Analytics
  readonly forge: Forge
  readonly freshness: Freshness
  /** How to ask: until the command is interrupted, with progress on a terminal. */
  readonly asking: { readonly signal: AbortSignal; readonly onProgress: (progress: SyncProgress) => void }
}

/** Opens the analytics of the project that a command is about; makes no file of runs. */
export async function analyticsOf(context: CommandContext, options: RunsOption): Promise<OpenedAnalytics> {
  const { forge, freshness } = await context.open()
  const { terminal, signal, global } = context
  const runs = runsOf(context, options, 'read')
  await runs.markLost({ signal })
  const analytics = await openAnalytics(forge, {
    runs,
    ...(global.wait === undefined ? {} : { wait: global.wait * 1000 }),
  })
  const onProgress = ({ phase, done, total }: SyncProgress): void =>
    terminal.progress(total === 0 ? `mirror ${phase}` : `mirror ${phase} ${count(done)} of ${count(total)}`)
  return { analytics, forge, freshness, asking: { signal, onProgress } }
}
