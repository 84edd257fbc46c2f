/** What was measured while a long run went on. */
export interface Sample {
  /** Operations done so far. */
  readonly operations: number
  /** Bytes of JavaScript objects after a garbage collection. */
  readonly heap: number
  /** Bytes the process has in memory. */
  readonly rss: number
  /** Open file descriptors. */
  readonly descriptors: number
  /** Bytes of the file of the WAL. */
  readonly wal: number
}

/** What a {@link Sample} has besides the operations. */
export type Quantity = Exclude<keyof Sample, 'operations'>

/**
 * By how much each quantity may grow from the first to the last sample, along the line of least squares, and still be called flat.
 *
 * The heap after a collection moves by some hundred KiB with what the engine compiles. Pages of memory come back late: the
 * allocator keeps what it may need again. The WAL goes up and down below the mark where it is made to start over.
 */
export const flatWithin: Readonly<Record<Quantity, number>> = {
  heap: 2 ** 20,
  rss: 8 * 2 ** 20,
  descriptors: 0.5,
  wal: 4 * 2 ** 20,
}

/** How much a quantity grew over the samples: the slope of the line of least squares times their number. */
export function growth(samples: readonly Sample[], quantity: Quantity): number {
  const count = samples.length
  const meanX = (count - 1) / 2
  const meanY = samples.reduce((sum, sample) => sum + sample[quantity], 0) / count
  let covariance = 0
  let variance = 0
  for (const [x, sample] of samples.entries()) {
    covariance += (x - meanX) * (sample[quantity] - meanY)
    variance += (x - meanX) ** 2
  }
  return variance === 0 ? 0 : (covariance / variance) * (count - 1)
}
