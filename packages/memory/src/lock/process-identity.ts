import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import process from 'node:process'

/** What no two processes share. */
export interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /**
   * Boot of the machine, namespace of process ids, and tick of the clock at which it started, since process ids are used again
   * (proc(5)). Null where there is no `/proc`.
   */
  readonly start: string | null
}

/** Whether a process runs; `unknown` where that cannot be seen from here. */
export type Liveness = 'alive' | 'gone' | 'unknown'

/** Who this process is. */
export function thisProcess(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, start: startOf(process.pid) ?? null }
}

/** Whether a process runs, as seen from this one. */
export function livenessOf({ host, pid, start }: ProcessIdentity): Liveness {
  if (host !== hostname()) return 'unknown'
  const here = scopeOfPids()
  if (here === undefined || start === null) return takesSignals(pid) ? 'alive' : 'gone'
  const [boot, namespace] = start.split(' ')
  if (boot !== here.boot) return 'gone'
  // Containers of one host may share its name, but not the meaning of process ids.
  if (namespace !== here.namespace) return 'unknown'
  return startOf(pid) === start ? 'alive' : 'gone'
}

function startOf(pid: number): string | undefined {
  const here = scopeOfPids()
  if (here === undefined) return undefined
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is a name in parentheses, which may hold spaces and parentheses itself.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // Dead, and only not yet asked for by its parent.
    if (state === 'Z' || state === 'X') return undefined
    return `${here.boot} ${here.namespace} ${fields[18]}`
  } catch {
    return undefined
  }
}

function scopeOfPids(): { readonly boot: string; readonly namespace: string } | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return { boot, namespace: readlinkSync('/proc/self/ns/pid') }
  } catch {
    return undefined
  }
}

function takesSignals(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It runs, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
