import type { Database, Transaction } from '@forge/db'
import { InternalError } from '@forge/errors'
import { LRUCache } from 'lru-cache'
import type { Range } from './graph-types.ts'
import { LineTable } from './line-table.ts'
import { type Locals, unpackLocals } from './packed-locals.ts'
import { type FileTexts, unpackTexts } from './packed-texts.ts'
import type { GraphTables } from './schema.ts'
import { GraphInputError } from './errors.ts'
import { type FileContents, FileTable } from './tables/file-table.ts'
import { ProjectTable } from './tables/project-table.ts'

/** One snapshot of one project. */
export interface Session {
  readonly tx: Transaction<GraphTables>
  readonly project: number
}

/** Waited for before a question is answered, so that the answer can reflect what has just been saved; undefined for nothing. */
export type BeforeRead = () => Promise<void> | undefined

/** Which project is read, and when. */
export interface ReadOptions {
  /** The name of the project. */
  readonly project: string
  readonly beforeRead?: BeforeRead
}

/** The row id of no project: everything asked of it is empty. */
const noProject = 0

/** Reads one project of a database. */
export class ProjectReader {
  readonly #db: Database<GraphTables>
  readonly #name: string
  readonly #projects: ProjectTable
  readonly #beforeRead: BeforeRead | undefined
  #id: number | undefined

  constructor(db: Database<GraphTables>, { project: name, beforeRead }: ReadOptions) {
    if (typeof name !== 'string' || name === '') {
      throw new GraphInputError('A project needs a name', {
        hint: 'Give a text that is not empty as project',
        details: { project: name },
      })
    }
    this.#db = db
    this.#name = name
    this.#beforeRead = beforeRead
    this.#projects = new ProjectTable(db)
  }

  /** Answers from one snapshot: of the revision before, where it is asked while an update goes on. */
  async read<T>(query: (session: Session) => T | PromiseLike<T>, signal?: AbortSignal): Promise<T> {
    const waiting = this.#beforeRead?.()
    if (waiting !== undefined) await waiting
    const options = { mode: 'read', separate: true, ...(signal === undefined ? {} : { signal }) } as const
    return this.#db.transaction((tx) => query(this.#sessionOf(tx)), options)
  }

  async newestRevision(): Promise<number> {
    const waiting = this.#beforeRead?.()
    if (waiting !== undefined) await waiting
    return this.#projects.newest(this.#name)
  }

  meta({ tx, project }: Session, key: string): string | undefined {
    return this.#projects.meta(tx, project, key)
  }

  #sessionOf(tx: Session['tx']): Session {
    this.#id ??= this.#projects.find(tx, this.#name)
    return { tx, project: this.#id ?? noProject }
  }
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
