/** Slices lines of a project that are drawn, twice. */
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Forge } from '@forge/forge'
import { isForgeError } from '@forge/errors'
import { workspaceFolder } from '../../cache-folder.ts'
import { repeatableRandom } from '../../repeatable-random.ts'
import { percentile } from '../../statistics.ts'
import { onlySide, runProgram } from '../../suite/program.ts'

const statement = /^\s+(?:return|const|if|throw|for|while)\b/

await runProgram(async (request) => {
  const side = onlySide(request)
  const { slices = 0 } = request.size
  const from =
    request.peers === null || request.peers === ''
      ? join(workspaceFolder, 'packages/pool/src')
      : join(request.peers, 'src')
  const folder = join(request.folder, 'project')
  cpSync(from, folder, { recursive: true })
  await using forge = await Forge.open(folder)
  await forge.index()
  const drawn: { readonly file: string; readonly line: number }[] = []
  const lines: number[] = []
  const first: number[] = []
  const again: number[] = []
  const sliced = async (place: { readonly file: string; readonly line: number }, times: number[]): Promise<number> => {
    const start = performance.now()
    const { files } = await forge.pdg.slice({
      ...place,
      direction: side === 'forward' ? 'forward' : 'backward',
      within: side === 'within a function',
    })
    times.push(performance.now() - start)
    return files.reduce((sum, file) => sum + file.lines.length, 0)
  }
  for (const place of places(folder, [...(await forge.graph.files()).keys()])) {
    if (drawn.length === slices) break
    try {
      lines.push(await sliced(place, first))
      drawn.push(place)
    } catch (error) {
      // Not every line has code that runs.
      if (!isForgeError(error) || error.code !== 'FORGE_NO_CODE') throw error
    }
  }
  for (const place of drawn) await sliced(place, again)
  return {
    [side]: {
      slices: drawn.length,
      lines: percentile(lines, 0.5),
      p50: percentile(first, 0.5),
      p99: percentile(first, 0.99),
      againP50: percentile(again, 0.5),
      againP99: percentile(again, 0.99),
    },
  }
})

/** Lines that begin a statement, as they are drawn. */
function* places(
  folder: string,
  files: readonly string[],
): Generator<{ readonly file: string; readonly line: number }> {
  const random = repeatableRandom()
  while (true) {
    const file = files[Math.floor(random() * files.length)]!
    const lines = readFileSync(join(folder, file), 'utf8').split('\n')
    const at = Math.floor(random() * lines.length)
    if (statement.test(lines[at]!)) yield { file, line: at + 1 }
  }
}
