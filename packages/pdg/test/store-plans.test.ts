import { functionHash } from '@forge/pdg/store'
import Driver from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { listOf, storeFile, tinyFile } from './store-file.ts'

const file = tinyFile('a.tiny', 'f(b=a);g(c=b)')
const hash = functionHash('f(b=a)', file.ir.functions[1]!)

type Store = Awaited<ReturnType<typeof storeFile>>['store']

/** The query plans of what `work` asks. */
async function plansOf(work: (store: Store) => Promise<unknown>): Promise<readonly string[]> {
  const statements = new Set<string>()
  class Recorded extends Driver {
    override prepare<P extends unknown[] | {} = unknown[], R = unknown>(sql: string) {
      statements.add(sql)
      return super.prepare<P, R>(sql)
    }
  }
  const { store, file: database } = await storeFile(Recorded)
  await store.savePdg(file)
  statements.clear()
  await work(store)
  const driver = new Driver(database, { readonly: true })
  onTestFinished(() => void driver.close())
  return [...statements]
    .filter((sql) => /^\s*(select|update|delete|insert)/i.test(sql) && sql.includes('pdg_'))
    .flatMap((sql) =>
      driver
        .prepare(`explain query plan ${sql}`)
        .all(...Array.from(sql.matchAll(/\?/g), () => null))
        .map((row) => (row as { detail: string }).detail),
    )
}

test.each([
  ['saving', (store) => store.savePdg(tinyFile('a.tiny', 'f(b=aa);h(c=b)'))],
  ['saving a function', (store) => store.savePdg({ text: 'f(b=a)', ir: file.ir.functions[1]! })],
  ['removing', (store) => store.removeFile('a.tiny')],
  ['loading a file', (store) => store.loadPdg({ path: 'a.tiny' })],
  ['loading a function by its place', (store) => store.loadPdg({ path: 'a.tiny', index: 1 })],
  ['loading a function by its hash', (store) => store.loadPdg({ hash })],
  ['loading a project', (store) => listOf(store.loadPdg())],
  ['asking what is missing', (store) => store.missing([hash])],
  ['asking what is at an offset', (store) => store.functionAt('a.tiny', 3)],
  ['asking for places', (store) => store.places(hash)],
  ['listing files', (store) => store.files()],
  ['listing functions', (store) => listOf(store.functions())],
  ['embeddings', (store) => store.setEmbedding(hash, Float32Array.of(1)).then(() => store.embedding(hash))],
] as readonly (readonly [string, (store: Store) => Promise<unknown>])[])(
  '%s reads no table from end to end',
  async (_, work) => {
    const plans = await plansOf(work)
    expect(plans.length).toBeGreaterThan(0)
    expect(plans.filter((plan) => plan.startsWith('SCAN') && plan !== 'SCAN CONSTANT ROW')).toEqual([])
  },
)

test('files and functions come in the order of an index', async () => {
  for (const work of [
    (store: Store) => store.files(),
    (store: Store) => listOf(store.loadPdg()),
    (store: Store) => listOf(store.functions()),
  ]) {
    const plans = await plansOf(work)
    expect(plans.filter((plan) => plan.includes('TEMP B-TREE'))).toEqual([])
  }
})

test('what is missing is found in the index of hashes alone', async () => {
  expect(await plansOf((store) => store.missing([hash]))).toContain(
    'SEARCH pdg_functions USING COVERING INDEX pdg_functions_hash (project=? AND hash=?)',
  )
})

test('counting reads no graphs', async () => {
  const plans = await plansOf((store) => store.stats())
  expect(plans.filter((plan) => plan.includes('pdg_graphs'))).toEqual([])
})
