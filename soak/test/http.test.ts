import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { fuzzHttp } from '../src/http/fuzz.ts'

it('answers hostile requests with problems of the client, and good ones in between', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forge-http-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const seed = Date.now() % 1e9
  const result = await fuzzHttp({ requests: 600, seed, stalls: 0, folder })
  expect({ seed, ...result }).toMatchObject({ faults: [] })
  const { statuses } = result
  for (const status of [200, 400, 401, 403, 404, 415, 421, 422]) expect(statuses.get(status)).toBeGreaterThan(0)
})
