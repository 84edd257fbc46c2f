import { join } from 'node:path'
import { benchFolder } from '../cache-folder.ts'
import type { System } from './system.ts'

/** The least any indexer on the same parser has to do, as a floor to compare with. */
export const barePipeline: System = {
  name: 'bare-pipeline',
  command: 'node',
  note: 'The floor: read, BLAKE3, parse with oxc-parser (raw transfer), visit every syntax node; no database, no graph.',
  env: {},
  prepare: () => Promise.resolve({ program: process.execPath, version: undefined }),
  coldArgs: ({ corpus }) => [join(benchFolder, 'src/bare-pipeline.ts'), corpus],
  count({ coldOutput }) {
    const { files } = JSON.parse(coldOutput) as { readonly files: number }
    return Promise.resolve({ files, nodes: null, edges: null, calls: null })
  },
}
