import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { UsageError } from '../../errors.ts'
import { Forge } from '../../forge.ts'
import { removeConnection, writeConnection } from '../../http/connection-file.ts'
import { type Log, jsonLog } from '../../http/request-log.ts'
import { isLoopback, startHttpServer } from '../../http/server.ts'
import { type CommandContext, noFreshness, storeOptions } from '../command.ts'

interface ServeOptions {
  readonly port: number
  readonly host: string
  readonly allowHost?: readonly string[]
  readonly maxBody: number
  readonly runsDb?: string
  readonly memoryDb?: string
}

/** Milliseconds between two looks for runs whose process is gone. */
const lostInterval = 30_000

/** `forge serve`: says how it is reached, and serves until a signal comes. */
export async function run(context: CommandContext, _args: readonly [], options: ServeOptions): Promise<undefined> {
  const { root, database } = context.place()
  const given = givenToken()
  const token = given ?? randomBytes(32).toString('base64url')
  const log = logOf(context)
  await context.untilSignal(async (signal) => {
    await using forge = await Forge.open(root, {
      database,
      ...storeOptions(context.global),
      ...(options.runsDb === undefined ? {} : { runs: path.resolve(context.cwd, options.runsDb) }),
      ...(options.memoryDb === undefined ? {} : { memory: path.resolve(context.cwd, options.memoryDb) }),
      signal,
    })
    // What cannot be used is said before anybody is told that it can.
    await Promise.all([forge.runs.markLost(), forge.memory.create()])
    const server = await startHttpServer({
      forge,
      version: context.version,
      host: options.host,
      port: options.port,
      token,
      allowedHosts: options.allowHost ?? [],
      log,
      maxBodyBytes: options.maxBody,
    })
    const file = path.join(root, '.forge', 'serve.json')
    try {
      writeConnection(file, { url: server.url, pid: process.pid, ...(given === undefined ? { token } : {}) })
      await announce(context, { url: server.url, root, file, given: given !== undefined, host: options.host })
      await Promise.all([lookForLost(forge, log, signal), aborted(signal)])
      context.terminal.note('stopping')
    } finally {
      removeConnection(file, process.pid)
      await server.close()
    }
  })
  return undefined
}

function givenToken(): string | undefined {
  const token = process.env['FORGE_TOKEN']
  if (token === undefined || token === '') return undefined
  if (/^[\w.~+/=-]{16,512}$/.test(token)) return token
  throw new UsageError('FORGE_TOKEN is no token', {
    hint: 'Give it 16 to 512 letters, digits and - . _ ~ + / =, or leave it out to have one made',
  })
}

/** A line of JSON for each request; with `--quiet` only for those that failed. */
function logOf({ global, terminal }: CommandContext): Log {
  const write = jsonLog((line) => terminal.complain(line.trimEnd()), Date.now)
  return (line) => {
    if (global.quiet !== true || line.level === 'error') write(line)
  }
}

interface Served {
  readonly url: string
  readonly root: string
  readonly file: string
  readonly given: boolean
  readonly host: string
}

async function announce(context: CommandContext, { url, root, file, given, host }: Served): Promise<void> {
  const { terminal, global } = context
  if (global.json === true) {
    const data = { url, root, connection: file, pid: process.pid }
    const answer = { schema: 'forge.serve/1', data, diagnostics: [], freshness: noFreshness }
    await terminal.write(`${JSON.stringify(answer)}\n`)
    return
  }
  await terminal.print(url)
  terminal.note(`serving ${root}: see ${url}/api/v1/openapi.json; Ctrl-C stops`)
  const whom = isLoopback(host) ? 'Writing needs' : 'Everything needs'
  terminal.note(`${whom} the token ${given ? 'of FORGE_TOKEN' : `in ${file}`}: Authorization: Bearer TOKEN`)
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

async function lookForLost(forge: Forge, log: Log, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await setTimeout(lostInterval, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    try {
      const lost = await forge.runs.markLost()
      if (lost.length > 0) log({ level: 'warn', event: 'runs lost', runs: lost })
    } catch (error) {
      log({ level: 'error', event: 'looking for lost runs failed', error: String(error) })
    }
  }
}
