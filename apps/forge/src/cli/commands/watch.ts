import { isForgeError, toErrorJson } from '@forge/errors'
import { Forge } from '../../forge.ts'
import type { RuntimeEvent } from '../../runtime/runtime.ts'
import { type CommandContext, storeOptions } from '../command.ts'
import { count, counted, duration, progressLine } from '../render.ts'
import { workerUrl } from '../worker-url.ts'

/** `forge watch [DIR]`: a line for each update, until a signal comes. */
export async function run(
  context: CommandContext,
  [directory]: readonly [string | undefined],
  _options: object,
): Promise<undefined> {
  const { terminal, global } = context
  const { root, database } = context.place(directory)
  await context.untilSignal(async (signal) => {
    const started = performance.now()
    await using forge = await Forge.withRuntime(root, {
      database,
      worker: workerUrl('extract-worker'),
      watchWorker: workerUrl('watch-worker'),
      signal,
      onProgress: (progress) => terminal.progress(progressLine(progress)),
      ...storeOptions(global),
    })
    terminal.progress(undefined)
    const runtime = forge.runtime()
    const events = runtime.events({ signal })
    const { revision, files, lines } = await forge.graph.status()
    await tell(context, {
      event: 'ready',
      root,
      revision,
      role: runtime.role,
      files,
      lines,
      milliseconds: performance.now() - started,
    })
    for await (const event of events) await tell(context, jsonOf(event))
  })
  return undefined
}

/** An event as a line of `--json` has it. */
type WatchLine =
  | {
      readonly event: 'ready'
      readonly root: string
      readonly revision: number
      readonly role: string
      readonly files: number
      readonly lines: number
      readonly milliseconds: number
    }
  | {
      readonly event: 'update'
      readonly revision: number
      readonly added: number
      readonly changed: number
      readonly removed: number
      readonly milliseconds: number
    }
  | { readonly event: 'role'; readonly role: string }
  | {
      readonly event: 'error'
      readonly error: { readonly code: string; readonly message: string; readonly hint?: string }
    }

function jsonOf(event: RuntimeEvent): WatchLine {
  if (event.type === 'error') {
    const { error } = event
    const shown = isForgeError(error) ? toErrorJson(error) : { code: 'FORGE_INTERNAL', message: error.message }
    return { event: 'error', error: shown }
  }
  const { type, ...rest } = event
  return { event: type, ...rest } as WatchLine
}

async function tell({ terminal, global }: CommandContext, line: WatchLine): Promise<void> {
  if (global.json === true) {
    await terminal.write(`${JSON.stringify({ schema: 'forge.watch/1', ...line })}\n`)
  } else if (line.event === 'error') {
    terminal.complain(`${terminal.errorColors.yellow(line.error.message)} (${line.error.code})`)
    if (line.error.hint !== undefined) terminal.complain(line.error.hint)
  } else {
    await terminal.print(textOf(line))
  }
}

function textOf(line: Exclude<WatchLine, { event: 'error' }>): string {
  if (line.event === 'role') return 'The process that wrote has ended: this one writes now'
  if (line.event === 'ready') {
    const { root, revision, role, files, lines, milliseconds } = line
    const numbers = `${counted(files, 'file')}, ${counted(lines, 'line')}`
    const following = role === 'follower' ? '\nAnother process keeps it up to date: following' : ''
    return `Watching ${root}, revision ${revision}: ${numbers} (${duration(milliseconds)})${following}`
  }
  const { revision, added, changed, removed, milliseconds } = line
  const parts = Object.entries({ added, changed, removed })
    .filter(([, number]) => number > 0)
    .map(([what, number]) => `${count(number)} ${what}`)
  return `revision ${revision}: ${parts.length === 0 ? 'updated' : parts.join(', ')} (${duration(milliseconds)})`
}
