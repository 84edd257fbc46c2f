import { renameSync } from 'node:fs'
import { expect, it } from 'vitest'
import { databaseFile, failure, people } from './people.ts'

it('never says that it has written to a file that is gone', async () => {
  const writes = [
    (db: Awaited<ReturnType<typeof people>>) => db.kysely.deleteFrom('person').execute(),
    (db: Awaited<ReturnType<typeof people>>) =>
      db.kysely.transaction().execute((trx) => trx.deleteFrom('person').execute()),
    (db: Awaited<ReturnType<typeof people>>) => db.transaction((tx) => tx.kysely.deleteFrom('person').execute()),
    (db: Awaited<ReturnType<typeof people>>) => db.prepared((db) => db.deleteFrom('person')).run(),
  ]
  for (const write of writes) {
    const file = databaseFile()
    const db = await people({ file })
    renameSync(file, `${file}-elsewhere`)
    expect(await failure(() => write(db))).toMatchObject({ code: 'FORGE_DB_MOVED' })
    await db.close()
  }
})
