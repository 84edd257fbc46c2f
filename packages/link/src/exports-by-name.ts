import type { Program } from './program.ts'
import { createTripleTable } from './triple-table.ts'

/** The rows of export tables, findable by name. */
export interface ExportsByName {
  /** The first row of a file's export table with this name, -1 for none; {@link ExportsByName.next} gives the others. */
  first(file: number, name: number): number
  next(file: number, row: number): number
  /** Says that a file is about to be replaced. */
  forget(file: number): void
}

/** Makes the index of a program; the part of a file is made when it is first asked about. */
export function createExportsByName(program: Program): ExportsByName {
  const pairs = createTripleTable()
  const heads: number[] = []
  const nexts: (Int32Array | undefined)[] = program.files.map(() => undefined)

  function index(file: number): Int32Array {
    const { exports } = program.files[file]!.facts
    const next = new Int32Array(exports.count).fill(-1)
    // From the last to the first, so that each chain is in the order of the table.
    for (let row = exports.count - 1; row >= 0; row--) {
      const pair = pairs.intern(file, program.name(file, exports.name[row]!), 0)
      next[row] = heads[pair] ?? -1
      heads[pair] = row
    }
    nexts[file] = next
    return next
  }

  return {
    first(file, name) {
      if (nexts[file] === undefined) index(file)
      const pair = pairs.find(file, name, 0)
      return pair < 0 ? -1 : heads[pair]!
    },
    next: (file, row) => nexts[file]![row]!,
    forget(file) {
      if (nexts[file] === undefined) return
      const { exports } = program.files[file]!.facts
      for (let row = 0; row < exports.count; row++) {
        heads[pairs.find(file, program.name(file, exports.name[row]!), 0)] = -1
      }
      nexts[file] = undefined
    },
  }
}
