import { opCode } from './codes.ts'
import type { Program } from './program.ts'

/** Which members are put into objects outside their declarations, anywhere in the program. */
export interface StoreNames {
  /** The name that elements go by, whatever their key. */
  readonly elements: number
  /** The name of the member that stands for all members of another object. */
  readonly everything: number
  /** Whether a member of this name is put into something. */
  has(name: number): boolean
}

/** The names of what is put into containers of the language by their methods. */
const containerMethods = new Set(['push', 'unshift', 'add', 'set', 'splice', 'fill'])

/** Reads the names from the stores of all files. */
export function createStoreNames(program: Program): StoreNames {
  const elements = program.nameOf('[]')
  const everything = program.nameOf('...')
  const names = new Set<number>()
  for (let file = 0; file < program.files.length; file++) {
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
  }
  return { elements, everything, has: (name) => names.has(name) }
}
