import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { finishedProcess, type FinishedProcess } from '../finished-process.ts'

const command = join(import.meta.dirname, '../../apps/forge/bin/forge.mjs')

/** Makes Node say that it is of an older version. The processes it starts say the truth. */
const asNode20 = [
  '--import',
  `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.20.2'}})`,
]

const main = `
const [task, value] = process.argv.slice(2)
if (task === 'print') console.log('Node', process.versions.node, value)
if (task === 'exit') process.exitCode = Number(value)
if (task === 'die') process.kill(process.pid, value)
`

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forge-command-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe.for([
  { where: 'in a clone', at: 'apps/forge' },
  { where: 'in a project', at: 'node_modules/@forge/forge' },
])('the forge command $where', ({ at }) => {
  it('runs under a Node that is new enough', async () => {
    await install(at)
    expect(await forge(at, [], ['print', 'a b'])).toMatchObject({ stdout: `Node ${process.versions.node} a b\n` })
  })

  it('hands over to the Node installed beside it when its own is too old', async () => {
    await install(at)
    await installNode()
    expect(await forge(at, asNode20, ['print', 'a b'])).toMatchObject({ stdout: `Node ${process.versions.node} a b\n` })
  })

  it('ends with the code that the newer Node ended with', async () => {
    await install(at)
    await installNode()
    expect(await forge(at, asNode20, ['exit', '3'])).toMatchObject({ code: 3, signal: null })
  })

  it('ends by the signal that ended the newer Node', async () => {
    await install(at)
    await installNode()
    expect(await forge(at, asNode20, ['die', 'SIGTERM'])).toMatchObject({ code: null, signal: 'SIGTERM' })
  })

  it('says what to do when there is no newer Node', async () => {
    await install(at)
    const { code, stdout, stderr } = await forge(at, asNode20, ['print'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('needs Node 22.22 or newer, and this is Node 20.20.2')
    expect(stderr).toContain('npm install node@24')
  })

  it('says how to build a clone that is not built', async () => {
    await install(at)
    await rm(join(folder, at, 'dist'), { recursive: true })
    const { code, stderr } = await forge(at, [], ['print'])
    expect(code).toBe(2)
    expect(stderr).toContain('npm start')
  })
})

async function install(at: string): Promise<void> {
  await mkdir(join(folder, at, 'bin'), { recursive: true })
  await mkdir(join(folder, at, 'dist/cli'), { recursive: true })
  await copyFile(command, join(folder, at, 'bin/forge.mjs'))
  await writeFile(join(folder, at, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, at, 'dist/cli/main.js'), main)
}

/** The package `node`, as far as the command looks at it: a file of its own that starts a newer Node. */
async function installNode(): Promise<void> {
  const bin = join(folder, 'node_modules/node/bin')
  await mkdir(bin, { recursive: true })
  await writeFile(join(bin, 'node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`)
  await chmod(join(bin, 'node'), 0o755)
}

function forge(at: string, nodeOptions: readonly string[], args: readonly string[]): Promise<FinishedProcess> {
  return finishedProcess(process.execPath, [...nodeOptions, join(at, 'bin/forge.mjs'), ...args], { cwd: folder })
}
