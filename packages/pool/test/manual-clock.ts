import type { Clock } from '@forge/pool'

/** A clock that goes on only when it is told to. */
export interface ManualClock extends Clock {
  /** Lets time pass, and calls what is due, in order. */
  advance(milliseconds: number): void
}

export function manualClock(): ManualClock {
  let now = 0
  let lastId = 0
  const planned = new Map<number, { readonly due: number; readonly callback: () => void }>()
  return {
    now: () => now,
    setTimeout(callback, milliseconds) {
      planned.set(++lastId, { due: now + milliseconds, callback })
      return lastId
    },
    clearTimeout: (timeout) => void planned.delete(timeout as number),
    keepAlive() {},
    setImmediate: (callback) => void setImmediate(callback),
    advance(milliseconds) {
      now += milliseconds
      const due = [...planned].filter(([, each]) => each.due <= now).toSorted(([, a], [, b]) => a.due - b.due)
      for (const [id, { callback }] of due) if (planned.delete(id)) callback()
    },
  }
}
