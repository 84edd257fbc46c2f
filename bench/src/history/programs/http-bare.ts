/** The answers of the HTTP API with nothing around them: the floor for a server over the same file. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Database from 'better-sqlite3'

const db = new Database(process.argv[2], { readonly: true })
const list = db.prepare(
  `select id, plan_id, objective, status, success, error, tags, started_at, ended_at, duration_ms
   from runs where project = 1 order by started_at desc, number desc limit 20`,
)
const get = db.prepare<[string], { readonly number: number }>('select * from runs where project = 1 and id = ?')
const parts = db.prepare<[number], { readonly data: Buffer }>(
  'select data from run_snapshots where project = 1 and run = ? order by part',
)
const server = createServer((request, response) => {
  const url = request.url ?? ''
  response.setHeader('content-type', 'application/json')
  if (url.startsWith('/api/v1/runs?')) return void response.end(JSON.stringify({ runs: list.all() }))
  const run = get.get(url.slice('/api/v1/runs/'.length))!
  const [plan, execution] = parts.all(run.number)
  const texts = `"plan":${plan!.data.toString()},"execution":${execution!.data.toString()}`
  return void response.end(`${JSON.stringify(run).slice(0, -1)},${texts}}`)
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
