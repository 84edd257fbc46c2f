import { type RawBuilder, sql } from 'kysely'

/** Ends `create table` so that short rows sit in their primary key instead of beside it. */
export const clustered: RawBuilder<unknown> = sql`without rowid`
