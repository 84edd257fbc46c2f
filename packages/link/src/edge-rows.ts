import type { FileEdges } from './link-types.ts'
import { createTripleTable } from './triple-table.ts'

/** Collects the edges that leave one file. */
export interface EdgeRows {
  /** Adds an edge, or makes the one that is there more confident. Returns its place, for {@link EdgeRows.addSite}. */
  add(source: number, target: number, kind: number, confidence: number): number
  addSite(edge: number, start: number, end: number, role: number): void
  /** The edges so far, ordered by source, target and kind; the rows are empty afterwards. */
  take(): FileEdges
}

const kindRange = 16

/** Makes empty {@link EdgeRows}, to be used for one file after the other. */
export function createEdgeRows(): EdgeRows {
  const triples = createTripleTable(1024)
  let confidences = new Uint8Array(1024)
  let heads = new Int32Array(1024)
  let tails = new Int32Array(1024)
  let counts = new Int32Array(1024)
  /** Start, end, role, and the next site of the same edge. */
  let sites = new Int32Array(4096)
  let siteCount = 0

  function growEdges(): void {
    const old = { confidences, heads, tails, counts }
    const length = heads.length * 2
    confidences = new Uint8Array(length)
    confidences.set(old.confidences)
    heads = new Int32Array(length)
    heads.set(old.heads)
    tails = new Int32Array(length)
    tails.set(old.tails)
    counts = new Int32Array(length)
    counts.set(old.counts)
  }

  function siteAlreadyLast(edge: number, start: number, end: number, role: number): boolean {
    const last = tails[edge]! * 4
    return last >= 0 && sites[last] === start && sites[last + 1] === end && sites[last + 2] === role
  }

  return {
    add(source, target, kind, confidence) {
      const before = triples.count()
      const edge = triples.intern(source, target, kind)
      if (edge === before) {
        if (edge >= heads.length) growEdges()
        confidences[edge] = confidence
        heads[edge] = -1
        tails[edge] = -1
        counts[edge] = 0
      } else if (confidence < confidences[edge]!) {
        confidences[edge] = confidence
      }
      return edge
    },
    addSite(edge, start, end, role) {
      if (siteAlreadyLast(edge, start, end, role)) return
      const at = siteCount * 4
      if (at + 4 > sites.length) {
        const old = sites
        sites = new Int32Array(old.length * 2)
        sites.set(old)
      }
      sites[at] = start
      sites[at + 1] = end
      sites[at + 2] = role
      sites[at + 3] = -1
      if (tails[edge]! < 0) heads[edge] = siteCount
      else sites[tails[edge]! * 4 + 3] = siteCount
      tails[edge] = siteCount++
      counts[edge] = counts[edge]! + 1
    },
    take() {
      const count = triples.count()
      const order = ordered()
      const edges = {
        count,
        source: new Int32Array(count),
        target: new Int32Array(count),
        kind: new Uint8Array(count),
        confidence: new Uint8Array(count),
        siteFirst: new Int32Array(count + 1),
        sites: new Int32Array(siteCount * 3),
      }
      let used = 0
      for (let i = 0; i < count; i++) {
        const edge = order[i]!
        edges.source[i] = triples.first(edge)
        edges.target[i] = triples.second(edge)
        edges.kind[i] = triples.third(edge)
        edges.confidence[i] = confidences[edge]!
        const first = used
        for (let site = heads[edge]!; site >= 0; site = sites[site * 4 + 3]!) {
          used = insertSite(edges.sites, first, used, sites[site * 4]!, sites[site * 4 + 1]!, sites[site * 4 + 2]!)
        }
        edges.siteFirst[i + 1] = used
      }
      triples.clear()
      siteCount = 0
      return { ...edges, sites: edges.sites.subarray(0, used * 3) }
    },
  }

  /** The edges by source, target and kind. Sorting numbers that hold all three is several times faster than comparing. */
  function ordered(): Int32Array {
    const count = triples.count()
    let lowestTarget = 0
    let highestTarget = 0
    let lowestSource = Number.MAX_SAFE_INTEGER
    for (let edge = 0; edge < count; edge++) {
      lowestTarget = Math.min(lowestTarget, triples.second(edge))
      highestTarget = Math.max(highestTarget, triples.second(edge))
      lowestSource = Math.min(lowestSource, triples.first(edge))
    }
    // Invariant: sources of one file span less than 2^22, targets less than 2^27, so that a key is a safe integer.
    const range = highestTarget - lowestTarget + 1
    const keys = new Float64Array(count)
    for (let edge = 0; edge < count; edge++) {
      const source = triples.first(edge) - lowestSource
      keys[edge] = (source * range + triples.second(edge) - lowestTarget) * kindRange + triples.third(edge)
    }
    keys.sort()
    const order = new Int32Array(count)
    for (let i = 0; i < count; i++) {
      const key = keys[i]!
      const kind = key % kindRange
      const rest = (key - kind) / kindRange
      const target = rest % range
      order[i] = triples.find((rest - target) / range + lowestSource, target + lowestTarget, kind)
    }
    return order
  }
}

/**
 * Puts a site among those of its edge, which are ordered by start, end and role, where it is not there yet: several at one place come in no
 * order of their own. Returns the end of the sites.
 */
function insertSite(sites: Int32Array, first: number, end: number, start: number, stop: number, role: number): number {
  let at = end
  for (; at > first; at--) {
    const before = (at - 1) * 3
    const difference = sites[before]! - start || sites[before + 1]! - stop || sites[before + 2]! - role
    if (difference === 0) return end
    if (difference < 0) break
  }
  if (at < end) sites.copyWithin((at + 1) * 3, at * 3, end * 3)
  sites[at * 3] = start
  sites[at * 3 + 1] = stop
  sites[at * 3 + 2] = role
  return end + 1
}
