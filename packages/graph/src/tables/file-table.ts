import type { Database, Transaction } from '@forge/db'
import type { FileInput, StoredFile } from '../graph-types.ts'
import type { GraphTables } from '../schema.ts'

type Tx = Transaction<GraphTables>

/** The packed columns of `file_contents`. */
export interface FileContents {
  readonly line_starts: Uint8Array
  readonly locals: Uint8Array
  readonly texts: Uint8Array
}

/** Files and what is read of them when they are asked about. */
export class FileTable {
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>) {
    this.#statements = prepare(db)
  }

  /** All files, by path. */
  all(tx: Tx, project: number): StoredFile[] {
    return tx.all(this.#statements.all, { project })
  }

  insert(tx: Tx, project: number, id: number, file: FileInput, revision: number): void {
    tx.run(this.#statements.insert, { project, id, ...rowOf(file, revision) })
  }

  update(tx: Tx, project: number, id: number, file: FileInput, revision: number): void {
    tx.run(this.#statements.update, { project, id, ...rowOf(file, revision) })
  }

  touch(tx: Tx, project: number, id: number, stat: { readonly size: number; readonly modified: number }): void {
    tx.run(this.#statements.touch, { project, id, size: stat.size, modified: stat.modified })
  }

  contents(tx: Tx, project: number, id: number): FileContents | undefined {
    return tx.first(this.#statements.contents, { project, id })
  }

  putContents(tx: Tx, project: number, id: number, contents: FileContents): void {
    const { line_starts: lineStarts, locals, texts } = contents
    tx.run(this.#statements.putContents, { project, id, lineStarts, locals, texts })
  }

  putLocals(tx: Tx, project: number, id: number, locals: Uint8Array, revision: number): void {
    tx.run(this.#statements.putLocals, { project, id, locals })
    this.markWritten(tx, project, id, revision)
  }

  /** Records that a revision wrote the contents of a file. */
  markWritten(tx: Tx, project: number, id: number, revision: number): void {
    tx.run(this.#statements.markWritten, { project, id, revision })
  }

  /** Records that a revision changed what belongs to a file. */
  markChanged(tx: Tx, project: number, id: number, revision: number): void {
    tx.run(this.#statements.markChanged, { project, id, revision })
  }

  /** How many files there are, and how many lines in them. */
  totals(tx: Tx, project: number): { readonly files: number; readonly lines: number } {
    const { files, lines } = tx.firstOrThrow(this.#statements.totals, { project })
    return { files, lines: lines ?? 0 }
  }

  /** Takes a file out that has no nodes any more. */
  remove(tx: Tx, project: number, id: number): void {
    tx.run(this.#statements.removeContents, { project, id })
    tx.run(this.#statements.remove, { project, id })
  }

  getFacts(tx: Tx, hash: Uint8Array, language: string, version: number): Uint8Array | undefined {
    return tx.first(this.#statements.getFacts, { hash, language, version })?.data
  }

  putFacts(tx: Tx, hash: Uint8Array, language: string, version: number, data: Uint8Array): void {
    tx.run(this.#statements.putFacts, { hash, language, version, data })
  }

  /** Drops facts that no file of any project has the content of. */
  dropUnusedFacts(tx: Tx, hash: Uint8Array, language: string): void {
    tx.run(this.#statements.dropUnusedFacts, { hash, language })
  }
}

interface Row {
  path: string
  hash: Uint8Array
  language: string
  size: number
  modified: number
  lines: number
  revision: number
}

interface Key {
  project: number
  id: number
}

function rowOf(file: FileInput, revision: number): Row {
  const { path, hash, language, size, modified, lineStarts } = file
  return { path, hash, language, size, modified, lines: lineStarts.length, revision }
}

function prepare(db: Database<GraphTables>) {
  return {
    all: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('files')
        .select(['id', 'path', 'hash', 'language', 'size', 'modified'])
        .where('project', '=', param.project)
        .orderBy('path'),
    ),
    insert: db.prepared((kysely, param: Key & Row) =>
      kysely.insertInto('files').values({
        project: param.project,
        id: param.id,
        path: param.path,
        hash: param.hash,
        language: param.language,
        size: param.size,
        modified: param.modified,
        lines: param.lines,
        written: param.revision,
        changed: param.revision,
      }),
    ),
    update: db.prepared((kysely, param: Key & Row) =>
      kysely
        .updateTable('files')
        .set({
          hash: param.hash,
          language: param.language,
          size: param.size,
          modified: param.modified,
          lines: param.lines,
          written: param.revision,
          changed: param.revision,
        })
        .where('project', '=', param.project)
        .where('id', '=', param.id),
    ),
    touch: db.prepared((kysely, param: Key & { size: number; modified: number }) =>
      kysely
        .updateTable('files')
        .set({ size: param.size, modified: param.modified })
        .where('project', '=', param.project)
        .where('id', '=', param.id),
    ),
    remove: db.prepared((kysely, param: Key) =>
      kysely.deleteFrom('files').where('project', '=', param.project).where('id', '=', param.id),
    ),
    contents: db.prepared((kysely, param: Key) =>
      kysely
        .selectFrom('file_contents')
        .select(['line_starts', 'locals', 'texts'])
        .where('project', '=', param.project)
        .where('file', '=', param.id),
    ),
    putContents: db.prepared((kysely, param: Key & { lineStarts: Uint8Array; locals: Uint8Array; texts: Uint8Array }) =>
      kysely
        .insertInto('file_contents')
        .values({
          project: param.project,
          file: param.id,
          line_starts: param.lineStarts,
          locals: param.locals,
          texts: param.texts,
        })
        .onConflict((conflict) =>
          conflict.columns(['project', 'file']).doUpdateSet((eb) => ({
            line_starts: eb.ref('excluded.line_starts'),
            locals: eb.ref('excluded.locals'),
            texts: eb.ref('excluded.texts'),
          })),
        ),
    ),
    putLocals: db.prepared((kysely, param: Key & { locals: Uint8Array }) =>
      kysely
        .updateTable('file_contents')
        .set({ locals: param.locals })
        .where('project', '=', param.project)
        .where('file', '=', param.id),
    ),
    markWritten: db.prepared((kysely, param: Key & { revision: number }) =>
      kysely
        .updateTable('files')
        .set({ written: param.revision })
        .where('project', '=', param.project)
        .where('id', '=', param.id),
    ),
    markChanged: db.prepared((kysely, param: Key & { revision: number }) =>
      kysely
        .updateTable('files')
        .set({ changed: param.revision })
        .where('project', '=', param.project)
        .where('id', '=', param.id),
    ),
    totals: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('files')
        .select(({ fn }) => [fn.countAll<number>().as('files'), fn.sum<number | null>('lines').as('lines')])
        .where('project', '=', param.project),
    ),
    removeContents: db.prepared((kysely, param: Key) =>
      kysely.deleteFrom('file_contents').where('project', '=', param.project).where('file', '=', param.id),
    ),
    getFacts: db.prepared((kysely, param: { hash: Uint8Array; language: string; version: number }) =>
      kysely
        .selectFrom('facts')
        .select('data')
        .where('hash', '=', param.hash)
        .where('language', '=', param.language)
        .where('version', '=', param.version),
    ),
    putFacts: db.prepared((kysely, param: { hash: Uint8Array; language: string; version: number; data: Uint8Array }) =>
      kysely
        .insertInto('facts')
        .values({ hash: param.hash, language: param.language, version: param.version, data: param.data })
        .onConflict((conflict) =>
          conflict
            .columns(['hash', 'language'])
            .doUpdateSet((eb) => ({ version: eb.ref('excluded.version'), data: eb.ref('excluded.data') })),
        ),
    ),
    dropUnusedFacts: db.prepared((kysely, param: { hash: Uint8Array; language: string }) =>
      kysely
        .deleteFrom('facts')
        .where('hash', '=', param.hash)
        .where('language', '=', param.language)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('files')
                .select('files.id')
                .where('files.hash', '=', param.hash)
                .where('files.language', '=', param.language),
            ),
          ),
        ),
    ),
  }
}
