import { openDatabase } from '@forge/db'
import { createSchemaManager, defineMigration } from '@forge/migrate'
import Driver from 'better-sqlite3'
import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
// @boundaries-ignore a disk is no part of a package
import { smallDisk } from '../../packages/db/test/small-disk.ts'

it('leaves nothing of a migration that found the disk full, and applies it when there is room', async ({ skip }) => {
  const disk = smallDisk() ?? skip('this user, or this machine, may not mount a small disk')
  const file = disk.path('migrated.db')
  const db = openDatabase<{ large: { body: Uint8Array } }>({ open: () => new Driver(file), cacheSizeKiB: 64 })
  onTestFinished(() => db.close({ deadline: 0 }).catch(() => {}))
  const small = defineMigration({
    id: 'soak/0001-small',
    up: (schema) => [schema.schema.createTable('small').addColumn('n', 'integer')],
  })
  const large = defineMigration({
    id: 'soak/0002-large',
    up: (schema) => [
      schema.schema.createTable('large').addColumn('body', 'blob'),
      sql`insert into large values (zeroblob(400000)), (zeroblob(400000))`,
    ],
  })
  await createSchemaManager({ db: db.kysely, migrations: [small] }).up()
  const manager = createSchemaManager({ db: db.kysely, migrations: [small, large] })
  disk.fill(200)
  const failure = manager.up()
  await expect(failure).rejects.toMatchObject({
    code: 'FORGE_MIGRATE_FAILED',
    details: { id: 'soak/0002-large' },
    cause: { code: 'FORGE_DB_FULL' },
  })
  expect(await manager.status()).toMatchObject({ version: 1, pending: ['soak/0002-large'] })
  const tables = () => db.pool.all("select name from sqlite_schema where name in ('small', 'large')")
  expect(await tables()).toStrictEqual([{ name: 'small' }])
  disk.free()
  expect(await manager.up()).toMatchObject({ version: 2 })
  expect(await tables()).toHaveLength(2)
  expect(await db.pool.all('pragma integrity_check')).toStrictEqual([{ integrity_check: 'ok' }])
})
