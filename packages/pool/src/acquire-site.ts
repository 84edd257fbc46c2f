/** The line that acquired a lease. */
export class AcquireSite {
  declare readonly stack?: string

  /** @param callSite the function that was called there */
  constructor(callSite: (...args: never[]) => unknown) {
    Error.captureStackTrace(this, callSite)
  }

  /** The frames of the stack, from the line itself to those that led to it. */
  get frames(): string {
    const stack = this.stack ?? ''
    return stack.slice(stack.indexOf('\n') + 1)
  }
}
