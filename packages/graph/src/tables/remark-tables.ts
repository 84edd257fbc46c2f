import type { Database, Transaction } from '@forge/db'
import type { Selectable } from 'kysely'
import type { DiagnosticInput } from '../graph-types.ts'
import { countPlaces } from '../packed-sites.ts'
import type { GraphTables } from '../schema.ts'
import { BulkInsert, type BulkStatements, prepareBulkInsert } from './bulk-insert.ts'

type Tx = Transaction<GraphTables>

/** A row of `unresolved`. */
export type UnresolvedRow = Selectable<GraphTables['unresolved']>

/** A row of `diagnostics`. */
export type DiagnosticRow = Selectable<GraphTables['diagnostics']>

const unresolvedColumns = ['project', 'file', 'name', 'reason', 'call', 'sites'] as const
const diagnosticColumns = ['project', 'position', 'path', 'code', 'message', 'start_offset', 'end_offset'] as const

/** What the graph says about its own gaps: places without a target, and diagnostics. */
export class RemarkTables {
  readonly #bulkUnresolved: BulkStatements
  readonly #bulkDiagnostics: BulkStatements
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>) {
    this.#bulkUnresolved = prepareBulkInsert(db, 'unresolved', unresolvedColumns)
    this.#bulkDiagnostics = prepareBulkInsert(db, 'diagnostics', diagnosticColumns)
    this.#statements = prepare(db)
  }

  /** Collects unresolved places of many files. */
  unresolvedBulk(tx: Tx): BulkInsert {
    return new BulkInsert(tx, this.#bulkUnresolved)
  }

  /** The unresolved places of a file, by name, reason and whether they are calls. */
  unresolvedOfFile(tx: Tx, project: number, file: number): UnresolvedRow[] {
    return tx.all(this.#statements.unresolvedOfFile, { project, file })
  }

  /** How many places could not be resolved. */
  countUnresolved(tx: Tx, project: number): number {
    return tx.all(this.#statements.allPlaces, { project }).reduce((sum, { sites }) => sum + countPlaces(sites), 0)
  }

  removeUnresolved(tx: Tx, project: number, file: number): void {
    tx.run(this.#statements.removeUnresolved, { project, file })
  }

  diagnostics(tx: Tx, project: number): DiagnosticRow[] {
    return tx.all(this.#statements.diagnostics, { project })
  }

  replaceDiagnostics(tx: Tx, project: number, diagnostics: readonly DiagnosticInput[]): void {
    tx.run(this.#statements.removeDiagnostics, { project })
    const bulk = new BulkInsert(tx, this.#bulkDiagnostics)
    for (const [position, { path, code, message, start, end }] of diagnostics.entries()) {
      bulk.add([project, position, path, code, message, start ?? null, end ?? null])
    }
    bulk.flush()
  }
}

function prepare(db: Database<GraphTables>) {
  return {
    unresolvedOfFile: db.prepared((kysely, param: { project: number; file: number }) =>
      kysely
        .selectFrom('unresolved')
        .selectAll()
        .where('project', '=', param.project)
        .where('file', '=', param.file)
        .orderBy('name')
        .orderBy('reason')
        .orderBy('call'),
    ),
    allPlaces: db.prepared((kysely, param: { project: number }) =>
      kysely.selectFrom('unresolved').select('sites').where('project', '=', param.project),
    ),
    removeUnresolved: db.prepared((kysely, param: { project: number; file: number }) =>
      kysely.deleteFrom('unresolved').where('project', '=', param.project).where('file', '=', param.file),
    ),
    diagnostics: db.prepared((kysely, param: { project: number }) =>
      kysely.selectFrom('diagnostics').selectAll().where('project', '=', param.project).orderBy('position'),
    ),
    removeDiagnostics: db.prepared((kysely, param: { project: number }) =>
      kysely.deleteFrom('diagnostics').where('project', '=', param.project),
    ),
  }
}
