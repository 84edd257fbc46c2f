import { join } from 'node:path'
import { installPeer } from '../peer-install.ts'
import type { System } from './system.ts'

interface Stats {
  readonly files: { readonly total: number }
  readonly nodes: { readonly total: number }
  readonly edges: { readonly total: number; readonly byKind: { readonly calls?: number } }
}

/** `@optave/codegraph`, as it comes: native engine, with complexity, control flow and data flow, without embeddings. */
export const optave: System = {
  name: 'optave',
  command: 'codegraph',
  note:
    'Its defaults: native engine, complexity, control flow and data flow included, embeddings are a command of their own. ' +
    'Its better-sqlite3 12 needs a compiler or a download, so 13.2.0, which brings its binary, stands in; ' +
    'the native engine writes through a SQLite of its own.',
  env: { NO_UPDATE_CHECK: '1' },
  async prepare(signal) {
    const { folder, versions } = await installPeer('optave', signal)
    return { program: join(folder, 'node_modules/.bin/codegraph'), version: versions['@optave/codegraph'] }
  },
  coldArgs: ({ corpus }) => ['build', corpus],
  againArgs: ({ corpus }) => ['build', corpus],
  databaseFolder: ({ corpus }) => join(corpus, '.codegraph'),
  async count({ place, ask }) {
    const stats = JSON.parse(await ask(['stats', '--json', '--db', join(place.corpus, '.codegraph/graph.db')])) as Stats
    return {
      files: stats.files.total,
      nodes: stats.nodes.total,
      edges: stats.edges.total,
      calls: stats.edges.byKind.calls ?? 0,
    }
  },
}
