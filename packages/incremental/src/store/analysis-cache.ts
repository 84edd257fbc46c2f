import type { Database } from '@forge/db'
import { type NodeHash, nodeHashBytes, nodeHashOfBytes } from '../node-hash.ts'
import type { IncrementalTables } from './schema.ts'

/** What is to be kept of a node: a function, a class, a file. */
export interface NewAnalysis {
  /** The identity of its source. */
  readonly hash: NodeHash
  /** The path of the file it was found in. The same source may be in several. */
  readonly file: string
  /** Its control flow graph, in a form of the caller's. */
  readonly cfg?: Uint8Array
  /** Numbers, such as its complexity. */
  readonly metrics: Readonly<Record<string, number>>
  /** The nodes whose source it was made from as well. */
  readonly uses?: readonly NodeHash[]
}

/** What is kept of a node. */
export interface NodeAnalysis {
  readonly hash: NodeHash
  /** The files it was found in, sorted. */
  readonly files: readonly string[]
  readonly cfg: Uint8Array | undefined
  readonly metrics: Readonly<Record<string, number>>
  /** Sorted. */
  readonly uses: readonly NodeHash[]
  /** Milliseconds since the epoch. */
  readonly computedAt: number
}

/** What was found out about nodes, by the hash of their source: the same source is never analysed twice. */
export interface AnalysisCache {
  isCached(hash: NodeHash): Promise<boolean>
  get(hash: NodeHash): Promise<NodeAnalysis | undefined>
  /** Keeps an analysis, in the place of one of the same source; the files it was found in before stay. */
  put(analysis: NewAnalysis): Promise<void>
  /**
   * Drops what was computed before a time.
   *
   * @param time milliseconds since the epoch
   * @returns how many analyses.
   */
  invalidateBefore(time: number): Promise<number>
  /**
   * Drops the analysis of a node, and those that use it, directly or through others.
   *
   * @returns the nodes that had one, sorted.
   */
  invalidateNode(hash: NodeHash): Promise<readonly NodeHash[]>
  /** The nodes that were found in a file, and those that use them, directly or through others. Sorted. */
  affectedBy(file: string): Promise<readonly NodeHash[]>
}

