import { isBusy } from './driver-error.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** Whether a connection can still read its database; a lock that is in the way now says nothing against it. */
export function checkHealth(connection: SqliteConnection): boolean {
  try {
    connection.prepare('select count(*) from sqlite_schema').all()
    return true
  } catch (error) {
    return isBusy(error) && connection.open
  }
}
