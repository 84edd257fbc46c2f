import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { Validator } from '@seriousme/openapi-schema-validator'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiClient, apiClient } from './api-client.ts'
import { forge, forgeJson, write } from './forge-process.ts'
import { type Served, serve } from './serve-process.ts'

let root = ''
let served: Served
let api: ApiClient

beforeAll(async () => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'forge-serve-')))
  write(
    path.join(root, 'src/shop.ts'),
    "import { price } from './price.js'\nexport const total = (n: number[]) => n.map((each) => price(each))\n",
  )
  write(
    path.join(root, 'src/price.ts'),
    'export function price(net: number) {\n  return tax(net)\n}\nfunction tax(net: number) {\n  return net * 1.2\n}\n',
  )
  const { code, stderr } = await forge(['index', root])
  if (code !== 0) throw new Error(stderr)
  served = await serve(root)
  api = await apiClient(served.url, served.token)
})

afterAll(async () => {
  await served?.stop()
  rmSync(root, { recursive: true, force: true })
})

async function savedRun(
  body: object = { plan: { objective: 'tidy up' }, execution: { success: true } },
): Promise<string> {
  const { status, json } = await api.ask('POST', '/api/v1/runs', { body })
  expect(status).toBe(201)
  return json.id
}

/** The events of a stream until enough have come, as a browser parses them. */
async function events(
  path: string,
  count: number,
  headers: Record<string, string> = {},
): Promise<EventSourceMessage[]> {
  const abort = new AbortController()
  const response = await fetch(served.url + path, { headers, signal: abort.signal })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  const found: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => found.push(event) })
  const decoder = new TextDecoder()
  for await (const chunk of response.body!) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    if (found.length >= count) break
  }
  abort.abort()
  return found
}

test('the document that describes the API is one of OpenAPI 3.1', async () => {
  const result = await new Validator().validate(structuredClone(api.document) as Record<string, unknown>)
  expect(result).toMatchObject({ valid: true })
  expect(api.document).toMatchObject({ openapi: '3.1.0' })
})

