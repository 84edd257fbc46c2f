/** The offset of the first unit of each line; lines end with LF, CR LF or CR. */
export function lineStartsOf(text: string): Int32Array {
  const starts = [0]
  if (text.includes('\r')) {
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1)
    }
  } else {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  }
  return new Int32Array(starts)
}
