/** What every {@link ForgeError} is made from. */
export interface ForgeErrorOptions {
  /** What the person or program that sees the error can do about it, one sentence. */
  readonly hint?: string
  /** The facts behind the message, as plain JSON data. */
  readonly details?: Readonly<Record<string, unknown>>
  /** The error that led to this one. */
  readonly cause?: unknown
  /**
   * The function whose frames are left out of the stack, so that the first
   * frame is the line that called it.
   */
  readonly callSite?: (...args: never[]) => unknown
}

/** The shape {@link toErrorJson} gives an error: the `error` member of `forge.error/1`. */
export interface ErrorJson {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly details?: Readonly<Record<string, unknown>>
}

const brand: unique symbol = Symbol.for('@forge/errors/ForgeError') as never

/**
 * The base of every error Forge throws on purpose.
 *
 * A subclass gives `code` a literal, `FORGE_` followed by upper-case words.
 * Recognise one with {@link isForgeError}: `instanceof` fails when two copies
 * of this package are installed.
 *
 * @example
 * ```ts
 * class PoolClosedError extends ForgeError {
 *   override readonly code = 'FORGE_POOL_CLOSED'
 * }
 * throw new PoolClosedError('The pool is closed', { hint: 'Open a new pool' })
 * ```
 */
export abstract class ForgeError extends Error {
  /** The stable name of this kind of error, to compare with. */
  abstract readonly code: string
  /** What to do about it. */
  readonly hint: string | undefined
  /** The facts behind the message, as plain JSON data. */
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(message: string, options: ForgeErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = new.target.name
    this.hint = options.hint
    this.details = options.details
    Object.defineProperty(this, brand, { value: true })
    if (options.callSite !== undefined) startStackAt(this, options.callSite)
  }
}

/**
 * Makes the stack of an error start at the line that called `callSite`: now, or, where the call has waited since, the line that waits for it.
 * Where the engine does not know that line any more (JavaScriptCore, and so Bun, drops tail calls and what waits), the stack stays as it is.
 */
export function startStackAt(error: Error, callSite: (...args: never[]) => unknown): void {
  const whole = error.stack
  Error.captureStackTrace?.(error, callSite)
  if (whole !== undefined && error.stack?.includes('\n') !== true) error.stack = whole
}

/** A broken promise of Forge's own code: never the caller's fault, always worth a report. */
export class InternalError extends ForgeError {
  override readonly code = 'FORGE_INTERNAL'

  constructor(message: string, options: ForgeErrorOptions = {}) {
    super(message, { hint: 'This is a bug in Forge; please report it with this message', ...options })
  }
}

/** Whether `value` is a {@link ForgeError}, of this copy of the package or of another one. */
export function isForgeError(value: unknown): value is ForgeError {
  return typeof value === 'object' && value !== null && brand in value
}

/** `error` as plain data, with the members that are absent left out. */
export function toErrorJson(error: ForgeError): ErrorJson {
  return {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.details === undefined ? {} : { details: error.details }),
  }
}
