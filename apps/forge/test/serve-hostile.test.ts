import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Forge } from '@forge/forge'
// @boundaries-ignore a disk is no part of a package
import { smallDisk } from '../../../packages/db/test/small-disk.ts'
import { type ApiClient, apiClient } from './api-client.ts'
import { folder, forge } from './forge-process.ts'
import { type Served, serve } from './serve-process.ts'

async function served(
  root: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Served & { readonly api: ApiClient }> {
  const server = await serve(root, args, env)
  onTestFinished(async () => void (await server.stop('SIGKILL')))
  return { ...server, api: await apiClient(server.url, server.token) }
}

const aRun = { plan: { objective: 'kept' }, execution: { success: true } }

describe('a store that fails while it is served', () => {
  test('is told when it was deleted, and nothing is acknowledged that is not kept', async () => {
    const root = folder()
    const { api } = await served(root)
    expect((await api.ask('POST', '/api/v1/runs', { body: aRun })).status).toBe(201)
    for (const name of ['runs.db', 'runs.db-wal', 'runs.db-shm'])
      rmSync(path.join(root, '.forge', name), { force: true })
    const { status, json } = await api.ask('POST', '/api/v1/runs', { body: aRun })
    expect([status, json.code]).toEqual([500, 'FORGE_RUNS_STORAGE'])
    expect(json).toMatchObject({ details: { code: 'FORGE_DB_MOVED' }, hint: expect.stringMatching(/./) })
    // Then there is a new file, with what comes from now on.
    expect((await api.ask('POST', '/api/v1/runs', { body: aRun })).status).toBe(201)
    expect((await api.ask('GET', '/api/v1/runs')).json.total).toBe(1)
    expect((await api.ask('GET', '/healthz')).status).toBe(200)
    const entry = { type: 'error', content: 'the runs were gone' }
    expect((await api.ask('POST', '/api/v1/memory', { body: entry })).status).toBe(201)
    for (const name of ['memory.db', 'memory.db-wal', 'memory.db-shm'])
      rmSync(path.join(root, '.forge', name), { force: true })
    expect((await api.ask('POST', '/api/v1/memory', { body: entry })).json).toMatchObject({
      details: { code: 'FORGE_DB_MOVED' },
    })
    expect((await api.ask('POST', '/api/v1/memory', { body: entry })).status).toBe(201)
  })

  test('is told when its disk is full, and works again when there is room', async ({ skip }) => {
    const disk = smallDisk() ?? skip('this user, or this machine, may not mount a small disk')
    const { api } = await served(folder(), ['--runs-db', disk.path('runs.db'), '--memory-db', disk.path('memory.db')])
    const { json } = await api.ask('POST', '/api/v1/runs', { body: aRun })
    disk.fill(20)
    const large = { plan: { text: Array.from({ length: 9000 }, (_, index) => index * 7919).join(' ') }, execution: {} }
    const refused = await api.ask('POST', '/api/v1/runs', { body: large })
    expect([refused.status, refused.json.code]).toEqual([507, 'FORGE_RUNS_STORAGE'])
    expect(refused.json).toMatchObject({ details: { code: 'FORGE_DB_FULL' }, hint: expect.stringMatching(/./) })
    const entry = { type: 'file', content: large.plan.text }
    const forgotten = await api.ask('POST', '/api/v1/memory', { body: entry })
    expect([forgotten.status, forgotten.json.code]).toEqual([507, 'FORGE_MEMORY_STORAGE'])
    expect((await api.ask('GET', `/api/v1/runs/${json.id}`)).json).toMatchObject(aRun)
    disk.free()
    expect((await api.ask('POST', '/api/v1/runs', { body: large })).status).toBe(201)
    expect((await api.ask('POST', '/api/v1/memory', { body: entry })).status).toBe(201)
    expect((await api.ask('GET', '/api/v1/runs')).json.total).toBe(2)
  })

  test('is told when another process holds it for too long, and is written when that lets go', async () => {
    const root = folder()
    const { api } = await served(root, ['--wait', '0.3'])
    await api.ask('POST', '/api/v1/runs', { body: aRun })
    const driver = new Sqlite(path.join(root, '.forge', 'runs.db'))
    driver.exec('begin immediate')
    const busy = await api.ask('POST', '/api/v1/runs', { body: aRun })
    expect([busy.status, busy.json.code]).toEqual([503, 'FORGE_RUNS_STORAGE'])
    expect(busy.headers.get('retry-after')).toBe('1')
    expect((await api.ask('GET', '/api/v1/runs')).json.total).toBe(1)
    driver.exec('rollback')
    driver.close()
    expect((await api.ask('POST', '/api/v1/runs', { body: aRun })).status).toBe(201)
  })
})

describe('forge serve does not start', () => {
  const start = (root: string, ...args: readonly string[]) => forge(['serve', '--port', '0', '--cwd', root, ...args])

  test('with runs of a newer version', async () => {
    const root = folder()
    await using project = await Forge.open(root)
    await project.runs.saveRun(aRun)
    await project.close()
    const driver = new Sqlite(path.join(root, '.forge', 'runs.db'))
    driver.exec(`update forge_migrations set id = 'runs/9999-future' where id = 'runs/0002-full-text'`)
    driver.close()
    const { code, stderr, stdout } = await start(root)
    expect([code, stdout]).toEqual([4, ''])
    expect(stderr).toMatch(/another version of Forge/)
  })

  test('in a folder that cannot be written', async ({ skip }) => {
    const root = folder()
    if (process.getuid?.() !== 0) skip('only root can become another user')
    chmodSync(root, 0o555)
    const { code, stderr } = await forge(['serve', '--port', '0', '--cwd', root], { unprivileged: true })
    expect([code, stderr]).toEqual([4, expect.stringMatching(/cannot be written[\s\S]*writable/)])
  })

  test('on a port that another program has', async () => {
    const { url } = await served(folder())
    const { code, stderr } = await forge(['serve', '--port', new URL(url).port, '--cwd', folder()])
    expect([code, stderr]).toEqual([2, expect.stringMatching(/FORGE_HTTP_LISTEN[\s\S]*--port/)])
  })

  test.each([
    ['a port that is none', ['--port', '65536']],
    ['a size that is none', ['--max-body', 'much']],
  ])('with %s', async (_what, args) => {
    expect((await start(folder(), ...args)).code).toBe(2)
  })

  test('with a token that anybody could guess', async () => {
    const { code, stderr } = await forge(['serve', '--port', '0', '--cwd', folder()], {
      env: { FORGE_TOKEN: 'secret' },
    })
    expect([code, stderr]).toEqual([2, expect.stringContaining('FORGE_TOKEN')])
  })
})

describe('the token', () => {
  test('is in a file that only its user can read, which goes with the server', async () => {
    const root = folder()
    const { api, stop, url, token } = await served(root)
    const file = path.join(root, '.forge', 'serve.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ url, token })
    expect((await api.ask('POST', '/api/v1/runs', { body: aRun })).status).toBe(201)
    expect(await stop('SIGTERM')).toBe(0)
    expect(existsSync(file)).toBe(false)
  })

  test('is the one of FORGE_TOKEN, which is written nowhere, and needed for reading from other machines', async () => {
    const root = folder()
    const token = 'a-token-of-my-own-choice'
    // All of 127.0.0.0/8 is this machine alone; the address of all interfaces is not.
    const { url, stderr } = await serve(root, ['--host', '0.0.0.0'], { FORGE_TOKEN: token }).then((server) => {
      onTestFinished(async () => void (await server.stop('SIGKILL')))
      return server
    })
    const local = url.replace('0.0.0.0', '127.0.0.1')
    const ask = (headers: Record<string, string>) =>
      fetch(`${local}/api/v1/runs`, { headers }).then(({ status }) => status)
    expect(await ask({})).toBe(401)
    expect(await ask({ authorization: `Bearer ${token}` })).toBe(200)
    expect((await fetch(`${local}/healthz`)).status).toBe(200)
    expect(readFileSync(path.join(root, '.forge', 'serve.json'), 'utf8')).not.toContain(token)
    expect(stderr()).not.toContain(token)
  })
})

describe('Ctrl-C', () => {
  test('lets a write finish that has arrived, and gives its answer', async () => {
    const root = folder()
    const { api, process: child } = await served(root)
    const big = { plan: { text: 'x'.repeat(20_000_000) }, execution: { success: true } }
    const driver = new Sqlite(path.join(root, '.forge', 'runs.db'))
    driver.exec('begin immediate')
    const answer = api.ask('POST', '/api/v1/runs', { body: big })
    // It has arrived and waits for the lock.
    await setTimeout(1500)
    child.kill('SIGINT')
    await setTimeout(200)
    driver.exec('rollback')
    driver.close()
    const ended = once(child, 'close')
    const { status, json } = await answer
    expect(status).toBe(201)
    expect(await ended).toEqual([0, null])
    await using project = await Forge.open(root)
    expect((await project.runs.getRun(json.id)).planBytes).toBeGreaterThan(20_000_000)
  })

  test('ends streams, and requests that are still being sent, at once', async () => {
    const { url, stop, api } = await served(folder())
    const stream = await fetch(`${url}/api/v1/events`)
    const reading = stream.text()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => undefined).resume()
    socket.write('POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{')
    await api.ask('GET', '/healthz')
    const started = performance.now()
    expect(await stop()).toBe(0)
    expect(performance.now() - started).toBeLessThan(4000)
    expect(await reading).toContain('retry:')
    if (!socket.closed) await once(socket, 'close')
  })
})

test('what was acknowledged is there after kill -9', async () => {
  const root = folder()
  const { api, stop } = await served(root)
  const acknowledged: string[] = []
  const writing = Array.from({ length: 8 }, async () => {
    for (;;) {
      const { json } = await api.ask('POST', '/api/v1/runs', { body: aRun })
      acknowledged.push(json.id)
    }
  })
  const ended = Promise.allSettled(writing)
  await expect.poll(() => acknowledged.length).toBeGreaterThan(50)
  await stop('SIGKILL')
  await ended
  await using project = await Forge.open(root)
  for (const id of acknowledged) expect((await project.runs.getSummary(id)).status).toBe('succeeded')
  expect(await project.runs.count()).toBeLessThanOrEqual(acknowledged.length + 8)
})

test('a stream whose reader never reads takes no memory, and many that vanish leave nothing', async () => {
  const { url, api, process: child } = await served(folder())
  const { port } = new URL(url)
  const descriptors = () => readdirSync(`/proc/${child.pid}/fd`).length
  const before = descriptors()
  const sockets = Array.from({ length: 100 }, () => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.pause()
    socket.write('GET /api/v1/events?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n')
    return socket
  })
  for (let count = 0; count < 30; count++) await api.ask('POST', '/api/v1/runs', { body: aRun })
  expect((await api.ask('GET', '/api/v1/runs?limit=1')).json.total).toBe(30)
  for (const socket of sockets) socket.destroy()
  await expect.poll(descriptors, { timeout: 10_000 }).toBeLessThan(before + 20)
})
