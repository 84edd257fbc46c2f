import type { Measurement } from '../suite/measurement.ts'
import { counts } from './measurements/counts.ts'
import { graphs } from './measurements/graphs.ts'
import { slices } from './measurements/slices.ts'
import { store } from './measurements/store.ts'

/** Everything the benchmark of program dependence measures, in the order it is done and told. */
export const measurements: readonly Measurement[] = [graphs, store, slices, counts]
