/** Which packages of the workspace, and which modules of Node, a package may know. */
export interface PackageLayer {
  /** The `@forge/*` packages it may import, by short name. */
  readonly may: readonly string[]
  /** What its entry below `src/store` may import besides. */
  readonly storeMay?: readonly string[]
  /** Modules it must not import, whatever its package.json declares. */
  readonly never?: readonly string[]
}

const files = ['node:fs', 'node:fs/promises']
const outsideWorld = [...files, 'node:child_process', 'node:os', 'node:http', 'node:net']

/** The table of ARCHITECTURE.md, as `test/boundaries.test.ts` holds the packages to it. */
export const packageLayers: Readonly<Record<string, PackageLayer>> = {
  errors: { may: [], never: outsideWorld },
  pool: { may: ['errors'], never: ['kysely'] },
  'stmt-cache': { may: ['errors'], never: ['kysely', ...outsideWorld] },
  db: { may: ['pool', 'stmt-cache', 'errors'] },
  migrate: { may: ['errors'], never: ['better-sqlite3'] },
  graph: { may: ['db', 'migrate', 'errors'], never: ['oxc-parser', 'oxc-resolver', ...outsideWorld] },
  lang: { may: ['pdg', 'errors'], never: ['kysely', 'better-sqlite3', ...outsideWorld] },
  link: { may: ['lang', 'errors'], never: ['kysely', 'better-sqlite3', ...outsideWorld] },
  pdg: { may: ['errors'], storeMay: ['db', 'migrate'], never: outsideWorld },
  incremental: { may: ['errors'], storeMay: ['db', 'migrate'], never: outsideWorld },
  watch: { may: ['errors'] },
  indexer: { may: ['lang', 'link', 'graph', 'pdg', 'incremental', 'watch', 'db', 'errors'], never: ['commander'] },
  runs: { may: ['db', 'migrate', 'errors'] },
  memory: { may: ['db', 'migrate', 'errors'] },
  projects: { may: ['db', 'migrate', 'errors'] },
  analytics: { may: ['errors'], never: ['kysely', 'better-sqlite3'] },
}