describe('runs over HTTP', () => {
  test('are saved and given back to the byte, under the path that Location says', async () => {
    const plan = '{"objective": "read file",\n "steps": [ 1.0, 1e2, 12345678901234567890 ], "a":1,"a":2 }'
    const execution = '{ "success" :true, "text": "é\\u00e9 \\ud83d\\ude00" }'
    const { status, json, headers } = await api.ask('POST', '/api/v1/runs', {
      body: `{"tags":["nightly"], "plan" :${plan} ,"execution":\t${execution}}`,
    })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`/api/v1/runs/${json.id}`)
    const run = await api.ask('GET', headers.get('location')!)
    expect(run.status).toBe(200)
    expect(run.text).toContain(`"plan":${plan}`)
    expect(run.text).toContain(`"execution":${execution}`)
    expect(run.json).toMatchObject({ objective: 'read file', status: 'succeeded', tags: ['nightly'], revision: 1 })
  })

  test('go on by events and are followed as they do, also by a client that comes back', async () => {
    const { json } = await api.ask('POST', '/api/v1/runs', { body: { plan: { objective: 'walk' } } })
    const at = `/api/v1/runs/${json.id}/events`
    const following = events(at, 3)
    const step = (name: string) => api.ask('POST', at, { body: { type: 'step', name, output: { said: name } } })
    expect((await step('one')).json).toEqual({ type: 'step', position: 0 })
    expect((await step('two')).json).toEqual({ type: 'step', position: 1 })
    expect((await api.ask('POST', at, { body: { type: 'heartbeat' } })).json).toEqual({ type: 'heartbeat' })
    const steps = await api.ask('GET', `/api/v1/runs/${json.id}/steps?limit=1`)
    expect(steps.json).toMatchObject({ steps: [{ name: 'one', output: { said: 'one' } }], next: 0 })
    const end = { type: 'end', status: 'failed', error: 'fell', execution: { at: 3 } }
    expect((await api.ask('POST', at, { body: end })).status).toBe(201)
    expect((await api.ask('POST', at, { body: end })).status).toBe(409)
    const seen = await following
    expect(seen.map(({ event, id }) => [event, id])).toEqual([
      ['step', '0'],
      ['step', '1'],
      ['end', '1'],
    ])
    expect(JSON.parse(seen[0]!.data)).toMatchObject({ name: 'one', output: { said: 'one' } })
    expect(JSON.parse(seen[2]!.data)).toMatchObject({ id: json.id, status: 'failed', error: 'fell', steps: 2 })
    const again = await events(at, 2, { 'last-event-id': '0' })
    expect(again.map(({ event, id }) => [event, id])).toEqual([
      ['step', '1'],
      ['end', '1'],
    ])
  })

  test('keep what a step gave back to the byte, and are followed from the start by whoever saw no step', async () => {
    const { json } = await api.ask('POST', '/api/v1/runs', { body: { plan: {} } })
    const at = `/api/v1/runs/${json.id}/events`
    const following = events(at, 1)
    await api.ask('POST', at, {
      body: '{"type":"step","name":"one", "output" : {"a":1.0, "a": 12345678901234567890} }',
    })
    expect((await api.ask('GET', `/api/v1/runs/${json.id}/steps`)).text).toContain(
      '{"a":1.0, "a": 12345678901234567890}',
    )
    await following
    const other = await api.ask('POST', '/api/v1/runs', { body: { plan: {} } })
    await api.ask('POST', `/api/v1/runs/${other.json.id}/events`, { body: { type: 'end', status: 'succeeded' } })
    const [end] = await events(`/api/v1/runs/${other.json.id}/events`, 1)
    expect([end!.event, end!.id]).toEqual(['end', undefined])
    const wrong = await api.ask('GET', `${at}?after=x`)
    expect(wrong.json).toMatchObject({ details: { errors: [{ in: 'query', path: 'after' }] } })
  })

  test('are followed until they are deleted, and told of when they are lost', async () => {
    const { json } = await api.ask('POST', '/api/v1/runs', { body: { plan: { objective: 'vanish' } } })
    const at = `/api/v1/runs/${json.id}`
    const driver = new Sqlite(path.join(root, '.forge', 'runs.db'))
    driver.prepare('update runs set heartbeat_at = 0 where id = ?').run(json.id)
    driver.close()
    const following = events(`${at}/events`, 2)
    // Whoever lists runs looks for those that are lost.
    await forge(['runs', 'list', '--cwd', root])
    await expect.poll(async () => (await api.ask('GET', at)).text).toContain('"status":"lost"')
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect((await api.ask('DELETE', at)).status).toBe(204)
    const seen = await following
    expect(seen.map(({ event, data }) => [event, JSON.parse(data).id])).toEqual([
      ['lost', json.id],
      ['deleted', json.id],
    ])
  })

  test('of all kinds are followed from the change that was seen last, deletions too', async () => {
    const first = await savedRun()
    const { json } = await api.ask('GET', `/api/v1/runs/${first}`)
    const following = events('/api/v1/events', 2, { 'last-event-id': String(json.change) })
    const second = await savedRun()
    await api.ask('DELETE', `/api/v1/runs/${first}`)
    const seen = await following
    expect(seen.map(({ event, data }) => [event, JSON.parse(data).id])).toEqual([
      ['run', second],
      ['deleted', first],
    ])
    const [reset] = await events('/api/v1/events?after=999999', 1)
    expect(reset).toMatchObject({ event: 'reset', data: JSON.stringify({ last: Number(reset!.id) }) })
  })

  test('are listed by pages, filtered, counted, compared, tagged, kept and exported', async () => {
    const ids: string[] = []
    for (const [index, success] of [true, false, true].entries()) {
      const plan = { objective: `paint the fence ${index}`, colour: index }
      ids.push(await savedRun({ plan, execution: { success }, tags: ['fence'] }))
    }
    const list = await api.ask('GET', '/api/v1/runs?limit=2&offset=1&q=tag:fence')
    expect(list.json).toMatchObject({
      total: 3,
      limit: 2,
      offset: 1,
      next: null,
      runs: [{ id: ids[1] }, { id: ids[0] }],
    })
    const page = await api.ask('GET', '/api/v1/runs?limit=1&q=tag:fence')
    const after = await api.ask('GET', `/api/v1/runs?limit=1&q=tag:fence&after=${page.json.next}`)
    expect([page.json.runs[0]!.id, after.json.runs[0]!.id]).toEqual([ids[2], ids[1]])
    const words = await api.ask('GET', `/api/v1/runs?q=${encodeURIComponent('status:failed objective:~"the fence"')}`)
    expect(words.json.runs.map((run: { id: string }) => run.id)).toEqual([ids[1]])
    const facets = await api.ask('GET', '/api/v1/runs/facets?q=tag:fence')
    expect(facets.json).toMatchObject({
      total: 3,
      status: { failed: 1, succeeded: 2 },
      tags: [{ value: 'fence', count: 3 }],
    })
    const compared = await api.ask('GET', `/api/v1/runs/compare?before=${ids[0]}&after=${ids[1]}`)
    expect(compared.json.plan).toContainEqual({ path: ['colour'], kind: 'changed', before: 0, after: 1 })
    const tags = await api.ask('PATCH', `/api/v1/runs/${ids[0]}/tags`, {
      body: { add: ['old', 'keep'], remove: ['fence'] },
    })
    expect(tags.json).toEqual({ tags: ['keep', 'old'] })
    const exported = await api.ask('GET', '/api/v1/runs/export?q=tag:fence')
    expect(
      exported.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual([ids[1], ids[2]])
    const policy = { maxRuns: 0, keepTags: ['keep'] }
    const dry = await api.ask('POST', '/api/v1/runs/retention', { body: { ...policy, dryRun: true } })
    expect(dry.json.ids).toContain(ids[1])
    expect(dry.json.ids).not.toContain(ids[0])
    expect((await api.ask('GET', `/api/v1/runs/${ids[1]}`)).status).toBe(200)
    expect((await api.ask('POST', '/api/v1/runs/retention', { body: policy })).json).toEqual(dry.json)
    expect((await api.ask('GET', `/api/v1/runs/${ids[1]}`)).status).toBe(404)
    expect((await api.ask('DELETE', `/api/v1/runs/${ids[0]}`)).status).toBe(204)
  })

  test.each(['0', '101', '-1', 'abc', '', '1.5', '1e1', '0x10', '１'])('refuse the limit %j', async (limit) => {
    const { status, json } = await api.ask('GET', `/api/v1/runs?limit=${encodeURIComponent(limit)}`)
    expect(status).toBe(422)
    expect(json).toMatchObject({ code: 'FORGE_HTTP_INVALID', details: { errors: [{ in: 'query', path: 'limit' }] } })
  })

  test.each([
    ['a run that is not there', 'GET', '/api/v1/runs/none', 404, 'FORGE_RUN_NOT_FOUND'],
    ['an id with SQL', 'GET', `/api/v1/runs/${encodeURIComponent("' or 1=1 --")}`, 404, 'FORGE_RUN_NOT_FOUND'],
    ['an id with NUL', 'GET', '/api/v1/runs/%00', 404, 'FORGE_RUN_NOT_FOUND'],
    ['a parameter that is not known', 'GET', '/api/v1/runs?limt=5', 422, 'FORGE_HTTP_INVALID'],
    ['a parameter that is there twice', 'GET', '/api/v1/runs?limit=5&limit=6', 422, 'FORGE_HTTP_INVALID'],
    ['a query that is not understood', 'GET', '/api/v1/runs?q=stats:failed', 422, 'FORGE_RUN_QUERY'],
    ['a cursor that is none', 'GET', '/api/v1/runs?after=x', 422, 'FORGE_RUN_INVALID'],
    ['an event id that is none', 'GET', '/api/v1/events?after=x', 422, 'FORGE_HTTP_INVALID'],
    ['a path that is none', 'GET', '/api/v1/walks', 404, 'FORGE_HTTP_NOT_FOUND'],
    ['a method that is none here', 'PUT', '/api/v1/runs', 405, 'FORGE_HTTP_METHOD'],
    ['the events of a run that is not there', 'GET', '/api/v1/runs/none/events', 404, 'FORGE_RUN_NOT_FOUND'],
  ])('answer %s with a problem', async (_what, method, target, status, code) => {
    const answer = await api.ask(method, target)
    expect([answer.status, answer.json.code]).toEqual([status, code])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.json).toMatchObject({ status, requestId: answer.headers.get('x-request-id') })
    expect(answer.json.hint).toMatch(/./)
  })

  test.each([
    ['no JSON', '{"plan":', {}, 400, 'FORGE_HTTP_BODY'],
    ['another type', '{}', { 'content-type': 'text/plain' }, 415, 'FORGE_HTTP_MEDIA_TYPE'],
    ['a list', '[]', {}, 422, 'FORGE_HTTP_INVALID'],
    ['a member that is not known', '{"plans":1}', {}, 422, 'FORGE_HTTP_INVALID'],
    ['a wrong type', '{"plan":1,"tags":"x"}', {}, 422, 'FORGE_HTTP_INVALID'],
    ['a parent that is not there', '{"plan":1,"parent":"x"}', {}, 404, 'FORGE_RUN_NOT_FOUND'],
    ['a half of a character', '{"plan":1,"planId":"\\ud800"}', {}, 422, 'FORGE_RUN_INVALID'],
  ])('refuse a body that is %s', async (_what, body, headers, status, code) => {
    const answer = await api.ask('POST', '/api/v1/runs', { body, headers })
    expect([answer.status, answer.json.code]).toEqual([status, code])
  })
})

