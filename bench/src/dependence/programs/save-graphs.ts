/** Saves graphs to a database until there are enough of them; a process of its own, whose memory is that of saving. */
import { openDatabase } from '@forge/db'
import { createSchemaManager } from '@forge/migrate'
import { buildPdg } from '@forge/pdg'
import { createPdgStore, type FileToSave, pdgMigrations, type PdgTables } from '@forge/pdg/store'
import Database from 'better-sqlite3'
import { median } from '../../statistics.ts'
import { lowered, type Source, sourcesIn } from './sources.ts'

/** What is to be saved where. */
export interface SaveRequest {
  readonly file: string
  readonly nodes: number
  readonly sources: string | null
}

/** What was saved, and how long it took. */
export interface SaveAnswer {
  readonly nodes: number
  readonly projects: number
  readonly save: number
  readonly again: number
  readonly edit: number
  readonly saveRss: number
}

const order = JSON.parse(process.argv[2] ?? '') as SaveRequest
const sources = sourcesIn(order.sources)
await using db = openDatabase<PdgTables>({
  open: () => new Database(order.file, { timeout: 0 }),
  synchronous: 'NORMAL',
})
await createSchemaManager({ db: db.kysely, migrations: pdgMigrations }).up()

/** What was made for saving, and in how many milliseconds. */
const all = { nodes: 0, ms: 0 }

/** A file with its graphs. */
function made(source: Source): FileToSave {
  const start = performance.now()
  const ir = lowered(source)
  const pdgs = ir.functions.map((one) => buildPdg(one))
  for (const { data } of pdgs) all.nodes += data.nodes
  all.ms += performance.now() - start
  return { ...source, ir, pdg: (_, index) => pdgs[index]! }
}

function* untilThereAreEnough(): Generator<FileToSave> {
  for (const source of sources) if (all.nodes < order.nodes) yield made(source)
}

const start = performance.now()
let projects = 0
for (; all.nodes < order.nodes; projects++) {
  const store = createPdgStore(db, { project: `part-${projects}` })
  await store.savePdg(untilThereAreEnough())
}
const save = performance.now() - start - all.ms
const saveRss = process.resourceUsage().maxRSS * 1024

const store = createPdgStore(db, { project: 'part-0' })
const some = sources.filter((_, index) => index % Math.ceil(sources.length / 100) === 0)

async function timeOfSaving(texts: readonly Source[]): Promise<number> {
  const times: number[] = []
  for (const source of texts) {
    const one: FileToSave = { ...source, ir: lowered(source) }
    const before = performance.now()
    await store.savePdg(one)
    times.push(performance.now() - before)
  }
  return median(times)
}

const again = await timeOfSaving(some)
const edit = await timeOfSaving(
  some.flatMap((source) => {
    const first = lowered(source).functions.find(({ parent, kind }) => parent === 0 && kind === 'function')
    if (first === undefined) return []
    const text = `${source.text.slice(0, first.end - 1)};edited();${source.text.slice(first.end - 1)}`
    return [{ path: source.path, text }]
  }),
)
await timeOfSaving(some)
const answer: SaveAnswer = { nodes: all.nodes, projects, save, again, edit, saveRss }
process.stdout.write(JSON.stringify(answer))
