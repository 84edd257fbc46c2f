import type { Database, PreparedQuery } from '@forge/db'
import { type CompiledQuery, type Kysely, type QueryExecutorProvider, sql } from 'kysely'
import { executionPart, firstStepPart, planPart } from './run-parts.ts'
import { summaryColumns, type SummaryRow } from './run-rows.ts'
import type { RunStepTable, RunTable, RunTables } from './schema.ts'

type Project = { project: number }
type OneRun = { project: number; run: number }
type OnePart = { project: number; run: number; part: number }

/** The numbers a write takes: of its project, its change and the newest run. */
export interface ChangeNumbers {
  readonly id: number
  readonly change: number
  readonly last_number: number
}

/** What a run that is started, ended or imported is written as. */
export type NewRun = { readonly [K in keyof RunTable]: RunTable[K] }

/** What ending a run writes. */
export interface RunEnd {
  readonly project: number
  readonly number: number
  readonly status: string
  readonly success: number | null
  readonly error: string | null
  readonly ended_at: number
  readonly duration_ms: number
  readonly heartbeat_at: number
  readonly execution_bytes: number | null
  readonly change: number
}

/** A run with its snapshots, each null where there is none. */
export interface RecordRow extends SummaryRow {
  readonly plan_encoding: number | null
  readonly plan_data: Uint8Array | null
  readonly execution_encoding: number | null
  readonly execution_data: Uint8Array | null
}

/** The statements that are run again and again, each compiled once. */
export class RunQueries {
  readonly #db: Database<RunTables>
  readonly projectId: PreparedQuery<{ name: string }, { id: number; change: number; forgotten: number }>
  readonly addProject: PreparedQuery<{ name: string }, unknown>
  readonly nextChange: PreparedQuery<{ name: string; runs: number }, ChangeNumbers>
  readonly addRun: PreparedQuery<NewRun, unknown>
  readonly endRun: PreparedQuery<RunEnd, unknown>
  readonly addSnapshot: PreparedQuery<OnePart & { encoding: number; data: Uint8Array }, unknown>
  readonly snapshot: PreparedQuery<OnePart, { encoding: number; data: Uint8Array }>
  readonly snapshots: PreparedQuery<OneRun, { part: number; encoding: number; data: Uint8Array }>
  readonly addTag: PreparedQuery<{ project: number; tag: string; run: number }, unknown>
  readonly dropTags: PreparedQuery<OneRun, unknown>
  readonly setTags: PreparedQuery<OneRun & { tags: string; change: number }, unknown>
  readonly noteStep: PreparedQuery<OneRun & { heartbeat_at: number; change: number }, { step_count: number }>
  readonly addStep: PreparedQuery<{ readonly [K in keyof RunStepTable]: RunStepTable[K] }, unknown>
  readonly beat: PreparedQuery<{ project: number; id: string; heartbeat_at: number }, unknown>
  readonly revive: PreparedQuery<OneRun & { heartbeat_at: number; change: number }, unknown>
  readonly addUnindexed: PreparedQuery<OnePart, unknown>
  readonly record: PreparedQuery<{ project: number; id: string }, RecordRow>
  readonly byId: PreparedQuery<{ project: number; id: string }, SummaryRow>
  readonly byNumber: PreparedQuery<{ name: string; run: number }, SummaryRow>
  readonly dropRun: PreparedQuery<OneRun, unknown>
  readonly addDeletion: PreparedQuery<{ project: number; change: number; id: string }, unknown>
  readonly dropDeletions: PreparedQuery<{ project: number; forgotten: number }, unknown>
  readonly forget: PreparedQuery<{ project: number; forgotten: number }, unknown>
  readonly newest: PreparedQuery<Project & { limit: number; offset: number }, SummaryRow>

