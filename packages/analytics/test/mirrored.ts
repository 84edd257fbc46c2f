import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type {
  HistorySource,
  MirrorSource,
  RunChanges,
  RunSource,
  SourceChanges,
  SourceCommit,
  SourceFile,
  SourceRun,
  SourceSymbol,
} from '@forge/analytics'

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'forge-analytics-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A file with all that belongs to it, but for its numbers. */
export interface FileSpec {
  readonly path: string
  readonly symbols?: readonly Partial<SourceSymbol>[]
  readonly edges?: readonly Partial<SourceFile['edges'][number]>[]
  readonly unresolved?: SourceFile['unresolved']
}

/** A graph in memory that can say what has changed since each of its revisions: what a mirror needs, and no more. */
export class SmallGraph {
  #revision = 0
  readonly #writtenAt = new Map<number, number>()
  readonly #files = new Map<number, SourceFile>()
  #externals: readonly SourceSymbol[] = []
  /** How many files were read. */
  read = 0
  /** When the next revision is written. */
  now: number

  constructor(now = 1_700_000_000_000) {
    this.now = now
  }

  /** Writes files, takes others out, and moves to the next revision. */
  update(
    files: readonly (FileSpec & { readonly id: number })[],
    gone: readonly number[] = [],
    externals?: readonly number[],
  ): void {
    this.#revision++
    this.#writtenAt.set(this.#revision, this.now++)
    for (const id of gone) this.#files.delete(id)
    for (const { id, path, symbols = [], edges = [], unresolved = [] } of files) {
      this.#files.set(id, {
        id,
        path,
        language: 'typescript',
        lines: 10,
        size: 100,
        changed: this.#revision,
        symbols: symbols.map((symbol, at) =>
          symbolOf(Object.assign({ id: id * 100 + at, created: this.#revision }, symbol)),
        ),
        edges: edges.map((edge) =>
          Object.assign(
            {
              source: id * 100,
              target: id * 100,
              kind: 'calls' as const,
              confidence: 'exact' as const,
              sites: 1,
              exports: 0,
            },
            edge,
          ),
        ),
        unresolved,
      })
    }
    if (externals !== undefined) {
      const before = new Map(this.#externals.map((each) => [each.id, each]))
      this.#externals = externals.map(
        (id) =>
          before.get(id) ??
          symbolOf({ id, kind: 'external', descriptor: `external:x#e${id}`, created: this.#revision }),
      )
    }
  }

  readonly source: MirrorSource['graph'] = {
    readChanges: async (mark, use) => await use(this.#changesSince(mark)),
  }

  #changesSince(mark: { readonly revision: number; readonly writtenAt: number } | undefined): SourceChanges {
    const since = mark !== undefined && this.#writtenAt.get(mark.revision) === mark.writtenAt ? mark.revision : 0
    const files = [...this.#files.values()]
    const changed = files.filter((file) => file.changed > since)
    return {
      head:
        this.#revision === 0
          ? undefined
          : { revision: this.#revision, writtenAt: this.#writtenAt.get(this.#revision)! },
      since,
      files: files.map(({ id }) => id),
      changed: changed.map(({ id }) => id),
      externals: this.#externals.map(({ id }) => id),
      newExternals: this.#externals.filter(({ created }) => created > since),
      newRevisions: [...this.#writtenAt].flatMap(([revision, writtenAt]) =>
        revision > since
          ? [{ revision, writtenAt, files: revision, lines: null, symbols: 1, edges: 2, unresolved: 3 }]
          : [],
      ),
      entryPoints: [],
      diagnostics: [],
      changedFiles: () => this.#reading(changed),
    }
  }

  *#reading(files: readonly SourceFile[]): Generator<SourceFile, void, undefined> {
    for (const file of files) {
      this.read++
      yield file
    }
  }
}

/** A graph of many files, which has got through so many revisions since all of them were written. */
export function manyFiles(revisions: number): SmallGraph {
  const graph = new SmallGraph()
  const file = (id: number, names: number): FileSpec & { readonly id: number } => ({
    id,
    path: `folder${id % 20}/file${id}.ts`,
    symbols: Array.from({ length: names }, (_, at) => ({ id: id * 1000 + at, name: `name${at}` })),
    edges: Array.from({ length: names * 5 }, (_, at) => ({
      source: id * 1000 + (at % names),
      target: id * 1000 + (at % 7),
    })),
  })
  graph.update(Array.from({ length: 300 }, (_, at) => file(at + 1, 60)))
  for (let at = 0; at < revisions; at++) graph.update([file(at + 1, 50)], [200 + at])
  return graph
}

function symbolOf(symbol: Partial<SourceSymbol> & { readonly id: number; readonly created: number }): SourceSymbol {
  const { id, created, name = `s${id}`, qualifiedName = name, descriptor = name } = symbol
  return {
    name,
    qualifiedName,
    descriptor,
    kind: 'function',
    exported: false,
    complexity: 1,
    code: null,
    startLine: 1,
    endLine: 3,
    updated: created,
    ...symbol,
  }
}

/** Runs in memory that can say what has changed. */
export class SmallRuns implements RunSource {
  readonly #runs = new Map<string, { readonly change: number; readonly run: SourceRun }>()
  readonly #deleted = new Map<string, number>()
  #change = 0

  save(id: string, run: Partial<SourceRun> = {}): void {
    const whole: SourceRun = {
      id,
      planId: null,
      objective: '',
      status: 'succeeded',
      success: true,
      error: null,
      tags: [],
      parent: null,
      revision: null,
      commit: null,
      startedAt: 1_700_000_000_000,
      endedAt: null,
      durationMs: null,
      steps: 0,
      planBytes: null,
      executionBytes: null,
      ...run,
    }
    this.#runs.set(id, { change: ++this.#change, run: whole })
  }

  delete(id: string): void {
    this.#runs.delete(id)
    this.#deleted.set(id, ++this.#change)
  }

  async changes({ after, limit }: { readonly after: number; readonly limit: number }): Promise<RunChanges> {
    const all = [
      ...[...this.#runs.values()].map(({ change, run }) => ({ change, kind: 'saved', run }) as const),
      ...[...this.#deleted].map(([id, change]) => ({ change, kind: 'deleted', id }) as const),
    ]
      .filter(({ change }) => change > after)
      .toSorted((a, b) => a.change - b.change)
    const changes = all.slice(0, limit)
    const more = all.length > limit
    return { changes, last: more ? changes.at(-1)!.change : this.#change, more, reset: after > this.#change }
  }

  async count(): Promise<number> {
    return this.#runs.size
  }
}

/** A history in memory; what was read before the last `rewrite` does not go on. */
export class SmallHistory implements HistorySource {
  commits: SourceCommit[] = []
  #line = 0

  commit(...files: readonly string[]): void {
    const hash = `${this.#line}-${this.commits.length}`
    this.commits.push({ hash, committedAt: 1_700_000_000_000 + this.commits.length, author: 'a', subject: 's', files })
  }

  rewrite(): void {
    this.#line++
    this.commits = []
  }

  async readHistory(since: { readonly head: string | null } | undefined) {
    const at = this.commits.findIndex(({ hash }) => hash === since?.head)
    return {
      mark: { head: this.commits.at(-1)?.hash ?? null, shallow: false },
      continues: since !== undefined && (at !== -1 || since.head === null),
      commits: async () => this.commits.slice(at + 1),
    }
  }
}
