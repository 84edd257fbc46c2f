import type { Database } from '@forge/db'
import { sql } from 'kysely'
import type { PdgFileTable, PdgFunctionTable, PdgTables } from './schema.ts'

interface OfProject {
  project: number
}
interface OfFile extends OfProject {
  path: string
}
interface OfFunction extends OfProject {
  id: number
}
interface OfHash extends OfProject {
  hash: Uint8Array
}

/** Every statement of the store, built and compiled once. */
export type Statements = ReturnType<typeof prepareStatements>

/** Builds the statements for a database. */
export function prepareStatements(db: Database<PdgTables>) {
  return { ...ofProjects(db), ...ofFiles(db), ...ofFunctions(db), ...ofUses(db), ...ofEmbeddings(db) }
}

function ofProjects(db: Database<PdgTables>) {
  return {
    project: db.prepared((kysely, param: { name: string }) =>
      kysely.selectFrom('pdg_projects').select('id').where('name', '=', param.name),
    ),
    addProject: db.prepared((kysely, param: { name: string }) =>
      kysely.insertInto('pdg_projects').values({ name: param.name }),
    ),
    totals: db.prepared((kysely, param: OfProject) =>
      kysely
        .selectFrom('pdg_functions')
        .select(({ fn }) => [
          fn.countAll<number>().as('functions'),
          fn.coalesce(fn.sum<number>('instructions'), sql<number>`0`).as('instructions'),
          fn.coalesce(fn.sum<number>('blocks'), sql<number>`0`).as('blocks'),
          fn.coalesce(fn.sum<number>('merges'), sql<number>`0`).as('merges'),
          fn.coalesce(fn.sum<number>('data_edges'), sql<number>`0`).as('data_edges'),
          fn.coalesce(fn.sum<number>('control_edges'), sql<number>`0`).as('control_edges'),
          fn.coalesce(fn.sum<number>('bytes'), sql<number>`0`).as('bytes'),
        ])
        .where('project', '=', param.project),
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
    embeddingTotals: db.prepared((kysely, param: OfProject) =>
      kysely
        .selectFrom('pdg_embeddings')
        .select(({ fn }) => fn.countAll<number>().as('embeddings'))
        .where('project', '=', param.project),
    ),
  }
}

function ofFiles(db: Database<PdgTables>) {
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
    dropFile: db.prepared((kysely, param: OfFunction) =>
      kysely.deleteFrom('pdg_files').where('project', '=', param.project).where('id', '=', param.id),
    ),
  }
}

function ofFunctions(db: Database<PdgTables>) {
  return {
    functionOfHash: db.prepared((kysely, param: OfHash) =>
      kysely
        .selectFrom('pdg_functions')
        .select('id')
        .where('project', '=', param.project)
        .where('hash', '=', param.hash),
    ),
    function: db.prepared((kysely, param: OfFunction) =>
      kysely
        .selectFrom('pdg_functions')
        .select(['hash', 'kind', 'instructions', 'blocks', 'merges', 'data_edges', 'control_edges', 'place'])
        .where('project', '=', param.project)
        .where('id', '=', param.id),
    ),
    graph: db.prepared((kysely, param: OfFunction) =>
      kysely
        .selectFrom('pdg_functions as f')
        .innerJoin('pdg_graphs as g', (join) =>
          join.onRef('g.project', '=', 'f.project').onRef('g.function', '=', 'f.id'),
        )
        .select(['f.hash', 'g.ir', 'g.pdg'])
        .where('f.project', '=', param.project)
        .where('f.id', '=', param.id),
    ),
    lastFunction: db.prepared((kysely, param: OfProject) =>
      kysely
        .selectFrom('pdg_functions')
        .select('id')
        .where('project', '=', param.project)
        .orderBy('id', 'desc')
        .limit(1),
    ),
    addFunction: db.prepared((kysely, param: PdgFunctionTable) =>
      kysely.insertInto('pdg_functions').values({
        project: param.project,
        id: param.id,
        hash: param.hash,
        kind: param.kind,
        instructions: param.instructions,
        blocks: param.blocks,
        merges: param.merges,
        data_edges: param.data_edges,
        control_edges: param.control_edges,
        bytes: param.bytes,
        place: param.place,
      }),
    ),
    addGraph: db.prepared((kysely, param: PdgTables['pdg_graphs']) =>
      kysely
        .insertInto('pdg_graphs')
        .values({ project: param.project, function: param.function, ir: param.ir, pdg: param.pdg }),
    ),
    setGraph: db.prepared((kysely, param: PdgTables['pdg_graphs']) =>
      kysely
        .updateTable('pdg_graphs')
        .set({ ir: param.ir, pdg: param.pdg })
        .where('project', '=', param.project)
        .where('function', '=', param.function),
    ),
    setPlace: db.prepared((kysely, param: OfFunction & { place: Uint8Array | null }) =>
      kysely
        .updateTable('pdg_functions')
        .set({ place: param.place })
        .where('project', '=', param.project)
        .where('id', '=', param.id),
    ),
    /** Drops a function that nothing has; its graph and its embedding go with it. */
    dropUnused: db.prepared((kysely, param: OfFunction) =>
      kysely
        .deleteFrom('pdg_functions')
        .where('project', '=', param.project)
        .where('id', '=', param.id)
        .where('place', 'is', null)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('pdg_uses')
                .select('file')
                .where('project', '=', param.project)
                .where('function', '=', param.id),
            ),
          ),
        ),
    ),
  }
}

function ofUses(db: Database<PdgTables>) {
  return {
    addUse: db.prepared((kysely, param: PdgTables['pdg_uses']) =>
      kysely.insertInto('pdg_uses').values({ project: param.project, function: param.function, file: param.file }),
    ),
    dropUse: db.prepared((kysely, param: PdgTables['pdg_uses']) =>
      kysely
        .deleteFrom('pdg_uses')
        .where('project', '=', param.project)
        .where('function', '=', param.function)
        .where('file', '=', param.file),
    ),
    /** Reads all of a project: only for a file whose layout cannot be read. */
    usesOf: db.prepared((kysely, param: OfFunction) =>
      kysely
        .selectFrom('pdg_uses')
        .select('function')
        .where('project', '=', param.project)
        .where('file', '=', param.id),
    ),
    filesOf: db.prepared((kysely, param: OfFunction) =>
      kysely
        .selectFrom('pdg_uses as u')
        .innerJoin('pdg_files as f', (join) => join.onRef('f.project', '=', 'u.project').onRef('f.id', '=', 'u.file'))
        .select(['f.path', 'f.layout'])
        .where('u.project', '=', param.project)
        .where('u.function', '=', param.id)
        .orderBy('f.path'),
    ),
  }
}

function ofEmbeddings(db: Database<PdgTables>) {
  return {
    embedding: db.prepared((kysely, param: OfFunction) =>
      kysely
        .selectFrom('pdg_embeddings')
        .select('vector')
        .where('project', '=', param.project)
        .where('function', '=', param.id),
    ),
    setEmbedding: db.prepared((kysely, param: PdgTables['pdg_embeddings']) =>
      kysely
        .insertInto('pdg_embeddings')
        .values({ project: param.project, function: param.function, vector: param.vector })
        .onConflict((conflict) =>
          conflict.columns(['project', 'function']).doUpdateSet((eb) => ({ vector: eb.ref('excluded.vector') })),
        ),
    ),
    dropEmbedding: db.prepared((kysely, param: OfFunction) =>
      kysely.deleteFrom('pdg_embeddings').where('project', '=', param.project).where('function', '=', param.id),
    ),
  }
}
