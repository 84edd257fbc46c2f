import { createQueryEngine, type QueryEngine, type QueryEngineOptions, type QueryEvent } from '@forge/incremental'

/** An engine and what it did since it was last asked, as `execute sum(a)`. */
export interface LoggedEngine {
  readonly engine: QueryEngine
  /** What happened, but for inputs that were set, since the last call. */
  happened(): readonly string[]
}

export function loggedEngine(options: QueryEngineOptions = {}): LoggedEngine {
  let events: QueryEvent[] = []
  const engine = createQueryEngine({ ...options, onEvent: (event) => events.push(event) })
  return {
    engine,
    happened() {
      const lines = events.flatMap((event) => {
        if (event.type === 'set') return []
        const key: unknown = JSON.parse(event.key)
        return [`${event.type} ${event.query}(${typeof key === 'string' ? key : event.key})`]
      })
      events = []
      return lines
    },
  }
}
