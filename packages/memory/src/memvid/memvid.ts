import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { invalid, type Place } from '../checks.ts'
import { createMemory } from '../create-memory.ts'
import { storageError } from '../memory-core.ts'
import type { MemoryDriver, MemoryOptions } from '../memory-options.ts'
import { openStore } from '../open-store.ts'
import { frameProject, FrameTable } from './frame-table.sqlite.ts'
import { refuseUnsupported } from './frame.ts'
import { MemoryExistsError, MemoryNotFoundError, MemoryUnsupportedError } from './memvid-errors.ts'
import { MemvidFile } from './memvid-file.ts'
import type { Memvid, MemvidOpenOptions } from './memvid-types.ts'

/** What all files of one {@link memvid} have in common. */
export interface MemvidSettings extends Pick<MemoryOptions, 'maxSize' | 'compression' | 'vectorIndex' | 'clock'> {
  readonly driver: MemoryDriver
  readonly synchronous?: 'FULL' | 'NORMAL'
}

/** The functions of `@memvid/sdk` that open a file. The kind has to be `basic`. */
export interface MemvidFunctions {
  /** Makes a file. Throws `FORGE_MEMORY_EXISTS` where it has frames, unless `overwrite` is set. */
  create(file: string, kind?: string, options?: MemvidOpenOptions): Promise<Memvid>
  /** Opens a file that is there, or what `mode` says. Throws `FORGE_MEMORY_NOT_FOUND`. */
  open(file: string, kind?: string, options?: MemvidOpenOptions): Promise<Memvid>
  /** {@link MemvidFunctions.open} with the kind first. */
  use(kind: string, file: string, options?: MemvidOpenOptions): Promise<Memvid>
}

/**
 * What programs use of `@memvid/sdk`, over a memory in SQLite: as many frames as the disk holds, and any number of processes.
 * The files are SQLite databases, not `.mv2` files.
 *
 * @example
 * ```ts
 * import Driver from 'better-sqlite3'
 * import { memvid } from '@forge/memory/memvid'
 *
 * const { create } = memvid({ driver: Driver })
 * await using notes = await create('notes.db')
 * await notes.put({ title: 'Plan', text: 'Move the parser into a worker', tags: ['parser'] })
 * const { hits } = await notes.find('worker')
 * ```
 */
export function memvid(settings: MemvidSettings): MemvidFunctions {
  const functions: MemvidFunctions = {
    create: (file, kind = 'basic', options = {}) =>
      openFile(settings, { file, kind, options, create: true, callSite: functions.create }),
    open: (file, kind = 'basic', options = {}) => openFile(settings, { file, kind, options, callSite: functions.open }),
    use: (kind, file, options = {}) => openFile(settings, { file, kind, options, callSite: functions.use }),
  }
  return functions
}

interface OpenRequest {
  readonly file: string
  readonly kind: string
  readonly options: MemvidOpenOptions
  /** Whatever the options say. */
  readonly create?: boolean
  readonly callSite: Place['callSite']
}

async function openFile(
  settings: MemvidSettings,
  { file, kind, options, create, callSite }: OpenRequest,
): Promise<Memvid> {
  const place = { path: 'options', callSite }
  if (typeof file !== 'string' || file === '') throw invalid({ ...place, path: 'file' }, 'the path of a file', file)
  if (kind !== 'basic') {
    throw new MemoryUnsupportedError(`The kind ${JSON.stringify(kind)} is not supported`, {
      hint: 'Use basic, and hand the hits to your framework yourself',
      details: { option: 'kind' },
      callSite,
    })
  }
  // Else it is an API key, which a file on this machine does not need.
  if (typeof options !== 'object' || options === null) throw invalid(place, 'an object', options)
  refuseUnsupported(options, ['memoryId', 'force', 'forceWritable'], place)
  const { overwrite = false, readOnly = false, lockTimeoutMs } = options
  const mode = create === true ? 'create' : (options.mode ?? 'open')
  if (!['open', 'create', 'auto'].includes(mode))
    throw invalid({ ...place, path: 'options.mode' }, 'open, create or auto', mode)
  const path = resolve(file)
  if (mode === 'open' && !existsSync(path)) {
    throw new MemoryNotFoundError(`There is no file ${path}`, {
      hint: 'Make it with create, or open it with the mode auto',
      details: { file: path },
      callSite,
    })
  }
  const { driver, synchronous = 'FULL', ...limits } = settings
  try {
    const store = await openStore({ path, driver, synchronous, busyDeadline: lockTimeoutMs ?? 30_000 })
    const frames = new FrameTable(store.db)
    const memory = createMemory({ db: store.db, project: frameProject, ...limits })
    const opened = new MemvidFile({ file: path, store, memory, frames, readOnly })
    try {
      await memory.create()
      if (mode === 'create') await makeEmpty(opened, frames, overwrite)
      return opened
    } catch (error) {
      await opened.seal().catch(() => undefined)
      throw error
    }
  } catch (error) {
    throw storageError(error, undefined)
  }
}

async function makeEmpty(opened: Memvid, frames: FrameTable, overwrite: boolean): Promise<void> {
  const { active_frame_count: count } = await opened.stats()
  if (count === 0) return
  if (overwrite) return await frames.clear()
  const path = await opened.path()
  throw new MemoryExistsError(`The file ${path} holds ${count} frames`, {
    hint: 'Open it in place of creating it; overwrite: true forgets what it holds',
    details: { file: path, frames: count },
  })
}
