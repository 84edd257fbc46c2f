/** Keeps graphs and reads them back, or makes them anew. */
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDatabase } from '@forge/db'
import { buildPdg } from '@forge/pdg'
import { createPdgStore, type PdgTables } from '@forge/pdg/store'
import Database from 'better-sqlite3'
import { timed } from '../../history/programs/timed.ts'
import type { ProgramRequest } from '../../suite/measurement.ts'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'
import type { SaveAnswer, SaveRequest } from './save-graphs.ts'
import { lowered, sourcesIn } from './sources.ts'

await runProgram(async (request) => ({
  [onlySide(request)]: onlySide(request) === 'forge' ? await kept(request) : madeAnew(request),
}))

async function kept(request: ProgramRequest): Promise<Readonly<Record<string, number>>> {
  const file = join(request.folder, 'graphs.db')
  const order: SaveRequest = { file, nodes: sizeOf(request, 'nodes'), sources: request.peers }
  const program = fileURLToPath(new URL('save-graphs.ts', import.meta.url))
  const said = execFileSync(process.execPath, [...process.execArgv, program, JSON.stringify(order)], {
    encoding: 'utf8',
  })
  const { nodes, projects, save, again, edit, saveRss } = JSON.parse(said) as SaveAnswer
  const databaseBytes = statSync(file).size
  await using db = openDatabase<PdgTables>({ open: () => new Database(file, { timeout: 0 }) })
  let read = 0
  const start = performance.now()
  for (let project = 0; project < projects; project++) {
    for await (const { pdgs } of createPdgStore(db, { project: `part-${project}` }).loadPdg()) {
      for (const { data } of pdgs) read += data.nodes
    }
  }
  const load = performance.now() - start
  const loadRss = process.resourceUsage().maxRSS * 1024
  const store = createPdgStore(db, { project: 'part-0' })
  const hashes: string[] = []
  for await (const { hash } of store.functions()) hashes.push(hash)
  const one = await timed(2000, (index) => store.loadPdg({ hash: hashes[(index * 7919) % hashes.length]! }))
  return {
    nodes,
    save,
    saveRate: (nodes / save) * 1000,
    load,
    loadRate: (read / load) * 1000,
    databaseBytes,
    saveRss,
    loadRss,
    again,
    edit,
    one: one.p50,
    wrong: Math.abs(nodes - read),
  }
}

function madeAnew(request: ProgramRequest): Readonly<Record<string, number>> {
  const sources = sourcesIn(request.peers)
  let nodes = 0
  const start = performance.now()
  while (nodes < sizeOf(request, 'nodes')) {
    for (const source of sources) {
      if (nodes >= sizeOf(request, 'nodes')) break
      for (const ir of lowered(source).functions) nodes += buildPdg(ir).data.nodes
    }
  }
  const load = performance.now() - start
  return { nodes, load, loadRate: (nodes / load) * 1000, wrong: 0 }
}
