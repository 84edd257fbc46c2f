import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { PoolEventName } from '@forge/pool'
import { onTestFinished } from 'vitest'

/** An event as it was published. */
export interface RecordedEvent {
  readonly event: PoolEventName
  readonly pool: string
  readonly [key: string]: unknown
}

/** The events of the pools called `pool` from now until the test ends, as they come. */
export function recordEvents(pool: string, ...names: readonly PoolEventName[]): RecordedEvent[] {
  const recorded: RecordedEvent[] = []
  for (const event of names) {
    const record = (message: unknown) => {
      const data = message as { readonly pool: string }
      if (data.pool === pool) recorded.push({ event, ...data })
    }
    subscribe(`forge:pool:${event}`, record)
    onTestFinished(() => void unsubscribe(`forge:pool:${event}`, record))
  }
  return recorded
}