export class SqlAnalysisCache implements AnalysisCache {
  readonly #db: Database<IncrementalTables>
  readonly #project: number
  readonly #clock: () => number
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<IncrementalTables>, project: number, clock: () => number) {
    this.#db = db
    this.#project = project
    this.#clock = clock
    this.#statements = prepare(db)
  }

  async isCached(hash: NodeHash): Promise<boolean> {
    return (await this.#statements.has.first(this.#key(hash))) !== undefined
  }

  get(hash: NodeHash): Promise<NodeAnalysis | undefined> {
    const key = this.#key(hash)
    const { get, files, uses } = this.#statements
    return this.#db.transaction(
      (tx) => {
        const row = tx.first(get, key)
        if (row === undefined) return undefined
        return {
          hash,
          files: tx.all(files, key).map(({ file }) => file),
          cfg: row.cfg ?? undefined,
          metrics: JSON.parse(row.metrics) as Readonly<Record<string, number>>,
          uses: tx.all(uses, key).map((use) => nodeHashOfBytes(use.uses)),
          computedAt: row.computed_at,
        }
      },
      { mode: 'read' },
    )
  }

  async put({ hash, file, cfg, metrics, uses = [] }: NewAnalysis): Promise<void> {
    const key = this.#key(hash)
    const { put, addFile, dropUses, addUse } = this.#statements
    await this.#db.transaction((tx) => {
      tx.run(put, { ...key, cfg: cfg ?? null, metrics: JSON.stringify(metrics), computed_at: this.#clock() })
      tx.run(addFile, { ...key, file })
      tx.run(dropUses, key)
      for (const use of new Set(uses)) tx.run(addUse, { ...key, uses: nodeHashBytes(use) })
    })
  }

  async invalidateBefore(time: number): Promise<number> {
    const { changes } = await this.#statements.dropBefore.run({ project: this.#project, time })
    return changes
  }

  invalidateNode(hash: NodeHash): Promise<readonly NodeHash[]> {
    const { dependents, drop } = this.#statements
    return this.#db.transaction((tx) => {
      const dropped: NodeHash[] = []
      for (const row of tx.all(dependents, this.#key(hash))) {
        if (tx.run(drop, { project: this.#project, hash: row.hash }).changes > 0)
          dropped.push(nodeHashOfBytes(row.hash))
      }
      return dropped
    })
  }

  async affectedBy(file: string): Promise<readonly NodeHash[]> {
    const rows = await this.#statements.affected.all({ project: this.#project, file })
    return rows.map(({ hash }) => nodeHashOfBytes(hash))
  }

  #key(hash: NodeHash): { project: number; hash: Uint8Array } {
    return { project: this.#project, hash: nodeHashBytes(hash) }
  }
}

interface Key {
  project: number
  hash: Uint8Array
}

function prepare(db: Database<IncrementalTables>) {
  return {
    has: db.prepared((kysely, param: Key) =>
      kysely
        .selectFrom('incremental_analyses')
        .select('computed_at')
        .where('project', '=', param.project)
        .where('hash', '=', param.hash),
    ),
    get: db.prepared((kysely, param: Key) =>
      kysely
        .selectFrom('incremental_analyses')
        .selectAll()
        .where('project', '=', param.project)
        .where('hash', '=', param.hash),
    ),
    files: db.prepared((kysely, param: Key) =>
      kysely
        .selectFrom('incremental_analysis_files')
        .select('file')
        .where('project', '=', param.project)
        .where('hash', '=', param.hash)
        .orderBy('file'),
    ),
    uses: db.prepared((kysely, param: Key) =>
      kysely
        .selectFrom('incremental_analysis_uses')
        .select('uses')
        .where('project', '=', param.project)
        .where('hash', '=', param.hash)
        .orderBy('uses'),
    ),
    put: db.prepared((kysely, param: Key & { cfg: Uint8Array | null; metrics: string; computed_at: number }) =>
      kysely
        .insertInto('incremental_analyses')
        .values({
          project: param.project,
          hash: param.hash,
          cfg: param.cfg,
          metrics: param.metrics,
          computed_at: param.computed_at,
        })
        .onConflict((conflict) =>
          conflict.columns(['project', 'hash']).doUpdateSet((eb) => ({
            cfg: eb.ref('excluded.cfg'),
            metrics: eb.ref('excluded.metrics'),
            computed_at: eb.ref('excluded.computed_at'),
          })),
        ),
    ),
    addFile: db.prepared((kysely, param: Key & { file: string }) =>
      kysely
        .insertInto('incremental_analysis_files')
        .values({ project: param.project, file: param.file, hash: param.hash })
        .onConflict((conflict) => conflict.doNothing()),
    ),
    dropUses: db.prepared((kysely, param: Key) =>
      kysely
        .deleteFrom('incremental_analysis_uses')
        .where('project', '=', param.project)
        .where('hash', '=', param.hash),
    ),
    addUse: db.prepared((kysely, param: Key & { uses: Uint8Array }) =>
      kysely
        .insertInto('incremental_analysis_uses')
        .values({ project: param.project, hash: param.hash, uses: param.uses }),
    ),
    drop: db.prepared((kysely, param: Key) =>
      kysely.deleteFrom('incremental_analyses').where('project', '=', param.project).where('hash', '=', param.hash),
    ),
    dropBefore: db.prepared((kysely, param: { project: number; time: number }) =>
      kysely
        .deleteFrom('incremental_analyses')
        .where('project', '=', param.project)
        .where('computed_at', '<', param.time),
    ),
    dependents: db.prepared((kysely, param: Key) =>
      kysely
        .withRecursive('reached(hash)', (cte) =>
          cte
            .selectNoFrom((eb) => eb.val(param.hash).as('hash'))
            .union(
              cte
                .selectFrom('reached')
                .innerJoin('incremental_analysis_uses as u', 'u.uses', 'reached.hash')
                .select('u.hash')
                .where('u.project', '=', param.project),
            ),
        )
        .selectFrom('reached')
        .select('hash')
        .orderBy('hash'),
    ),
    affected: db.prepared((kysely, param: { project: number; file: string }) =>
      kysely
        .withRecursive('reached(hash)', (cte) =>
          cte
            .selectFrom('incremental_analysis_files')
            .select('hash')
            .where('project', '=', param.project)
            .where('file', '=', param.file)
            .union(
              cte
                .selectFrom('reached')
                .innerJoin('incremental_analysis_uses as u', 'u.uses', 'reached.hash')
                .select('u.hash')
                .where('u.project', '=', param.project),
            ),
        )
        .selectFrom('reached')
        .select('hash')
        .orderBy('hash'),
    ),
  }
}
