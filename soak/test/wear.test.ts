import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const script = join(import.meta.dirname, '../src/wear.ts')

it('leaves memory, file descriptors and the WAL flat', { timeout: 120_000 }, async () => {
  const sizes = ['--acquires', '50000', '--transactions', '4000', '--samples', '16']
  const flags = ['--max-semi-space-size=2', '--conditions=@forge/source']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, ...sizes])
  expect(stdout.match(/: flat$/gm)).toHaveLength(8)
})
