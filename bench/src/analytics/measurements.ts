import type { Measurement } from '../suite/measurement.ts'
import { effectMirror } from './measurements/effect-mirror.ts'
import { millionMirror } from './measurements/million-mirror.ts'
import { reports } from './measurements/reports.ts'

/** Everything the benchmark of analytics measures, in the order it is done and told. */
export const measurements: readonly Measurement[] = [reports, millionMirror, effectMirror]
