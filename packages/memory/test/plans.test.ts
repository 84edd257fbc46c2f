import Driver from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { emptyMemory, uuid } from './memories.ts'

/** The query plans of what `work` asks, each with its statement. */
async function plansOf(work: (memory: ReturnType<typeof emptyMemory>['memory']) => Promise<unknown>) {
  const statements = new Set<string>()
  class Recorded extends Driver {
    override prepare<P extends unknown[] | {} = unknown[], R = unknown>(sql: string) {
      statements.add(sql)
      return super.prepare<P, R>(sql)
    }
  }
  const { memory, file, reopen } = emptyMemory({ maxSize: 1_000_000 }, Recorded)
  await memory.write(uuid(1), { type: 'tool', content: 'the words', vector: [1], metadata: { tags: ['a'] } })
  await memory.close()
  const again = reopen()
  await again.create()
  statements.clear()
  await work(again)
  const driver = new Driver(file, { readonly: true })
  onTestFinished(() => void driver.close())
  return [...statements]
    .filter((sql) => /^\s*(select|update|delete|insert)/i.test(sql) && /memor/.test(sql))
    .flatMap((sql) =>
      driver
        .prepare(`explain query plan ${sql}`)
        .all(...Array.from(sql.matchAll(/\?/g), () => null))
        .map((row) => (row as { detail: string }).detail),
    )
}

test.each([
  ['writing', (memory) => memory.write(uuid(1), { type: 'tool', content: 'other words', vector: [2] })],
  ['reading', (memory) => memory.read(uuid(1))],
  ['removing', (memory) => memory.remove(uuid(1))],
  ['searching', (memory) => memory.search('words not there')],
  ['searching a time', (memory) => memory.search({ text: 'words', since: 0, types: ['tool'] })],
  ['searching for common words', (memory) => memory.search('the')],
  ['searching for a vector', (memory) => memory.search({ vector: [1], tags: ['a'] })],
  ['listing a session', (memory) => memory.list({ sessionId: 's', after: '5.5' })],
] as readonly (readonly [string, Parameters<typeof plansOf>[0]])[])(
  '%s reads no table from end to end',
  async (_, work) => {
    const plans = await plansOf(work)
    expect(plans.length).toBeGreaterThan(0)
    const scans = plans.filter((plan) => /^SCAN (m|v|t|memories|memory_(projects|tags|vectors))\b/.test(plan))
    expect(scans).toEqual([])
  },
)

test('listing asks an index that has the order', async () => {
  const plans = await plansOf((memory) => memory.list({}))
  expect(plans).toContain('SEARCH m USING INDEX memories_time (project=?)')
  expect(plans.filter((plan) => plan.includes('TEMP B-TREE'))).toEqual([])
})
