/** Saves files over and over until it is killed, and says after each transaction which round it was. */
import { openDatabase } from '@forge/db'
import { createPdgStore, type PdgTables } from '@forge/pdg/store'
import Driver from 'better-sqlite3'
import { lowerTiny } from './tiny-language.ts'

const file = process.argv[2]!
await using db = openDatabase<PdgTables>({ open: () => new Driver(file) })
const store = createPdgStore(db, { project: 'one' })
for (let round = 1; ; round++) {
  const texts = Array.from({ length: 20 }, (_, at) => `f(b=a);g${round}(c=b${at};h(d=r${round}))`)
  await store.savePdg(texts.map((text, at) => ({ path: `${at}.tiny`, text, ir: lowerTiny(text) })))
  process.stdout.write(`${round}\n`)
}
