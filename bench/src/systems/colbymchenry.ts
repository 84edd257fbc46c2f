import { join } from 'node:path'
import { installPeer } from '../peer-install.ts'
import type { System } from './system.ts'

interface Status {
  readonly nodeCount: number
  readonly edgeCount: number
  readonly nodesByKind: { readonly file?: number }
}

/** `@colbymchenry/codegraph`, as it comes, on the Node that it brings along. */
export const colbymchenry: System = {
  name: 'colbymchenry',
  command: 'codegraph',
  note:
    'Its defaults, on the Node it ships; telemetry, downloads and its background daemon are switched off. ' +
    'A launcher and a watchdog process are part of its tree. ' +
    'It leaves out files of more than 1 MiB. It does not report how many of its edges are calls.',
  env: {
    DO_NOT_TRACK: '1',
    CODEGRAPH_TELEMETRY: '0',
    CODEGRAPH_NO_DOWNLOAD: '1',
    CODEGRAPH_NO_DAEMON: '1',
  },
  async prepare(signal) {
    const { folder, versions } = await installPeer('colbymchenry', signal)
    return { program: join(folder, 'node_modules/.bin/codegraph'), version: versions['@colbymchenry/codegraph'] }
  },
  coldArgs: ({ corpus }) => ['init', '--yes', corpus],
  againArgs: ({ corpus }) => ['sync', corpus],
  databaseFolder: ({ corpus }) => join(corpus, '.codegraph'),
  async count({ place, ask }) {
    const status = JSON.parse(await ask(['status', '--json', place.corpus])) as Status
    return { files: status.nodesByKind.file ?? 0, nodes: status.nodeCount, edges: status.edgeCount, calls: null }
  },
}
