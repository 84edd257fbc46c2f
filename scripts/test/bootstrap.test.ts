import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { finishedProcess, type FinishedProcess } from '../finished-process.ts'

const script = join(import.meta.dirname, '../bootstrap.mjs')

/**
 * A repository as the script sees it, with stand-ins for the programs it
 * starts: each writes a line into `log`. Installing makes the others.
 */
let clone: string

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'forge-bootstrap-'))
  await mkdir(join(clone, 'scripts'))
  await copyFile(script, join(clone, 'scripts/bootstrap.mjs'))
  await write('package.json', JSON.stringify({ type: 'module', packageManager: 'pnpm@1.2.3' }))
  await write('pnpm-lock.yaml', 'one')
  await write('pnpm-workspace.yaml', '')
  await write('apps/forge/bin/forge.mjs', program('forge'))
  await write('npm/package.json', '{ "type": "module" }')
  await write('npm/npm-cli.js', '')
  await write(
    'npm/npx-cli.js',
    `${program('npx')}
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
for (const name of ['node/bin', 'bun/bin', 'turbo/bin', 'vitest']) mkdirSync('node_modules/' + name, { recursive: true })
try { symlinkSync(process.execPath, 'node_modules/node/bin/node') } catch {}
writeFileSync('node_modules/bun/bun.mjs', ${JSON.stringify(program('bun'))})
writeFileSync('node_modules/bun/bin/bun.exe', '#!/bin/sh\\nexec "' + process.execPath + '" node_modules/bun/bun.mjs "$@"\\n')
chmodSync('node_modules/bun/bin/bun.exe', 0o755)
writeFileSync('node_modules/turbo/bin/turbo', ${JSON.stringify(program('turbo'))})
writeFileSync('node_modules/vitest/vitest.mjs', ${JSON.stringify(program('vitest'))})
`,
  )
})

afterEach(async () => {
  await rm(clone, { recursive: true, force: true })
})

it('start installs with the pinned pnpm, builds, and indexes the repository itself', async () => {
  expect(await bootstrap(['start'])).toMatchObject({ code: 0 })
  expect(await log()).toEqual([
    'npx -y pnpm@1.2.3 install --frozen-lockfile --config.confirmModulesPurge=false',
    'turbo run build',
    `forge index ${clone}`,
  ])
})

it('start indexes the folder it is given, as seen from where npm was called', async () => {
  await mkdir(join(clone, 'packages/pool'), { recursive: true })
  const env = { INIT_CWD: join(clone, 'packages') }
  expect(await bootstrap(['start', 'pool', '--full'], env)).toMatchObject({ code: 0 })
  expect((await log()).at(-1)).toBe(`forge index ${clone}/packages/pool --full`)
})

it('start refuses a folder that is not there before it installs anything', async () => {
  const { code, stderr } = await bootstrap(['start', 'nowhere'])
  expect(code).toBe(2)
  expect(stderr).toContain('nowhere is not a folder')
  expect(await log()).toEqual([])
})

it('test hands its arguments to the runner, and ends with its code', async () => {
  expect(await bootstrap(['test', '--project', 'pool'], { EXIT_VITEST: '3' })).toMatchObject({ code: 3 })
  expect((await log()).at(-1)).toBe('vitest run --project pool')
})

it('test runs what says that it works on Bun there first, and fails when that fails', async () => {
  const { code, stderr } = await bootstrap(['test', '--project=runs', '--project', 'graph', 'search'], {
    EXIT_BUN: '5',
  })
  expect(code).toBe(5)
  expect(stderr).toContain('Tests failed on Bun')
  expect((await log()).slice(-2)).toEqual([
    expect.stringMatching(/^bun --bun \S+vitest.mjs run --pool=threads --passWithNoTests --project runs search$/),
    'vitest run --project=runs --project graph search',
  ])
  expect(await bootstrap(['test', '--project', 'graph'], { EXIT_BUN: '5' })).toMatchObject({ code: 0 })
})

it('does not install again while the lock file is the same', async () => {
  await bootstrap(['test'])
  await bootstrap(['test'])
  expect((await log()).map((line) => line.split(' ')[0])).toEqual([
    'npx',
    'turbo',
    'bun',
    'vitest',
    'turbo',
    'bun',
    'vitest',
  ])
})

it('installs again when the lock file has changed', async () => {
  await bootstrap(['test'])
  await write('pnpm-lock.yaml', 'two')
  await bootstrap(['test'])
  expect((await log()).filter((line) => line.startsWith('npx'))).toHaveLength(2)
})

it('installs again after an installation that failed', async () => {
  await bootstrap(['test'], { EXIT_NPX: '1' })
  await bootstrap(['test'])
  expect((await log()).map((line) => line.split(' ')[0])).toEqual(['npx', 'npx', 'turbo', 'bun', 'vitest'])
})

it('shows what the installation said, and what to do without a network', async () => {
  const { code, stderr } = await bootstrap(['start'], { EXIT_NPX: '1', SAY_NPX: 'request failed: ENOTFOUND' })
  expect(code).toBe(1)
  expect(stderr).toContain('request failed: ENOTFOUND')
  expect(stderr).toContain('The npm registry cannot be reached')
})

it('shows what a failed build said, and stops there', async () => {
  const { code, stderr } = await bootstrap(['test'], { EXIT_TURBO: '1', SAY_TURBO: 'src/a.ts(1,1): error TS1005' })
  expect(code).toBe(1)
  expect(stderr).toContain('src/a.ts(1,1): error TS1005')
  expect((await log()).at(-1)).toBe('turbo run build')
})

it('ends what it started when it is told to end', async () => {
  const { code } = await bootstrap(['test'], { KILL_PARENT_VITEST: '1' })
  expect(code).toBe(143)
  expect((await log()).at(-1)).toBe('vitest got SIGTERM')
})

it('refuses a command it does not know', async () => {
  const { code, stderr } = await bootstrap(['tset'])
  expect(code).toBe(2)
  expect(stderr).toContain('start|test')
})

/** A stand-in that notes how it was started, and does what the environment asks of `name`. */
function program(name: string): string {
  const variable = name.toUpperCase()
  return `
import { appendFileSync } from 'node:fs'
const { SAY_${variable}: say, EXIT_${variable}: exit, KILL_PARENT_${variable}: kill } = process.env
const note = (line) => appendFileSync(${JSON.stringify(join(clone, 'log'))}, '${name} ' + line + '\\n')
note(process.argv.slice(2).join(' '))
if (say !== undefined) console.log(say)
if (exit !== undefined) process.exit(Number(exit))
if (kill !== undefined) {
  process.on('SIGTERM', () => {
    note('got SIGTERM')
    process.exit()
  })
  setInterval(() => {}, 1000)
  process.kill(process.ppid, 'SIGTERM')
}
`
}

function bootstrap(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<FinishedProcess> {
  const { INIT_CWD: _, ...inherited } = process.env
  return finishedProcess(process.execPath, [join(clone, 'scripts/bootstrap.mjs'), ...args], {
    cwd: clone,
    env: { ...inherited, npm_execpath: join(clone, 'npm/npm-cli.js'), ...env },
  })
}

async function log(): Promise<readonly string[]> {
  const text = await readFile(join(clone, 'log'), 'utf8').catch(() => '')
  return text.split('\n').filter((line) => line !== '')
}

async function write(path: string, text: string): Promise<void> {
  const file = join(clone, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}
