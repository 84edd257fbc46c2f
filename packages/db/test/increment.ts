import { openDatabase } from '@forge/db'
import Driver from 'better-sqlite3'

// Run as a process of its own: adds one to the age of Ada, again and again, each time in a transaction.
const [, , file = '', times = '0'] = process.argv
const db = openDatabase<{ person: { name: string; age: number } }>({ open: () => new Driver(file) })
for (let i = 0; i < Number(times); i++) {
  await db.transaction(async (tx) => {
    const ada = tx.kysely.selectFrom('person').select('age').where('name', '=', 'Ada')
    const { age } = await ada.executeTakeFirstOrThrow()
    await tx.kysely
      .updateTable('person')
      .set({ age: age + 1 })
      .where('name', '=', 'Ada')
      .execute()
  })
}
await db.close()
