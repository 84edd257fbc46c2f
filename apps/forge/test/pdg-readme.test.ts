import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

const packageFolder = path.join(import.meta.dirname, '..')
const readme = readFileSync(path.join(packageFolder, '../../packages/pdg/README.md'), 'utf8')
const examples = [...readme.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)```/gs)].map(
  ([, code, output]) => [code!, output!] as const,
)

it.each(examples.map(([code, output], at) => [at + 1, code, output] as const))(
  'example %i in the README of @forge/pdg prints what stands below it',
  (_, code, output) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'forge-pdg-readme-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    // A program from standard input finds packages from the folder it is run in, which has all of them.
    const input = code.replace("'graphs.db'", JSON.stringify(path.join(folder, 'graphs.db')))
    const printed = execFileSync(
      process.execPath,
      ['--conditions=@forge/source', '--input-type=module-typescript', '-'],
      {
        cwd: packageFolder,
        input,
        encoding: 'utf8',
      },
    )
    expect(printed.trimEnd()).toBe(output.trimEnd())
  },
)

it('has examples to be run', () => {
  expect(examples).toHaveLength(4)
})
