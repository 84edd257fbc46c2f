/** Times the functions that count complexity, among all that extracts the files of a package, and a whole index of them. */
import { Session, type Profiler } from 'node:inspector/promises'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { Forge } from '@forge/forge'
import { extract } from '@forge/lang'
import { workspaceFolder } from '../../cache-folder.ts'
import { runProgram } from '../../suite/program.ts'
import { languageOf, sourcesIn } from './sources.ts'

const counting = /\/(?:halstead|code-counts)\.[jt]s$/
/** Microseconds between two samples. */
const interval = 100

await runProgram(async (request) => {
  const sources = sourcesIn(request.peers)
  const extractAll = (): void => {
    for (const { path, text } of sources) extract({ text, language: languageOf(path) })
  }
  extractAll()
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval })
  await session.post('Profiler.start')
  const start = performance.now()
  extractAll()
  const extraction = performance.now() - start
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const counted = countingShare(profile) * extraction
  const index = await indexTime(request.peers, request.folder)
  return {
    without: { extraction: extraction - counted, index: index - counted },
    'with counting': { extraction, index },
  }
})

/** The share of all samples in functions that count, or in what they call. */
function countingShare({ nodes, samples = [] }: Profiler.Profile): number {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const counts = new Set<number>()
  const mark = (id: number, isCounting: boolean): void => {
    const { callFrame, children = [] } = byId.get(id)!
    const isHere = isCounting || counting.test(callFrame.url)
    if (isHere) counts.add(id)
    for (const child of children) mark(child, isHere)
  }
  mark(nodes[0]!.id, false)
  return samples.filter((id) => counts.has(id)).length / samples.length
}

/** The processor time of a cold index, in milliseconds, of all threads. */
async function indexTime(peers: string | null, into: string): Promise<number> {
  const folder = join(into, 'project')
  cpSync(peers === null || peers === '' ? join(workspaceFolder, 'packages/pool/src') : join(peers, 'src'), folder, {
    recursive: true,
  })
  const before = process.cpuUsage()
  await using forge = await Forge.open(folder)
  await forge.index()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
