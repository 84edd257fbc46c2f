/** Brings the symbol table of all projects up to date: for the first time, with nothing changed, after a comment, after a rename. */
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { Forge, Projects } from '@forge/forge'
import { timed } from '../../history/programs/timed.ts'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'
import { addAll, layOutIndexed, sourcesOf } from './laid-out.ts'

await runProgram(async (request) => {
  const laidOut = layOutIndexed(request)
  const { globalDb, renamed, files, lines, bytes, index } = laidOut
  await using projects = await Projects.open({ globalDb })
  await addAll(projects, laidOut)

  const ask = async (): Promise<{ ms: number; fed: number; relinked: number; uses: number }> => {
    const start = performance.now()
    await using asked = await projects.ask()
    const ms = performance.now() - start
    const { fed } = asked.synced
    const sum = (of: (one: (typeof fed)[number]) => number): number => fed.reduce((total, one) => total + of(one), 0)
    return { ms, fed: fed.length, relinked: sum((one) => one.relinked), uses: sum((one) => one.uses) }
  }

  const first = await ask()
  const memory = process.resourceUsage().maxRSS * 1024
  const all = await projects.registry.list()
  let uses = 0
  let links = 0
  for (const { id } of all) {
    const those = await projects.symbols.uses(id)
    uses += those.length
    links += those.reduce((total, use) => total + use.links.filter(({ symbol }) => symbol !== undefined).length, 0)
  }
  const packages = (await projects.symbols.packages()).filter(({ folder }) => folder === undefined)
  const installed = new Set(packages.map(({ name, version }) => `${name} ${version}`)).size
  let changed = 0
  const again = await timed(sizeOf(request, 'asks'), async () => {
    changed += (await ask()).fed
  })

  const project = laidOut.projects.find(({ name }) => name === renamed.project)!
  const reindex = async (): Promise<void> => {
    await using forge = await Forge.open(project.root)
    await forge.index()
  }
  const word = new RegExp(`\\b${renamed.name}\\b`, 'g')
  const naming = sourcesOf(project).filter((file) => readFileSync(file, 'utf8').search(word) >= 0)
  appendFileSync(naming[0]!, '\n// One comment more.\n')
  await reindex()
  const comment = await ask()
  for (const file of naming) writeFileSync(file, readFileSync(file, 'utf8').replace(word, `${renamed.name}Anew`))
  await reindex()
  const rename = await ask()
  return {
    [onlySide(request)]: {
      projects: all.length,
      files,
      lines,
      bytes,
      index,
      first: first.ms,
      installed,
      uses,
      links,
      again: again.p50,
      'read in vain': changed,
      comment: comment.ms,
      'comment relinked': comment.relinked,
      rename: rename.ms,
      'rename relinked': rename.relinked,
      database: statSync(globalDb).size + sizeIfThere(`${globalDb}-wal`),
      memory,
    },
  }
})

function sizeIfThere(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
