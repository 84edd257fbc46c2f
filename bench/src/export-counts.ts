import type { Counts } from './systems/system.ts'

/** Counts the lines of an export while it streams by. */
export interface ExportCounter {
  /** Takes the next piece of the export, cut anywhere. */
  readonly add: (text: string) => void
  counts(): Counts
}

/** Starts to count a `forge export` in JSON lines; files count as nodes, as they do in the peers. */
export function countExport(): ExportCounter {
  let files = 0
  let symbols = 0
  let edges = 0
  let calls = 0
  let rest = ''

  const countLine = (line: string): void => {
    if (line.startsWith('{"t":"file"')) files++
    else if (line.startsWith('{"t":"symbol"')) symbols++
    else if (line.startsWith('{"t":"edge"')) {
      edges++
      if (line.startsWith('{"t":"edge","kind":"calls"')) calls++
    }
  }
  return {
    add(text) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) countLine(line)
    },
    counts: () => ({ files, nodes: files + symbols, edges, calls }),
  }
}
