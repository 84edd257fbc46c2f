import { BackwardSlice } from './backward-slice.ts'
import { checkSliceOptions } from './check-slice.ts'
import { ForwardSlice } from './forward-slice.ts'
import type { Program } from './program.ts'
import type { Slice, SliceOptions } from './slice-types.ts'
import { SliceWalk } from './slice-walk.ts'

/**
 * Finds what affects instructions, or what they affect, in a program.
 *
 * Across functions only ways that a run can take are followed: what goes into a function by one call does not come out by another one (S. Horwitz, T. Reps,
 * D. Binkley, "Interprocedural Slicing Using Dependence Graphs", 1990). Variables that several functions have, and properties, are followed
 * from each write to each read, whatever the calls in between.
 *
 * @throws {SliceInputError} `FORGE_PDG_SLICE` where an option cannot be, or `from` has what is no instruction; the reason of `signal`, and what the program throws.
 */
export async function slice(program: Program, options: SliceOptions): Promise<Slice> {
  checkSliceOptions(options, slice)
  const walk = new SliceWalk(program, options)
  return walk.run(options.direction === 'backward' ? new BackwardSlice(walk) : new ForwardSlice(walk), slice)
}
