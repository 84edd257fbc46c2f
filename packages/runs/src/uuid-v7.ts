/** Makes a UUID version 7 (RFC 9562, section 5.7): sorts by time, and within a millisecond by the order of making. */
export function uuidMaker(clock: () => number, randomBytes: (length: number) => Uint8Array): () => string {
  let last = -1
  let counter = 0
  return () => {
    const bytes = randomBytes(10)
    let time = Math.max(Math.trunc(clock()), last)
    if (time === last && ++counter > 0xfff) time++
    if (time !== last) {
      last = time
      // The upper half of the counter is left for those to come.
      counter = (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) & 0x7ff
    }
    const hex = Buffer.from(bytes.subarray(2)).toString('hex')
    const head = time.toString(16).padStart(12, '0')
    const variant = ((Number.parseInt(hex.slice(0, 1), 16) & 3) | 8).toString(16)
    const version = `7${counter.toString(16).padStart(3, '0')}`
    return `${head.slice(0, 8)}-${head.slice(8)}-${version}-${variant}${hex.slice(1, 4)}-${hex.slice(4)}`
  }
}

/** Random bytes of `fill`, which is asked for many at once: to ask it takes longer than all else of an id [measured]. */
export function pooledBytes(fill: (length: number) => Uint8Array): (length: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array(0)
  let used = 0
  return (length) => {
    if (used + length > pool.length) {
      pool = fill(Math.max(1024, length))
      used = 0
    }
    return pool.subarray(used, (used += length))
  }
}
