import { type RawBuilder, sql } from 'kysely'

/** Ends an `integer primary key`, so that who still holds the id of a row that was removed never means another one by it. */
export const neverReused: RawBuilder<unknown> = sql`autoincrement`
