import { spawnSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'
import { workspaceFolder } from './cache-folder.ts'

/** The machine that measured, without anything that tells whose it is. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryBytes: number
  readonly kernel: string
  readonly node: string
}

/** Describes the machine this runs on. */
export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: `${type()} ${release()}`,
    node: process.version,
  }
}

/** The mean number of processes that wanted to run in the last minute: above 0.5 before a run, others disturb it. */
export function currentLoad(): number {
  return Math.round(loadavg()[0]! * 100) / 100
}

/** The commit of the workspace that is measured, with `+` where files differ from it; `undefined` outside git. */
export function workspaceRevision(): string | undefined {
  const commit = git(['rev-parse', '--short', 'HEAD'])
  if (commit === undefined) return undefined
  const changed = git(['status', '--porcelain', '--', 'packages', 'apps']) !== ''
  return changed ? `${commit}+` : commit
}

function git(args: readonly string[]): string | undefined {
  const answer = spawnSync('git', args, { cwd: workspaceFolder, encoding: 'utf8' })
  return answer.status === 0 ? answer.stdout.trim() : undefined
}
