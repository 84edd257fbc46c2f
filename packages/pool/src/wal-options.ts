import type { CheckpointMode, WalSize } from './checkpoint.ts'
import { PoolOptionsError } from './pool-errors.ts'

/** When the WAL is moved into the database file, and what is done about readers that are in the way. */
export interface WalOptions {
  /** Bytes that wait in the WAL before a checkpoint moves what it can. Default 4 MiB. */
  readonly passiveAt?: number
  /** Bytes in the WAL before it is made to start over. Default 32 MiB. */
  readonly restartAt?: number
  /** Bytes in the WAL before its file is cut to nothing as well. Default 128 MiB. */
  readonly truncateAt?: number
  /** Milliseconds a reader may be in the way of a checkpoint before it is reported. Default 10 000; `Infinity`: never. */
  readonly longReader?: number
  /** Milliseconds a reader may be in the way of a checkpoint before its connection is closed. Default `Infinity`: for ever. */
  readonly endReadersAfter?: number
}

/** {@link WalOptions} with every default filled in. */
export type WalSettings = Required<WalOptions>

const mebibyte = 2 ** 20

/**
 * Fills in the defaults and refuses values that cannot work.
 *
 * @throws `FORGE_POOL_OPTIONS`
 */
export function walSettings(options: WalOptions = {}): WalSettings {
  const settings: WalSettings = {
    passiveAt: options.passiveAt ?? 4 * mebibyte,
    restartAt: options.restartAt ?? Math.max(32 * mebibyte, options.passiveAt ?? 0),
    truncateAt: options.truncateAt ?? Math.max(128 * mebibyte, options.restartAt ?? 0, options.passiveAt ?? 0),
    longReader: options.longReader ?? 10_000,
    endReadersAfter: options.endReadersAfter ?? Number.POSITIVE_INFINITY,
  }
  for (const name of ['passiveAt', 'restartAt', 'truncateAt'] as const) {
    const value = settings[name]
    if (!Number.isSafeInteger(value) || value < 1) refuse(name, 'a number of bytes, 1 or more', value)
  }
  for (const name of ['longReader', 'endReadersAfter'] as const) {
    const value = settings[name]
    if (typeof value !== 'number' || !(value >= 0)) refuse(name, 'a number of milliseconds, 0 or more', value)
  }
  const { passiveAt, restartAt, truncateAt } = settings
  if (restartAt < passiveAt) refuse('restartAt', 'no less than wal.passiveAt', restartAt)
  if (truncateAt < restartAt) refuse('truncateAt', 'no less than wal.restartAt', truncateAt)
  return settings
}

/** What is to be done about a WAL of this size, if anything. */
export function checkpointFor(size: WalSize, settings: WalSettings): CheckpointMode | undefined {
  // The next write lets a WAL that was moved as a whole start over by itself.
  if (size.pendingBytes === 0) return undefined
  if (size.bytes >= settings.truncateAt) return 'truncate'
  if (size.bytes >= settings.restartAt) return 'restart'
  return size.pendingBytes >= settings.passiveAt ? 'passive' : undefined
}

function refuse(name: keyof WalOptions, wanted: string, value: unknown): never {
  throw new PoolOptionsError(`The option wal.${name} must be ${wanted}, not ${String(value)}`, {
    hint: `Correct or leave out wal.${name}`,
    details: { option: `wal.${name}` },
  })
}
