import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CodeSliceOptions, Forge, NoCodeError } from '@forge/forge'
import type { ExceptionScope } from '@forge/pdg'
import { fileSlices, type SlicesByScope, type StaticSlices } from './static-slices.ts'

/** The slices of a script as `forge slice` gives them of a project that has nothing else. */
export async function withForgeSlices<T>(code: string, body: (slices: SlicesByScope) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'forge-dependence-'))
  try {
    writeFileSync(join(root, 'program.js'), code)
    await using forge = await Forge.open(root, { database: join(root, 'graph.db') })
    await forge.index()
    const ofFile = fileSlices(code)
    const of = (exceptions: ExceptionScope): StaticSlices => {
      const known = new Map<string, ReadonlySet<number>>()
      const linesOf = async (direction: 'backward' | 'forward', line: number): Promise<ReadonlySet<number>> => {
        const key = `${direction} ${line}`
        const before = known.get(key)
        if (before !== undefined) return before
        const found = await linesFrom(forge, { direction, line, exceptions })
        known.set(key, found)
        return found
      }
      return {
        ...ofFile[exceptions],
        backward: (line) => linesOf('backward', line),
        forward: (line) => linesOf('forward', line),
      }
    }
    return await body({ direct: of('direct'), all: of('all') })
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function linesFrom(
  forge: Forge,
  options: Pick<CodeSliceOptions, 'line' | 'direction' | 'exceptions'>,
): Promise<ReadonlySet<number>> {
  try {
    const { files } = await forge.pdg.slice({ ...options, file: 'program.js', limit: Infinity })
    return new Set(files.flatMap(({ lines }) => lines))
  } catch (error) {
    if (error instanceof NoCodeError) return new Set()
    throw error
  }
}
