import path from 'node:path'
import { createMemory } from '@forge/memory'
import Driver from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from './memories.ts'
import { startFixture } from './processes.ts'

test(
  'keeps every entry that was acknowledged, once, when processes write at once and some are killed',
  { timeout: 120_000 },
  async () => {
    const file = path.join(temporaryFolder(), 'memory.db')
    const killed = [1, 2].map((prefix) => startFixture('writer-process.ts', [file, String(prefix), '1000000']))
    const finished = [3, 4].map((prefix) => startFixture('writer-process.ts', [file, String(prefix), '60']))
    const acknowledged: string[] = []
    for (const [index, writer] of killed.entries()) {
      for (let line = 0; line < 20 + index * 15; line++) acknowledged.push((await writer.line())!)
      await writer.kill()
    }
    for (const { lines, code, errors } of await Promise.all([...killed, ...finished].map((each) => each.end()))) {
      expect(errors).toBe('')
      expect([0, null]).toContain(code)
      acknowledged.push(...lines)
    }

    const memory = createMemory({ path: file, driver: Driver })
    onTestFinished(() => memory.close())
    expect(await memory.check()).toEqual({ ok: true, problems: [] })
    const stored: string[] = []
    let after: string | undefined
    do {
      const page = await memory.list({ limit: 1000, ...(after === undefined ? {} : { after }) })
      stored.push(...page.entries.map(({ id }) => id))
      after = page.next
    } while (after !== undefined)
    expect(new Set(stored).size).toBe(stored.length)
    expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([])
    expect((await memory.list({ sessionId: '4', limit: 1000 })).entries).toHaveLength(60)
    expect(await memory.search({ text: 'number59', sessionId: '3' })).toHaveLength(1)
  },
)
