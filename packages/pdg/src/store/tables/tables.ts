import type { Database } from '@forge/db'
import type { PdgTables } from '../schema.ts'
import { EmbeddingTable } from './embedding-table.ts'
import { FileTable } from './file-table.ts'
import { FunctionTable } from './function-table.ts'
import { ProjectTable } from './project-table.ts'
import { UseTable } from './use-table.ts'

/** Every statement of the store, built and compiled once. */
export interface Tables {
  readonly projects: ProjectTable
  readonly files: FileTable
  readonly functions: FunctionTable
  readonly uses: UseTable
  readonly embeddings: EmbeddingTable
}

/** Builds the statements for a database. */
export function createTables(db: Database<PdgTables>): Tables {
  return {
    projects: new ProjectTable(db),
    files: new FileTable(db),
    functions: new FunctionTable(db),
    uses: new UseTable(db),
    embeddings: new EmbeddingTable(db),
  }
}
