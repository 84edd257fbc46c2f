type CallSite = (...args: never[]) => unknown

/** The line that acquired a lease. */
export class AcquireSite {
  declare readonly stack?: string

  /** @param callSite the function that was called there */
  constructor(callSite: CallSite) {
    Error.captureStackTrace(this, keepsCallers() ? callSite : AcquireSite)
  }

  /** The frames of the stack, from the line itself to those that led to it. */
  get frames(): string {
    return framesOf(this)
  }
}

function framesOf({ stack = '' }: { readonly stack?: string }): string {
  const end = stack.indexOf('\n')
  return end === -1 ? '' : stack.slice(end + 1)
}

let callersAreKept: boolean | undefined

/**
 * Whether a function is still on the stack in the call it returns the result of. In JavaScriptCore, and so in Bun, it is
 * not, and a stack that starts below it would be empty: there the stack starts in the pool.
 */
function keepsCallers(): boolean {
  callersAreKept ??= framesOf(caller()) !== ''
  return callersAreKept
}

function caller(): { readonly stack?: string } {
  return callee()
}

function callee(): { readonly stack?: string } {
  const site = {}
  Error.captureStackTrace(site, caller)
  return site
}
