import { readdirSync, readFileSync } from 'node:fs'

/** What a process and all its descendants used. */
export interface TreeUsage {
  /** The largest resident set of the whole tree at one moment, in bytes. */
  readonly peakRssBytes: number
  /** User and system time of all processes seen, in milliseconds. */
  readonly cpuMs: number
}

/** Watches a tree of processes from the outside until it is stopped. */
export interface TreeSampler {
  /** Ends the watching and tells what was seen. */
  stop(): TreeUsage
}

interface ProcessStat {
  readonly parent: number
  readonly cpuMs: number
}

const sampleMs = 20
const samplesBetweenScans = 5
/** USER_HZ: what /proc counts processor time in, 100 a second on every Linux. */
const tickMs = 10

/**
 * Samples the tree under `root` every 20 ms from /proc, so it works on Linux only.
 *
 * The peak is the larger of two: the largest sum of `VmRSS` over one sample, and
 * the largest `VmHWM` of a single process, which the kernel keeps exactly. Pages
 * that two processes share count twice in the sum.
 */
export function sampleTree(root: number): TreeSampler {
  const cpu = new Map<number, number>()
  let members: readonly number[] = [root]
  let peakKb = 0
  let samples = 0

  const sample = (): void => {
    if (samples++ % samplesBetweenScans === 0) members = descendants(root)
    let sumKb = 0
    for (const pid of members) {
      const memory = readMemory(pid)
      sumKb += memory.residentKb
      peakKb = Math.max(peakKb, memory.highWaterKb)
      const stat = readStat(pid)
      if (stat !== undefined) cpu.set(pid, stat.cpuMs)
    }
    peakKb = Math.max(peakKb, sumKb)
  }

  sample()
  const timer = setInterval(sample, sampleMs)
  return {
    stop() {
      clearInterval(timer)
      return { peakRssBytes: peakKb * 1024, cpuMs: [...cpu.values()].reduce((sum, ms) => sum + ms, 0) }
    },
  }
}

/** `root` and every process below it. Needs one pass over /proc: `task/<id>/children` is not in every kernel. */
function descendants(root: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const parent = readStat(pid)?.parent
    if (parent === undefined) continue
    const siblings = children.get(parent)
    if (siblings === undefined) children.set(parent, [pid])
    else siblings.push(pid)
  }
  const tree = [root]
  for (let at = 0; at < tree.length; at++) tree.push(...(children.get(tree[at]!) ?? []))
  return tree
}

function readStat(pid: number): ProcessStat | undefined {
  const text = readProc(`/proc/${pid}/stat`)
  // The second field, the name, is in parentheses and may hold anything; the third begins after the last of them.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  if (fields.length < 13) return undefined
  return { parent: Number(fields[1]), cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs }
}

function readMemory(pid: number): { readonly residentKb: number; readonly highWaterKb: number } {
  const text = readProc(`/proc/${pid}/status`)
  return {
    residentKb: Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0),
    highWaterKb: Number(/^VmHWM:\s+(\d+)/m.exec(text)?.[1] ?? 0),
  }
}

/** A process may end between being listed and being read: then there is nothing to read. */
function readProc(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
