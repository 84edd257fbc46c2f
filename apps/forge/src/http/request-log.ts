/** One line of the log. */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly event: string
  readonly requestId?: string
  readonly method?: string
  readonly path?: string
  readonly status?: number
  /** Milliseconds from the first byte of the request to the end of the answer. */
  readonly ms?: number
  /** Bytes of the answer, with its headers. */
  readonly bytes?: number
  readonly runId?: string
  /** The code of the error that was answered, or `aborted` where the client went away first. */
  readonly code?: string
  readonly [name: string]: unknown
}

/** Where log lines go. */
export type Log = (line: LogLine) => void

/** A log that writes each line as one JSON object, with the time. */
export function jsonLog(write: (text: string) => void, clock: () => number): Log {
  return (line) => write(`${JSON.stringify({ time: new Date(clock()).toISOString(), ...line })}\n`)
}
