import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Database, openDatabase } from '@forge/db'
import { createSchemaManager } from '@forge/migrate'
import { type FileToSave, createPdgStore, pdgMigrations, type PdgStore, type PdgTables } from '@forge/pdg/store'
import Driver from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { lowerTiny } from './tiny-language.ts'

/** A database of graphs in a file of its own. */
export interface StoreFile {
  readonly file: string
  readonly db: Database<PdgTables>
  readonly store: PdgStore
  /** Another connection to the same file. */
  open(): Database<PdgTables>
}

/** An empty store, gone after the test. */
export async function storeFile(Connection: typeof Driver = Driver): Promise<StoreFile> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'forge-pdg-'))
  const file = path.join(folder, 'graphs.db')
  const opened: Database<PdgTables>[] = []
  const open = (): Database<PdgTables> => {
    const db = openDatabase<PdgTables>({ open: () => new Connection(file) })
    opened.push(db)
    return db
  }
  onTestFinished(async () => {
    for (const db of opened) await db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const db = open()
  await createSchemaManager({ db: db.kysely, migrations: pdgMigrations }).up()
  return { file, db, store: createPdgStore(db, { project: 'one' }), open }
}

/** A file in the language of tests, to be saved. */
export function tinyFile(path: string, text: string): FileToSave {
  return { path, text, ir: lowerTiny(text) }
}
