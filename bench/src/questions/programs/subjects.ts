import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FilePosition, Graph } from '@forge/graph'

/** What there is to ask about. */
export interface Subjects {
  /** Symbols with their names. */
  readonly named: readonly { readonly id: string; readonly name: string }[]
  /** Ids of symbols that something calls. */
  readonly called: readonly string[]
  /** Ids of symbols that call something. */
  readonly calling: readonly string[]
  /** Places that name something. */
  readonly places: readonly FilePosition[]
}

/** Of so many places one is asked about. */
const placeEvery = 50

/** Reads from the export of a graph of the folder `root` what there is to ask about. */
export async function readSubjects(graph: Graph, root: string): Promise<Subjects> {
  const named: { readonly id: string; readonly name: string }[] = []
  const called = new Set<string>()
  const calling = new Set<string>()
  const offsets = new Map<string, number[]>()
  let occurrences = 0
  for await (const line of graph.exportLines()) {
    if (line.startsWith('{"t":"edge","kind":"calls"')) {
      const { from, to } = JSON.parse(line) as { readonly from: string; readonly to: string }
      calling.add(from)
      if (!to.startsWith('external:')) called.add(to)
    } else if (line.startsWith('{"t":"symbol"')) {
      const { id, name, kind } = JSON.parse(line) as {
        readonly id: string
        readonly name: string
        readonly kind: string
      }
      if (kind !== 'module') named.push({ id, name })
    } else if (line.startsWith('{"t":"occurrence"') && occurrences++ % placeEvery === 0) {
      const { file, start } = JSON.parse(line) as { readonly file: string; readonly start: number }
      const starts = offsets.get(file)
      if (starts === undefined) offsets.set(file, [start])
      else starts.push(start)
    }
  }
  const places = [...offsets].flatMap(([file, starts]) =>
    positionsIn(file, readFileSync(join(root, file), 'utf8'), starts),
  )
  return { named, called: [...called], calling: [...calling], places }
}

function positionsIn(file: string, text: string, offsets: readonly number[]): FilePosition[] {
  return offsets.map((offset) => {
    const before = text.slice(0, offset).split('\n')
    return { file, line: before.length, column: before.at(-1)!.length + 1 }
  })
}