describe('the memory over HTTP', () => {
  test('adds, replaces, finds, lists, counts and forgets entries', async () => {
    const added = await api.ask('POST', '/api/v1/memory', {
      body: {
        type: 'decision',
        content: 'errors carry a hint',
        metadata: { tags: ['errors', 'api'], sessionId: 'one' },
      },
    })
    expect(added.status).toBe(201)
    const { id } = added.json
    const other = '5f0c8f6e-6c1b-4c55-9f0e-3f6f8d1c2b7a'
    const vector = { type: 'file', content: 'parser.ts', vector: [0.5, 1] }
    expect((await api.ask('PUT', `/api/v1/memory/${other}`, { body: vector })).status).toBe(204)
    expect((await api.ask('GET', `/api/v1/memory/${other}`)).json).toMatchObject(vector)
    const found = await api.ask(
      'GET',
      '/api/v1/memory/search?query=hint&type=decision&type=file&tag=errors&tag=api&session=one',
    )
    expect(found.json.hits).toMatchObject([{ id, match: 'words' }])
    expect((await api.ask('GET', '/api/v1/memory/search?query=%22*%20OR%20NEAR(')).status).toBe(200)
    const near = await api.ask('POST', '/api/v1/memory/search', { body: { vector: [0.5, 1], limit: 1 } })
    expect(near.json.hits).toMatchObject([{ id: other }])
    const first = await api.ask('GET', '/api/v1/memory?limit=1&order=oldest')
    expect(first.json.entries).toMatchObject([{ id }])
    const second = await api.ask('GET', `/api/v1/memory?limit=1&order=oldest&after=${first.json.next}`)
    expect(second.json).toMatchObject({ entries: [{ id: other }], next: null })
    expect((await api.ask('GET', '/api/v1/memory/stats')).json).toMatchObject({ entries: 2 })
    expect((await api.ask('DELETE', `/api/v1/memory/${other}`)).status).toBe(204)
    expect((await api.ask('DELETE', `/api/v1/memory/${other}`)).status).toBe(404)
    expect((await api.ask('GET', `/api/v1/memory/${other}`)).json.code).toBe('FORGE_MEMORY_NOT_FOUND')
    expect((await api.ask('GET', '/api/v1/memory/x')).json.code).toBe('FORGE_MEMORY_INVALID')
    expect((await api.ask('POST', '/api/v1/memory', { body: { type: 'dream', content: '' } })).status).toBe(422)
  })
})

