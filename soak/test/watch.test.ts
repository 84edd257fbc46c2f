import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const script = join(import.meta.dirname, '../src/watch.ts')

it(
  'watches for a minute: memory, file descriptors, watches and the WAL stay flat, and the graph is right',
  {
    timeout: 180_000,
  },
  async () => {
    const flags = ['--max-semi-space-size=2', '--conditions=@forge/source']
    const sizes = ['--seconds', '60', '--samples', '12']
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, ...sizes])
    expect(stdout).toContain('graph: right')
    expect(stdout.match(/: flat$/gm)).toHaveLength(5)
  },
)
