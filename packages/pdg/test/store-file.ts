import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Database, openDatabase } from '@forge/db'
import { createSchemaManager } from '@forge/migrate'
import { buildPdg, type FunctionIr } from '@forge/pdg'
import {
  createPdgStore,
  type FileToSave,
  type FunctionHash,
  functionHash,
  type LoadedFile,
  pdgMigrations,
  type PdgStore,
  type PdgTables,
} from '@forge/pdg/store'
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
export async function storeFile(
  Connection: new (file: string) => InstanceType<typeof Driver> = Driver,
): Promise<StoreFile> {
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

/** All that a stream gives. */
export async function listOf<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of stream) list.push(item)
  return list
}

/** The hash of a function of a file. */
export function hashIn({ text }: FileToSave, ir: FunctionIr): FunctionHash {
  return functionHash(text.slice(ir.start, ir.end), ir)
}

/** What comes back of a file. */
export function loadedOf(file: FileToSave): LoadedFile {
  return {
    path: file.path,
    contentHash: file.contentHash,
    ir: file.ir,
    pdgs: file.ir.functions.map((ir) => buildPdg(ir)),
    hashes: file.ir.functions.map((ir) => hashIn(file, ir)),
  }
}
