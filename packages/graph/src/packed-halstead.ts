import { ByteReader, ByteWriter } from './bytes.ts'
import type { CodeCounts } from './graph-types.ts'

/** The counts of {@link CodeCounts} that no query asks for one by one. */
export type HalsteadCounts = Omit<CodeCounts, 'cognitive'>

const shared = new ByteWriter()

/** Packs operators and operands of a symbol into five bytes or so. */
export function packHalstead(counts: HalsteadCounts): Uint8Array {
  shared.number(counts.operators)
  shared.number(counts.operands)
  shared.number(counts.distinctOperators)
  shared.number(counts.distinctOperands)
  return shared.take()
}

/** Reads what {@link packHalstead} packed. */
export function unpackHalstead(packed: Uint8Array): HalsteadCounts {
  const reader = new ByteReader(packed)
  return {
    operators: reader.number(),
    operands: reader.number(),
    distinctOperators: reader.number(),
    distinctOperands: reader.number(),
  }
}
