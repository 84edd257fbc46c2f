import { opCode } from './codes.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'
import type { Program } from './program.ts'

/** Which members are put into objects outside their declarations, anywhere in the program. */
export interface StoreNames {
  /** The name that elements go by, whatever their key. */
  readonly elements: number
  /** The name of the member that stands for all members of another object. */
  readonly everything: number
  /** Whether a member of this name is put into something. */
  has(name: number): boolean
  /** Reads a file that was replaced. Returns the names of which something else is true now. */
  readAgain(file: number): readonly number[]
}

/** The names of what is put into containers of the language by their methods. */
const containerMethods = new Set(['push', 'unshift', 'add', 'set', 'splice', 'fill'])

/** Reads the names from the stores of all files. */
export function createStoreNames(program: Program): StoreNames {
  const elements = program.nameOf('[]')
  const everything = program.nameOf('...')
  const namesOf: ReadonlySet<number>[] = []
  /** In how many files a name is one of these. */
  const counts = new Map<number, number>()
  for (let file = 0; file < program.files.length; file++) {
    namesOf.push(read(file))
    for (const name of namesOf[file]!) count(name, 1)
  }

  function count(name: number, change: number): void {
    counts.set(name, (counts.get(name) ?? 0) + change)
  }

  function read(file: number): ReadonlySet<number> {
    const names = new Set<number>()
    const { stores, exprs, calls } = program.files[file]!.facts
    for (let row = 0; row < stores.count; row++) {
      const target = stores.target[row]!
      names.add(exprs.op[target] === opCode.member ? program.name(file, exprs.b[target]!) : elements)
    }
    for (let row = 0; row < calls.count && !names.has(elements); row++) {
      const callee = exprs.a[calls.expr[row]!]!
      if (exprs.op[callee] !== opCode.member) continue
      if (containerMethods.has(program.text(program.name(file, exprs.b[callee]!)))) names.add(elements)
    }
    return names
  }

  return {
    elements,
    everything,
    has: (name) => (counts.get(name) ?? 0) > 0,
    readAgain(file) {
      const before = namesOf[file] ?? new Set()
      const now = (namesOf[file] = read(file))
      const touched = [...before, ...now].filter((name) => !before.has(name) || !now.has(name))
      const had = touched.map((name) => (counts.get(name) ?? 0) > 0)
      for (const name of touched) count(name, now.has(name) ? 1 : -1)
      return touched.filter((name, at) => had[at] !== (counts.get(name) ?? 0) > 0)
    },
  }
}

/** Whether the program puts a member of this name into something. */
export function isStored(evaluation: Evaluation, name: number): boolean {
  evaluation.reads(inputKind.stored, name)
  return evaluation.stores.has(name)
}
