import type { Database } from '@forge/db'
import type { GraphTables } from '../schema.ts'
import { BulkLoad } from '../bulk-load.sqlite.ts'
import { lazyParts } from '../lazy-parts.ts'
import { SymbolSearch } from '../symbol-search.sqlite.ts'
import { EdgeTable } from './edge-table.ts'
import { FileTable } from './file-table.ts'
import { NodeTable } from './node-table.ts'
import { ProjectTable } from './project-table.ts'
import { RemarkTables } from './remark-tables.ts'

/** Everything that is written, with its statements compiled once, when they are first needed. */
export interface Tables {
  readonly projects: ProjectTable
  readonly files: FileTable
  readonly nodes: NodeTable
  readonly edges: EdgeTable
  readonly remarks: RemarkTables
  readonly search: SymbolSearch
  readonly bulkLoad: BulkLoad
}

/** Makes the tables of a database. */
export function createTables(db: Database<GraphTables>): Tables {
  return lazyParts<Tables>({
    projects: () => new ProjectTable(db),
    files: () => new FileTable(db),
    nodes: () => new NodeTable(db),
    edges: () => new EdgeTable(db),
    remarks: () => new RemarkTables(db),
    search: () => new SymbolSearch(db),
    bulkLoad: () => new BulkLoad(db),
  })
}
