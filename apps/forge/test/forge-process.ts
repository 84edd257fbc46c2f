import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, onTestFinished, vi } from 'vitest'

/** The command as it is installed; see `build-command.ts`. */
export const bin: string = fileURLToPath(new URL('../bin/forge.mjs', import.meta.url))

// How long a process takes to start is up to what else the machine does.
vi.setConfig({ testTimeout: 120_000 })

/** Where Node keeps what it compiled of the command: a process starts in half the time then [measured]. */
const compileCache = path.join(tmpdir(), `forge-tests-compiled-${process.versions.node}`)

/** How a command ended. */
export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How to run the command. */
export interface RunOptions {
  readonly cwd?: string
  /** Run as a user without privileges, where the test itself has them all. */
  readonly unprivileged?: boolean
  readonly env?: Readonly<Record<string, string>>
  /** Files to write to in place of what {@link Finished} gives. */
  readonly stdout?: string
  readonly stderr?: string
  /** Interrupt the process, as Ctrl-C does, once it has this file open. */
  readonly interruptAt?: string
}

/** Runs the command in a process of its own. */
export function forge(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const privileged = options.unprivileged === true && process.getuid?.() === 0
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: options.cwd ?? tmpdir(),
      env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: compileCache, CI: '1', ...options.env },
      stdio: ['ignore', outputTo(options.stdout), outputTo(options.stderr)],
      ...(privileged ? { uid: 65_534, gid: 65_534 } : {}),
    })
    let stdout = ''
    let stderr = ''
    if (options.interruptAt !== undefined) interruptAt(options.interruptAt, child)
    child.stdout?.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr?.on('data', (chunk) => {
      stderr += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Where the system does not tell which files a process has open, two seconds have to do. */
function interruptAt(file: string, child: ChildProcess): void {
  const descriptors = `/proc/${child.pid}/fd`
  if (!existsSync(descriptors)) return void setTimeout(() => child.kill('SIGINT'), 2000)
  const timer = setInterval(() => {
    if (!filesBehind(descriptors).includes(file)) return
    clearInterval(timer)
    child.kill('SIGINT')
  }, 50)
  child.on('close', () => clearInterval(timer))
}

function filesBehind(descriptors: string): string[] {
  try {
    return readdirSync(descriptors).map((name) => readlinkSync(path.join(descriptors, name)))
  } catch {
    // One was closed, or the process has ended, in the meantime.
    return []
  }
}

function outputTo(file: string | undefined): 'pipe' | number {
  if (file === undefined) return 'pipe'
  const descriptor = openSync(file, 'w')
  onTestFinished(() => closeSync(descriptor))
  return descriptor
}

/** The one object `--json` prints. */
export async function forgeJson(
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ code: number | null; json: Json }> {
  const { code, stdout } = await forge([...args, '--json'], options)
  return { code, json: JSON.parse(stdout) as Json }
}

/** Any of the objects `--json` prints. */
export interface Json {
  readonly schema: string
  readonly data?: never
  readonly error?: {
    readonly code: string
    readonly message: string
    readonly hint?: string
    readonly details?: Record<string, unknown>
  }
  readonly diagnostics?: readonly { readonly path: string; readonly code: string; readonly message: string }[]
  readonly freshness?: { readonly revision: number; readonly stale: boolean; readonly pending: readonly string[] }
}

/** Makes an empty folder that goes away with the test. */
export function folder(): string {
  const made = realpathSync(mkdtempSync(path.join(tmpdir(), 'forge-test-')))
  chmodSync(made, 0o755)
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** Makes a project from one text: each file is headed by a line `//- /path`. */
export function project(fixture: string): string {
  const root = folder()
  writeFixture(root, fixture)
  return root
}

/** Indexes a project once for all tests of a file; what it gives makes a copy of it that goes away with the test. */
export function indexedOnce(fixture: string): () => string {
  let original = ''
  beforeAll(async () => {
    original = mkdtempSync(path.join(tmpdir(), 'forge-test-'))
    writeFixture(original, fixture)
    const { code, stderr } = await forge(['index', original])
    if (code !== 0) throw new Error(stderr)
  })
  afterAll(() => rmSync(original, { recursive: true, force: true }))
  return () => {
    const root = folder()
    cpSync(original, root, { recursive: true, preserveTimestamps: true })
    return root
  }
}

function writeFixture(root: string, fixture: string): void {
  for (const part of fixture.split(/^\/\/- \//m).slice(1)) {
    const end = part.indexOf('\n')
    const file = path.join(root, part.slice(0, end).trim())
    write(file, part.slice(end + 1))
    // A copy can keep a time of whole seconds.
    utimesSync(file, 1_700_000_000, 1_700_000_000)
  }
}

/** Writes a file and the folders above it. */
export function write(file: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
}
