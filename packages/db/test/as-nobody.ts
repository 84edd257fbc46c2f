import { openDatabase } from '@forge/db'
import { isForgeError } from '@forge/errors'
import Driver from 'better-sqlite3'

interface Schema {
  person: { name: string; age: number }
}

// Run as a process of its own, by a user without privileges: reads and writes, and prints how each went.
const file = process.argv[2] ?? ''

/** `done`, or the code of the error, for a query, an insert and a transaction. */
async function outcomes(readOnly: boolean): Promise<string[]> {
  const db = openDatabase<Schema>({ open: () => new Driver(file, { readonly: readOnly }), readOnly })
  const work: readonly (() => Promise<unknown>)[] = [
    () => db.kysely.selectFrom('person').select('name').execute(),
    () => db.kysely.insertInto('person').values({ name: 'Cyd', age: 1 }).execute(),
    () => db.transaction(({ kysely }) => kysely.deleteFrom('person').execute()),
  ]
  const codes: string[] = []
  for (const each of work) {
    try {
      await each()
      codes.push('done')
    } catch (error) {
      codes.push(isForgeError(error) ? error.code : String(error))
    }
  }
  await db.close()
  return codes
}

process.stdout.write(JSON.stringify({ readWrite: await outcomes(false), readOnly: await outcomes(true) }))
