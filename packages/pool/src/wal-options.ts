import type { CheckpointMode, WalSize } from './checkpoint.ts'

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

/** What goes for a pool that is told nothing else. */
export const defaultWalSettings: WalSettings = {
  passiveAt: 4 * mebibyte,
  restartAt: 32 * mebibyte,
  truncateAt: 128 * mebibyte,
  longReader: 10_000,
  endReadersAfter: Number.POSITIVE_INFINITY,
}

/** What is to be done about a WAL of this size, if anything. */
export function checkpointFor(size: WalSize, settings: WalSettings): CheckpointMode | undefined {
  // The next write lets a WAL that was moved as a whole start over by itself.
  if (size.pendingBytes === 0) return undefined
  if (size.bytes >= settings.truncateAt) return 'truncate'
  if (size.bytes >= settings.restartAt) return 'restart'
  return size.pendingBytes >= settings.passiveAt ? 'passive' : undefined
}
