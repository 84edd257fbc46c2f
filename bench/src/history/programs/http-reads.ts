/** Starts a server over runs, and lets many clients ask it at once. */
import { type ChildProcess, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDatabase } from '@forge/db'
import { createSchemaManager } from '@forge/migrate'
import { createRunStorage, runMigrations, type RunTables } from '@forge/runs'
import Database from 'better-sqlite3'
import { percentile } from '../../statistics.ts'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'
import { words } from './run-texts.ts'

interface Server {
  readonly port: number
  stop(): Promise<void>
}

/** Writes the runs, and gives their ids. */
async function createRuns(file: string, count: number): Promise<readonly string[]> {
  const db = openDatabase<RunTables>({ open: () => new Database(file, { timeout: 0 }), synchronous: 'OFF' })
  await createSchemaManager({ db: db.kysely, migrations: runMigrations }).up()
  const runs = createRunStorage({ db, project: 'main' })
  const ids: string[] = []
  for (let number = 0; number < count; number++) {
    const plan = { objective: `objective of run ${number}`, text: words(280, number) }
    ids.push(await runs.saveRun({ plan, execution: { success: true, text: words(280, number + 1) } }))
  }
  await db.close()
  return ids
}

async function startProcess(program: string, args: readonly string[]): Promise<Server> {
  const child: ChildProcess = spawn(process.execPath, [...process.execArgv, program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout!.once('data', (data: Buffer) => resolve(Number(/:(\d+)\s/.exec(data.toString())?.[1])))
    child.once('close', (code) => reject(new Error(`The server ended with ${code}`)))
  })
  return {
    port,
    async stop() {
      child.removeAllListeners('close')
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

interface Load {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly wrong: number
}

/** Lets clients ask for some time, after a second in which nothing is counted. */
async function load(port: number, clients: number, seconds: number, target: (number: number) => string): Promise<Load> {
  const times: number[] = []
  let wrong = 0
  let asked = 0
  const start = performance.now()
  const warm = start + Math.min(1000, seconds * 500)
  const end = warm + seconds * 1000
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      await new Promise((resolve) => socket.once('connect', resolve))
      while (performance.now() < end) {
        const began = performance.now()
        socket.write(`GET ${target(asked++)} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
        const status = await answer(socket)
        if (status !== 200) wrong++
        if (began >= warm) times.push(performance.now() - began)
      }
      socket.destroy()
    }),
  )
  return { perSecond: times.length / seconds, p50: percentile(times, 0.5), p99: percentile(times, 0.99), wrong }
}

/** Reads one answer, which has a length or comes in chunks, and gives its status. */
function answer(socket: ReturnType<typeof connect>): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = ''
    const onData = (data: Buffer): void => {
      text += data.toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      if (head === -1) return
      const length = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1]
      if (length === undefined ? !text.endsWith('0\r\n\r\n') : text.length < head + 4 + Number(length)) return
      socket.off('data', onData)
      resolve(Number(text.slice(9, 12)))
    }
    socket.on('data', onData)
    socket.once('error', reject)
  })
}

await runProgram(async (request) => {
  const side = onlySide(request)
  const [runs, seconds, clients] = [sizeOf(request, 'runs'), sizeOf(request, 'seconds'), sizeOf(request, 'clients')]
  const file = join(request.folder, 'runs.db')
  const ids = await createRuns(file, runs)
  const forge = fileURLToPath(new URL('../../../../apps/forge/bin/forge.mjs', import.meta.url))
  const server =
    side === 'forge'
      ? await startProcess(forge, ['serve', '--cwd', request.folder, '--port', '0', '--quiet', '--runs-db', file])
      : await startProcess(fileURLToPath(new URL('http-bare.ts', import.meta.url)), [file])
  const list = await load(server.port, clients, seconds, () => '/api/v1/runs?limit=20&offset=0')
  const get = await load(server.port, clients, seconds, (number) => `/api/v1/runs/${ids[(number * 7919) % ids.length]}`)
  await server.stop()
  return {
    [side]: {
      listsPerSecond: list.perSecond,
      listMs: list.p50,
      listP99Ms: list.p99,
      getsPerSecond: get.perSecond,
      getMs: get.p50,
      getP99Ms: get.p99,
      wrong: list.wrong + get.wrong,
    },
  }
})
