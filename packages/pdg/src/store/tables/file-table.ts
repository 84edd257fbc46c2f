import type { Database, Transaction } from '@forge/db'
import { sql } from 'kysely'
import type { PdgFileTable, PdgTables } from '../schema.ts'

type Tx = Transaction<PdgTables>

interface OfProject {
  project: number
}
interface OfFile extends OfProject {
  path: string
}

/** A file as it is read. */
export type FileRow = Pick<PdgFileTable, 'id' | 'path' | 'content_hash' | 'layout'>

/** Files with their functions. */
export class FileTable {
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<PdgTables>) {
    this.#statements = prepare(db)
  }

  find(tx: Tx, key: OfFile): FileRow | undefined {
    return tx.first(this.#statements.file, key)
  }

  /** The first file whose path comes after one. */
  findAfter(tx: Tx, key: OfFile): FileRow | undefined {
    return tx.first(this.#statements.nextFile, key)
  }

  /** All files by their paths. */
  list(tx: Tx, project: number): readonly Pick<PdgFileTable, 'path' | 'content_hash' | 'functions'>[] {
    return tx.all(this.#statements.files, { project })
  }

  /** How many files there are, and how many functions they have. */
  totals(tx: Tx, project: number): { readonly files: number; readonly functions: number } {
    return tx.firstOrThrow(this.#statements.fileTotals, { project })
  }

  /** The highest id of a file, 0 where there is none. */
  last(tx: Tx, project: number): number {
    return tx.first(this.#statements.lastFile, { project })?.id ?? 0
  }

  /** Adds a file; how many rows that wrote, as below. */
  add(tx: Tx, row: PdgFileTable): number {
    return tx.run(this.#statements.addFile, row).changes
  }

  set(tx: Tx, row: Omit<PdgFileTable, 'path'>): number {
    return tx.run(this.#statements.setFile, row).changes
  }

  drop(tx: Tx, key: OfProject & { id: number }): number {
    return tx.run(this.#statements.dropFile, key).changes
  }
}

function prepare(db: Database<PdgTables>) {
  return {
    file: db.prepared((kysely, param: OfFile) =>
      kysely
        .selectFrom('pdg_files')
        .select(['id', 'path', 'content_hash', 'layout'])
        .where('project', '=', param.project)
        .where('path', '=', param.path),
    ),
    nextFile: db.prepared((kysely, param: OfFile) =>
      kysely
        .selectFrom('pdg_files')
        .select(['id', 'path', 'content_hash', 'layout'])
        .where('project', '=', param.project)
        .where('path', '>', param.path)
        .orderBy('path')
        .limit(1),
    ),
    files: db.prepared((kysely, param: OfProject) =>
      kysely
        .selectFrom('pdg_files')
        .select(['path', 'content_hash', 'functions'])
        .where('project', '=', param.project)
        .orderBy('path'),
    ),
    fileTotals: db.prepared((kysely, param: OfProject) =>
      kysely
        .selectFrom('pdg_files')
        .select(({ fn }) => [
          fn.countAll<number>().as('files'),
          fn.coalesce(fn.sum<number>('functions'), sql<number>`0`).as('functions'),
        ])
        .where('project', '=', param.project),
    ),
    lastFile: db.prepared((kysely, param: OfProject) =>
      kysely.selectFrom('pdg_files').select('id').where('project', '=', param.project).orderBy('id', 'desc').limit(1),
    ),
    addFile: db.prepared((kysely, param: PdgFileTable) =>
      kysely.insertInto('pdg_files').values({
        project: param.project,
        id: param.id,
        path: param.path,
        content_hash: param.content_hash,
        functions: param.functions,
        layout: param.layout,
      }),
    ),
    setFile: db.prepared((kysely, param: Omit<PdgFileTable, 'path'>) =>
      kysely
        .updateTable('pdg_files')
        .set({ content_hash: param.content_hash, functions: param.functions, layout: param.layout })
        .where('project', '=', param.project)
        .where('id', '=', param.id),
    ),
    dropFile: db.prepared((kysely, param: OfProject & { id: number }) =>
      kysely.deleteFrom('pdg_files').where('project', '=', param.project).where('id', '=', param.id),
    ),
  }
}
