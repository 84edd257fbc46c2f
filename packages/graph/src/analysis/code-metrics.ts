import type { HalsteadCounts } from '../packed-halstead.ts'

/** How much there is to read in code, by its operators and operands (M. H. Halstead, "Elements of Software Science", 1977, chapters 2 to 5). */
export interface Halstead extends HalsteadCounts {
  /** Different operators and operands. */
  readonly vocabulary: number
  /** Operators and operands. */
  readonly length: number
  /** `length × log2(vocabulary)`, in bits. */
  readonly volume: number
  /** `distinctOperators / 2 × operands / distinctOperands`. */
  readonly difficulty: number
  /** `difficulty × volume`. */
  readonly effort: number
}

/** How complex the code of a symbol is. */
export interface CodeMetrics {
  /** Decisions + 1, of the symbol alone. */
  readonly cyclomatic: number
  /** How hard it is to follow, functions without a name in it included. */
  readonly cognitive: number
  /** Lines of the declaration. */
  readonly lines: number
  readonly halstead: Halstead
  /**
   * From 0 to 100, the higher the better: `(171 - 5.2 ln volume - 0.23 cyclomatic - 16.2 ln lines) × 100 / 171` (P. Oman and J. Hagemeister,
   * "Metrics for Assessing a Software System's Maintainability", 1992, in the scale of Visual Studio, which takes less than 20 for moderate and less than 10 for low).
   */
  readonly maintainability: number
}

/** What metrics are computed from. */
export interface CodeMeasures {
  readonly cyclomatic: number
  readonly cognitive: number
  readonly lines: number
  readonly halstead: HalsteadCounts
}

/** Computes what follows from counts. */
export function codeMetrics({ cyclomatic, cognitive, lines, halstead }: CodeMeasures): CodeMetrics {
  const { operators, operands, distinctOperators, distinctOperands } = halstead
  const vocabulary = distinctOperators + distinctOperands
  const length = operators + operands
  const volume = vocabulary === 0 ? 0 : length * Math.log2(vocabulary)
  const difficulty = distinctOperands === 0 ? 0 : ((distinctOperators / 2) * operands) / distinctOperands
  // Code that says nothing has no logarithm; it is as maintainable as can be.
  const index = 171 - 5.2 * Math.log(Math.max(volume, 1)) - 0.23 * cyclomatic - 16.2 * Math.log(Math.max(lines, 1))
  return {
    cyclomatic,
    cognitive,
    lines,
    halstead: { ...halstead, vocabulary, length, volume, difficulty, effort: difficulty * volume },
    maintainability: Math.max(0, (index * 100) / 171),
  }
}
