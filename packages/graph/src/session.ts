import type { Database, Transaction } from '@forge/db'
import { InternalError } from '@forge/errors'
import { LRUCache } from 'lru-cache'
import type { Range } from './graph-types.ts'
import { LineTable } from './line-table.ts'
import { type Locals, unpackLocals } from './packed-locals.ts'
import { type FileTexts, unpackTexts } from './packed-texts.ts'
import type { GraphTables } from './schema.ts'
import { type FileContents, FileTable } from './tables/file-table.ts'

/** One snapshot of one project. */
export interface Session {
  readonly tx: Transaction<GraphTables>
  readonly project: number
}

/** What tells the contents of a file apart from those of another revision. */
export interface FileVersion {
  /** The row id of the file. */
  readonly file: number
  /** The revision that wrote its contents. */
  readonly written: number
}

interface Contents {
  readonly lines: LineTable
  readonly packed: FileContents
  locals: Locals | undefined
  texts: FileTexts | undefined
}

const cachedFiles = 512

/** Line tables, locals and texts of the files asked about last. */
export class FileContentsCache {
  readonly #table: FileTable
  readonly #cache = new LRUCache<string, Contents>({ max: cachedFiles })

  constructor(db: Database<GraphTables>) {
    this.#table = new FileTable(db)
  }

  lines(session: Session, version: FileVersion): LineTable {
    return this.#contents(session, version).lines
  }

  range(session: Session, version: FileVersion, start: number, end: number): Range {
    return this.lines(session, version).range(start, end)
  }

  locals(session: Session, version: FileVersion): Locals {
    const contents = this.#contents(session, version)
    return (contents.locals ??= unpackLocals(contents.packed.locals))
  }

  texts(session: Session, version: FileVersion): FileTexts {
    const contents = this.#contents(session, version)
    return (contents.texts ??= unpackTexts(contents.packed.texts))
  }

  #contents({ tx, project }: Session, { file, written }: FileVersion): Contents {
    const key = `${project} ${file} ${written}`
    const cached = this.#cache.get(key)
    if (cached !== undefined) return cached
    const row = this.#table.contents(tx, project, file)
    if (row === undefined) throw new InternalError(`The file ${file} has no contents`, { details: { project, file } })
    const contents = { lines: new LineTable(row.line_starts), packed: row, locals: undefined, texts: undefined }
    this.#cache.set(key, contents)
    return contents
  }
}
