import type { Measurement } from '../suite/measurement.ts'
import { httpReads } from './measurements/http-reads.ts'
import { fewMemories, manyMemories } from './measurements/memories.ts'
import { fewRuns, manyRuns } from './measurements/runs.ts'

/** Everything the benchmark of runs and memory measures, in the order it is done and told. */
export const measurements: readonly Measurement[] = [fewRuns, fewMemories, httpReads, manyRuns, manyMemories]
