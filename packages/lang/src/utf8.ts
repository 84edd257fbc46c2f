/** A larger text is not worth keeping memory for. */
const LARGEST_KEPT = 2 ** 22

const encoder = new TextEncoder()
let kept = Buffer.allocUnsafeSlow(2 ** 16)

/** `text` as UTF-8, in memory that the next call uses again. */
export function utf8Of(text: string): Buffer {
  const most = text.length * 3
  if (most > LARGEST_KEPT) return Buffer.from(text, 'utf8')
  if (most > kept.length) kept = Buffer.allocUnsafeSlow(Math.max(most, kept.length * 2))
  return kept.subarray(0, encoder.encodeInto(text, kept).written)
}
