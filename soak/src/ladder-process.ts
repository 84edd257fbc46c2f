import { writeSync } from 'node:fs'
import { openDatabase } from '@forge/db'
import { createSchemaManager } from '@forge/migrate'
import Driver from 'better-sqlite3'
import { ladder, rungs } from './ladder.ts'

// Run as a process of its own, to be killed: migrates up and down for ever and prints each version once it is reached.
const [, , file = ''] = process.argv
writeSync(1, 'opening\n')
const db = openDatabase({ open: () => new Driver(file) })
const manager = createSchemaManager({ db: db.kysely, migrations: ladder() })
let { version } = await manager.status()
writeSync(1, `ready\n${version}\n`)
for (;;) {
  while (version < rungs) {
    version = (await manager.up({ to: version + 1 })).version
    writeSync(1, `${version}\n`)
  }
  while (version > 0) {
    version = (await manager.down({ steps: 1 })).version
    writeSync(1, `${version}\n`)
  }
}