  constructor(db: Database<RunTables>) {
    this.#db = db
    this.projectId = this.#prepare((db, p: { name: string }) =>
      db.selectFrom('run_projects').select(['id', 'change', 'forgotten']).where('name', '=', p.name),
    )
    this.addProject = this.#prepare((db, p: { name: string }) =>
      db.insertInto('run_projects').values({ name: p.name, change: 0, last_number: 0, forgotten: 0 }),
    )
    this.nextChange = this.#prepare((db, p: { name: string; runs: number }) =>
      db
        .updateTable('run_projects')
        .set((eb) => ({ change: eb('change', '+', 1), last_number: eb('last_number', '+', p.runs) }))
        .where('name', '=', p.name)
        .returning(['id', 'change', 'last_number']),
    )
    this.addRun = this.#prepare((db, p: NewRun) =>
      db.insertInto('runs').values({
        project: p.project,
        number: p.number,
        id: p.id,
        plan_id: p.plan_id,
        objective: p.objective,
        status: p.status,
        success: p.success,
        error: p.error,
        parent: p.parent,
        revision: p.revision,
        code_commit: p.code_commit,
        tags: p.tags,
        started_at: p.started_at,
        ended_at: p.ended_at,
        duration_ms: p.duration_ms,
        heartbeat_at: p.heartbeat_at,
        step_count: p.step_count,
        plan_bytes: p.plan_bytes,
        execution_bytes: p.execution_bytes,
        host: p.host,
        pid: p.pid,
        process_start: p.process_start,
        change: p.change,
      }),
    )
    this.endRun = this.#prepare((db, p: RunEnd) =>
      db
        .updateTable('runs')
        .set({
          status: p.status,
          success: p.success,
          error: p.error,
          ended_at: p.ended_at,
          duration_ms: p.duration_ms,
          heartbeat_at: p.heartbeat_at,
          execution_bytes: p.execution_bytes,
          change: p.change,
        })
        .where('project', '=', p.project)
        .where('number', '=', p.number),
    )
    this.addSnapshot = this.#prepare((db, p: OnePart & { encoding: number; data: Uint8Array }) =>
      db
        .insertInto('run_snapshots')
        .values({ project: p.project, run: p.run, part: p.part, encoding: p.encoding, data: p.data }),
    )
    this.snapshot = this.#prepare((db, p: OnePart) =>
      db
        .selectFrom('run_snapshots')
        .select(['encoding', 'data'])
        .where('project', '=', p.project)
        .where('run', '=', p.run)
        .where('part', '=', p.part),
    )
    this.snapshots = this.#prepare((db, p: OneRun) =>
      db
        .selectFrom('run_snapshots')
        .select(['part', 'encoding', 'data'])
        .where('project', '=', p.project)
        .where('run', '=', p.run)
        .where('part', '<', firstStepPart)
        .orderBy('part'),
    )
    this.addTag = this.#prepare((db, p: { project: number; tag: string; run: number }) =>
      db.insertInto('run_tags').values({ project: p.project, tag: p.tag, run: p.run }),
    )
    this.dropTags = this.#prepare((db, p: OneRun) =>
      db.deleteFrom('run_tags').where('project', '=', p.project).where('run', '=', p.run),
    )
    this.setTags = this.#prepare((db, p: OneRun & { tags: string; change: number }) =>
      db
        .updateTable('runs')
        .set({ tags: p.tags, change: p.change })
        .where('project', '=', p.project)
        .where('number', '=', p.run),
    )
    this.noteStep = this.#prepare((db, p: OneRun & { heartbeat_at: number; change: number }) =>
      db
        .updateTable('runs')
        .set((eb) => ({
          status: 'running',
          ended_at: null,
          duration_ms: null,
          step_count: eb('step_count', '+', 1),
          heartbeat_at: p.heartbeat_at,
          change: p.change,
        }))
        .where('project', '=', p.project)
        .where('number', '=', p.run)
        .returning('step_count'),
    )
    this.addStep = this.#prepare((db, p: RunStepTable) =>
      db.insertInto('run_steps').values({
        project: p.project,
        run: p.run,
        position: p.position,
        step_id: p.step_id,
        name: p.name,
        tool: p.tool,
        status: p.status,
        error: p.error,
        started_at: p.started_at,
        ended_at: p.ended_at,
        duration_ms: p.duration_ms,
        output_bytes: p.output_bytes,
      }),
    )
    this.beat = this.#prepare((db, p: { project: number; id: string; heartbeat_at: number }) =>
      db
        .updateTable('runs')
        .set({ heartbeat_at: p.heartbeat_at })
        .where('project', '=', p.project)
        .where('id', '=', p.id)
        .where('status', '=', 'running'),
    )
    this.revive = this.#prepare((db, p: OneRun & { heartbeat_at: number; change: number }) =>
      db
        .updateTable('runs')
        .set({ status: 'running', ended_at: null, duration_ms: null, heartbeat_at: p.heartbeat_at, change: p.change })
        .where('project', '=', p.project)
        .where('number', '=', p.run),
    )
    this.addUnindexed = this.#prepare((db, p: OnePart) =>
      db.insertInto('run_unindexed').values({ project: p.project, run: p.run, part: p.part }),
    )
    // One statement, which sees one state of the database without a transaction; a join reads large values twice as long [measured].
    this.record = this.#prepare((db, p: { project: number; id: string }) =>
      db
        .selectFrom('runs')
        .select(summaryColumns)
        .select((eb) => {
          const part = (number: number) =>
            eb
              .selectFrom('run_snapshots as s')
              .whereRef('s.project', '=', 'runs.project')
              .whereRef('s.run', '=', 'runs.number')
              .where('s.part', '=', sql.lit(number))
          return [
            part(planPart).select('s.encoding').as('plan_encoding'),
            part(planPart).select('s.data').as('plan_data'),
            part(executionPart).select('s.encoding').as('execution_encoding'),
            part(executionPart).select('s.data').as('execution_data'),
          ]
        })
        .where('project', '=', p.project)
        .where('id', '=', p.id),
    )
    this.byId = this.#prepare((db, p: { project: number; id: string }) =>
      db.selectFrom('runs').select(summaryColumns).where('project', '=', p.project).where('id', '=', p.id),
    )
    this.byNumber = this.#prepare((db, p: { name: string; run: number }) =>
      db
        .selectFrom('runs')
        .select(summaryColumns)
        .where('project', '=', (eb) =>
          eb.selectFrom('run_projects').select('run_projects.id').where('run_projects.name', '=', p.name),
        )
        .where('number', '=', p.run),
    )
    this.dropRun = this.#prepare((db, p: OneRun) =>
      db.deleteFrom('runs').where('project', '=', p.project).where('number', '=', p.run),
    )
    this.addDeletion = this.#prepare((db, p: { project: number; change: number; id: string }) =>
      db.insertInto('run_deletions').values({ project: p.project, change: p.change, id: p.id }),
    )
    this.dropDeletions = this.#prepare((db, p: { project: number; forgotten: number }) =>
      db.deleteFrom('run_deletions').where('project', '=', p.project).where('change', '<=', p.forgotten),
    )
    this.forget = this.#prepare((db, p: { project: number; forgotten: number }) =>
      db.updateTable('run_projects').set({ forgotten: p.forgotten }).where('id', '=', p.project),
    )
    this.newest = this.#prepare((db, p: Project & { limit: number; offset: number }) =>
      db
        .selectFrom('runs')
        .select(summaryColumns)
        .where('project', '=', p.project)
        .orderBy('started_at', 'desc')
        .orderBy('number', 'desc')
        .limit(p.limit)
        .offset(p.offset),
    )
  }

  #prepare<P extends object, R>(
    build: (db: Kysely<RunTables>, param: P) => { compile(provider: QueryExecutorProvider): CompiledQuery<R> },
  ): PreparedQuery<P, R> {
    return this.#db.prepared(build)
  }
}
