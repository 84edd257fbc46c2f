import { type RawBuilder, sql } from 'kysely'

/**
 * Ends a `create table` so that the rows are in the primary key instead of beside it: each insert writes a page less.
 *
 * Not for tables of large values, of which a page of a key holds few; nor for `runs`: only where rows are beside it does
 * SQLite look at the condition of an index before it fetches the row, and finds a rare word in 7 ms instead of 118 [measured].
 */
export const clustered: RawBuilder<unknown> = sql`without rowid`
