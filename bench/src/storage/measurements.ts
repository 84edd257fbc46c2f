import type { Measurement } from '../suite/measurement.ts'
import { kyselyReads } from './measurements/kysely-reads.ts'
import { migrations } from './measurements/migrations.ts'
import { poolAcquire } from './measurements/pool-acquire.ts'
import { preparedQueries } from './measurements/prepared-queries.ts'
import { statementReuse } from './measurements/statement-reuse.ts'
import { contentionOfProcesses, contentionOfTasks } from './measurements/write-contention.ts'

/** Everything the storage benchmark measures, in the order it is done and told. */
export const measurements: readonly Measurement[] = [
  kyselyReads(8000, '8,000'),
  kyselyReads(16_000, '16,000'),
  preparedQueries,
  statementReuse,
  poolAcquire,
  contentionOfTasks,
  contentionOfProcesses,
  migrations,
]
