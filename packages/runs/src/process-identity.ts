import { readFileSync, readlinkSync } from 'node:fs'
import os from 'node:os'
import process from 'node:process'
import type { RunProcess } from './run-types.ts'

/** Whether a process still runs; `unknown` where that cannot be seen from here. */
export type ProcessState = 'alive' | 'gone' | 'unknown'

/** Tells whether the process of a run still runs. */
export type ProcessProbe = (process: RunProcess) => ProcessState

/** This process, as runs remember it. */
export function currentProcess(): RunProcess {
  return { host: os.hostname(), pid: process.pid, start: startOf(process.pid) ?? null }
}

/** Looks for a process on this machine. */
export function probeProcess({ host, pid, start }: RunProcess): ProcessState {
  if (host !== os.hostname()) return 'unknown'
  const system = systemOf()
  if (system === undefined) return answersSignals(pid) ? 'alive' : 'gone'
  if (start !== null) {
    const [boot, namespace] = start.split('/')
    if (boot !== system.boot) return 'gone'
    // The process ids of another container mean nothing here.
    if (namespace !== system.namespace) return 'unknown'
  }
  const now = startOf(pid)
  if (now === undefined) return 'gone'
  return start === null || start === now ? 'alive' : 'gone'
}

/**
 * What no other process shares: the boot of the machine, the namespace of its process ids, and the clock tick in which it
 * started (proc(5), proc_pid_stat(5)). Undefined for a process that is gone, or that only waits to be noticed as dead.
 */
function startOf(pid: number): string | undefined {
  const system = systemOf()
  if (system === undefined) return undefined
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, ticks] = [fields[0], fields[19]]
    return state === 'Z' || state === 'X' ? undefined : `${system.boot}/${system.namespace}/${ticks}`
  } catch {
    return undefined
  }
}

interface System {
  readonly boot: string
  readonly namespace: string
}

/** Undefined where there is no `/proc`. */
function systemOf(): System | undefined {
  try {
    return {
      boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      namespace: readlinkSync('/proc/self/ns/pid'),
    }
  } catch {
    return undefined
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