describe('the graph over HTTP', () => {
  test('answers what the commands answer', async () => {
    const get = async (target: string) => {
      const answer = await api.ask('GET', target)
      expect([answer.status, answer.json.code]).toEqual([200, undefined])
      return answer.json
    }
    expect(await get('/api/v1/status')).toMatchObject({
      revision: 1,
      files: 2,
      freshness: { revision: 1, stale: false },
    })
    expect(await get('/api/v1/symbols?query=pri&kind=function')).toMatchObject({
      total: 1,
      symbols: [{ id: 'src/price.ts#price' }],
    })
    expect(await get('/api/v1/definition?file=src/shop.ts&line=2&column=58')).toMatchObject({
      definitions: [{ id: 'src/price.ts#price' }],
    })
    expect(await get('/api/v1/refs?symbol=price')).toMatchObject({
      total: 2,
      references: [{ role: 'import' }, { role: 'call' }],
    })
    expect(await get('/api/v1/callers?symbol=tax&depth=2')).toMatchObject({
      calls: [
        { caller: 'src/price.ts#price', depth: 1 },
        { caller: 'src/shop.ts#total', depth: 2 },
      ],
    })
    expect(await get('/api/v1/callees?file=src/price.ts&line=1')).toMatchObject({
      calls: [{ callee: 'src/price.ts#tax' }],
    })
    expect(await get('/api/v1/path?from=total&to=tax')).toMatchObject({
      calls: [{ callee: 'src/price.ts#price' }, { callee: 'src/price.ts#tax' }],
    })
    expect(await get('/api/v1/path?from=tax&to=total')).toMatchObject({ calls: null })
    expect((await get('/api/v1/neighbours?symbol=tax')).total).toBeGreaterThan(1)
    expect(await get('/api/v1/diagnostics?freshness=false')).toEqual({ diagnostics: [], total: 0 })
    const exported = await api.ask('GET', '/api/v1/export')
    expect(exported.text).toBe((await forge(['export', '--cwd', root])).stdout)
  })

  test('answers what code does as the commands do', async () => {
    const get = async (target: string) => (await api.ask('GET', `${target}&freshness=false`)).json
    const command = async (...args: string[]) => (await forgeJson([...args, '--cwd', root])).json.data
    expect(await get('/api/v1/cfg?symbol=price&paths=2')).toEqual(await command('cfg', 'price', '--paths', '2'))
    expect(await get('/api/v1/cfg?file=src/price.ts&line=5')).toEqual(await command('cfg', 'src/price.ts:5'))
    expect(await get('/api/v1/pdg?symbol=total')).toEqual(await command('pdg', 'total'))
    expect(await get('/api/v1/slice?file=src/price.ts&line=5')).toEqual(await command('slice', 'src/price.ts:5'))
    expect(
      await get('/api/v1/slice?file=src/price.ts&line=4&direction=forward&within=true&exceptions=all&column=14'),
    ).toEqual(await command('slice', 'src/price.ts:4:14', '--forward', '--within', '--exceptions', 'all'))
    const { edges } = (await get('/api/v1/slice?file=src/price.ts&line=5&edges=true')) as unknown as { edges: object[] }
    expect(edges).toContainEqual(expect.objectContaining({ kind: 'data', label: 'net', isAssumed: false }))
    expect(await api.ask('GET', '/api/v1/cfg?symbol=price')).toMatchObject({ json: { freshness: { revision: 1 } } })
  })

  test('says where there is no code to ask about', async () => {
    const answer = async (target: string) => {
      const { status, json } = await api.ask('GET', target)
      return [status, json.code]
    }
    expect(await answer('/api/v1/cfg?symbol=nothing')).toEqual([404, 'FORGE_SYMBOL_NOT_FOUND'])
    expect(await answer('/api/v1/pdg')).toEqual([422, 'FORGE_HTTP_INVALID'])
    expect(await answer('/api/v1/slice?file=src/price.ts')).toEqual([422, 'FORGE_HTTP_INVALID'])
    expect(await answer('/api/v1/slice?file=src/price.ts&line=7')).toEqual([404, 'FORGE_NO_CODE'])
    expect(await answer('/api/v1/slice?file=src/price.ts&line=99')).toEqual([404, 'FORGE_POSITION_NOT_FOUND'])
    expect(await answer('/api/v1/slice?file=../../etc/passwd&line=1')).toEqual([404, 'FORGE_POSITION_NOT_FOUND'])
  })

  test('says what it does not know', async () => {
    const code = async (target: string) => (await api.ask('GET', target)).json.code
    expect(await code('/api/v1/callers?symbol=nothing')).toBe('FORGE_SYMBOL_NOT_FOUND')
    expect(await code('/api/v1/refs')).toBe('FORGE_HTTP_INVALID')
    expect(await code('/api/v1/refs?symbol=price&file=src/shop.ts&line=1')).toBe('FORGE_HTTP_INVALID')
    expect(await code('/api/v1/definition?file=src/shop.ts&line=999')).toBe('FORGE_POSITION_NOT_FOUND')
    expect(await code('/api/v1/definition?file=../../etc/passwd&line=1')).toMatch(/NOT_FOUND/)
  })
})

