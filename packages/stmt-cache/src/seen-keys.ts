import { LRUCache } from 'lru-cache'

/**
 * The keys that were asked for and are not kept: a bounded memory of what would be worth keeping when it comes again.
 *
 * Only 32 bits of each key are remembered, so that long texts cost no memory here. Two keys that share them are at
 * worst taken for one, and a statement is kept one use too early.
 */
export class SeenKeys {
  readonly #hashes: LRUCache<number, true>

  constructor(maxEntries: number) {
    this.#hashes = new LRUCache({ max: maxEntries })
  }

  /** Remembers a key, and forgets the one remembered for the longest time where there is no room. */
  add(id: string): void {
    this.#hashes.set(hashOf(id), true)
  }

  /** Forgets a key; true where it was remembered. */
  take(id: string): boolean {
    return this.#hashes.delete(hashOf(id))
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#hashes.size
  }

  clear(): void {
    this.#hashes.clear()
  }
}

/** FNV-1a over UTF-16 code units: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash
}
