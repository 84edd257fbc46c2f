import process from 'node:process'
import { openDatabase } from '@forge/db'
import { createSchemaManager } from '@forge/migrate'
import { createProjectRegistry, projectMigrations, type ProjectTables } from '@forge/projects'
import Driver from 'better-sqlite3'

/**
 * Adds as many folders as it is told to the file it is given, which it makes where there is none, and prints the name of each.
 *
 * The last folder is the same for all processes.
 */
const [file = '', own = '', count = '0'] = process.argv.slice(2)

const db = openDatabase<ProjectTables>({ open: () => new Driver(file, { timeout: 0 }) })
const schema = createSchemaManager({ db: db.kysely, migrations: projectMigrations })
const registry = createProjectRegistry({ db, ready: async () => void (await schema.up()) })
for (let index = 0; index <= Number(count); index++) {
  const isShared = index === Number(count)
  const { project, outcome } = await registry.add(
    {
      root: isShared ? '/shared' : `/${own}/${index}/api`,
      identity: isShared ? 'path:/shared' : 'git:1:api',
      database: '/graph.db',
      suggestedName: isShared ? 'shared' : 'api',
    },
    () => true,
  )
  process.stdout.write(`${outcome} ${project.name}\n`)
}
await db.close()
