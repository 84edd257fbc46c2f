import { MigrateBackupError } from './errors.ts'

/** What a backup comes before. */
export interface BackupInfo {
  /** The version of the schema that is about to change. */
  readonly version: number
  /** The migrations that are about to run, in order. */
  readonly steps: readonly { readonly id: string; readonly direction: 'up' | 'down' }[]
  /** The signal the migration was started with. */
  readonly signal: AbortSignal | undefined
}

/**
 * Copies the database to where it can be restored from; what it rejects with stops the migration.
 *
 * It is called while the migration holds its lock, so it must not use the
 * `db` of the manager, which would wait for itself. See `sqliteBackup`.
 */
export type BackupHook = (info: BackupInfo) => Promise<unknown>

/** Calls `backup`; what goes wrong is `FORGE_MIGRATE_BACKUP`, but an abort rejects with its own reason. */
export async function makeBackup(backup: BackupHook, info: BackupInfo): Promise<void> {
  try {
    await backup(info)
  } catch (cause) {
    if (info.signal?.aborted && cause === info.signal.reason) throw cause
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new MigrateBackupError(`The database was not migrated, because its backup failed: ${message}`, {
      hint: 'Make the backup possible and migrate again',
      cause,
    })
  }
}
