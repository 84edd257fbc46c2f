import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BenchSetupError } from '../bench-errors.ts'
import { explainFailure, runMeasured } from '../measured-process.ts'
import { systemEnvironment } from '../system-environment.ts'
import { countExport } from '../export-counts.ts'
import type { Place, System } from './system.ts'

/** Forge itself: the command at `program`, which is this workspace's own unless another build is to be measured. */
export function forgeSystem(program: string): System {
  return {
    name: 'forge',
    command: 'forge',
    note: 'Its defaults. Counts are lines of its export: nodes are symbols and files.',
    env: {},
    async prepare(signal) {
      const answer = await runMeasured({
        program,
        args: ['--version'],
        cwd: tmpdir(),
        env: systemEnvironment(tmpdir()),
        timeoutMs: 30_000,
        signal,
      })
      if (answer.failure !== undefined) {
        throw new BenchSetupError(`forge --version ${explainFailure(answer)}`, { hint: 'Build the workspace first' })
      }
      return { program, version: answer.stdout.trim() }
    },
    coldArgs: indexArgs,
    againArgs: indexArgs,
    databaseFolder: ({ store }) => store,
    async count({ place, ask }) {
      const counter = countExport()
      await ask(['export', '--cwd', place.corpus, '--db', database(place)], counter.add)
      return counter.counts()
    },
  }
}

function indexArgs(place: Place): readonly string[] {
  return ['index', place.corpus, '--db', database(place)]
}

function database({ store }: Place): string {
  return join(store, 'graph.db')
}