describe('the server', () => {
  test('tells how it is and gives each request the id it came with', async () => {
    const { json, headers } = await api.ask('GET', '/healthz', { token: false, headers: { 'x-request-id': 'mine-1' } })
    expect(json).toMatchObject({ status: 'ok' })
    expect(headers.get('x-request-id')).toBe('mine-1')
    expect(headers.get('access-control-allow-origin')).toBeNull()
    const forged = await api.ask('GET', '/healthz', { headers: { 'x-request-id': 'a b' } })
    expect(forged.headers.get('x-request-id')).not.toBe('a b')
  })

  test('logs each request as a line of JSON, with the run it is about', async () => {
    const id = await savedRun()
    await api.ask('GET', `/api/v1/runs/${id}?x=1`, { headers: { 'x-request-id': 'logged' } })
    await expect
      .poll(() => served.log().find((line) => line['requestId'] === 'logged'))
      .toMatchObject({
        level: 'warn',
        event: 'request',
        method: 'GET',
        path: `/api/v1/runs/${id}`,
        status: 422,
        code: 'FORGE_HTTP_INVALID',
      })
    await api.ask('GET', `/api/v1/runs/${id}`, { headers: { 'x-request-id': 'logged-2' } })
    await expect
      .poll(() => served.log().find((line) => line['requestId'] === 'logged-2'))
      .toMatchObject({
        level: 'info',
        status: 200,
        runId: id,
        ms: expect.any(Number),
        bytes: expect.any(Number),
      })
  })

  test('takes writes only with the token', async () => {
    const before = (await api.ask('GET', '/api/v1/runs', { token: false })).json.total
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Basic ${served.token}` },
    ] as const) {
      const answer = await api.ask('POST', '/api/v1/runs', { body: {}, token: false, headers })
      expect([answer.status, answer.json.code]).toEqual([401, 'FORGE_HTTP_TOKEN'])
      expect(answer.headers.get('www-authenticate')).toContain('Bearer')
    }
    const headers = { authorization: `bearer ${served.token}` }
    expect((await api.ask('DELETE', '/api/v1/runs/none', { token: false, headers })).status).toBe(404)
    expect((await api.ask('GET', '/api/v1/runs')).json.total).toBe(before)
  })

  test.each([
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
  ])('answers a page with %j by %i', async (headers, status) => {
    expect((await api.ask('GET', '/api/v1/runs', { headers })).status).toBe(status)
  })
})

test('every operation of the document was answered as it should be, but for the streams, which others follow', () => {
  expect(api.unanswered()).toEqual(['watchRun', 'watchRuns'])
})
