import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

/** Builds the command before the tests, which start it as users do, and before each run of them that follows an edit. */
export default function setup(project: TestProject): void {
  buildCommand()
  project.onTestsRerun(buildCommand)
}

/** What is built already is left as it is. */
function buildCommand(): void {
  const bootstrap = fileURLToPath(new URL('../../../scripts/bootstrap.mjs', import.meta.url))
  const args = [bootstrap, 'turbo', 'run', 'build', '--filter=@forge/forge', '--output-logs=errors-only']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the command could not be built\n${stdout}${stderr}`)
}
