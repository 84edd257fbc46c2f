import path from 'node:path'
import type { Memory } from '@forge/memory'
import type { RunStorage } from '@forge/runs'
import { RunAmbiguousError } from '../errors.ts'
import { openMemory, openRunHistory, type OwnStoreOptions } from '../own-stores.ts'
import { storeOptions, type CommandContext } from './command.ts'

/** Where the runs are. */
export interface RunsOption {
  readonly runsDb?: string
}

/** Where the memory is. */
export interface MemoryOption {
  readonly memoryDb?: string
}

/** The runs, until the command ends; a command that only reads makes no file. */
export function runsOf(context: CommandContext, { runsDb }: RunsOption, access: 'read' | 'write'): RunStorage {
  const file = fileOf(context, runsDb, 'runs.db')
  return context.use(openRunHistory(file, ownStoreOptions(context, access))).storage
}

/** The memory, until the command ends; a command that only reads makes no file. */
export function memoryOf(context: CommandContext, { memoryDb }: MemoryOption, access: 'read' | 'write'): Memory {
  return context.use(openMemory(fileOf(context, memoryDb, 'memory.db'), ownStoreOptions(context, access)))
}

/** The whole id of the run that `text` means: an id, the beginning of one, or `latest`. */
export async function runId(runs: RunStorage, text: string): Promise<string> {
  if (text === 'latest') return (await runs.listRuns(1))[0]?.id ?? text
  // Fewer characters say less than a month of the time that an id begins with.
  if (!/^[0-9a-f-]{4,36}$/i.test(text)) return text
  const { runs: found } = await runs.search({ field: 'id', operator: ':', values: [text] }, { limit: 5 })
  if (found.length > 1)
    throw new RunAmbiguousError(
      text,
      found.map(({ id }) => id),
    )
  return found[0]?.id ?? text
}

function ownStoreOptions(context: CommandContext, access: 'read' | 'write'): OwnStoreOptions {
  return { ...storeOptions(context.global), create: access === 'write' }
}

function fileOf(context: CommandContext, given: string | undefined, name: string): string {
  return given === undefined ? path.join(context.place().root, '.forge', name) : path.resolve(context.cwd, given)
}
