/**
 * Does work once for all who ask for it while it is under way. Whoever asks gets the result of work that began after they
 * asked, so it is never older than the question: at most one is under way and one is waited for.
 */
export function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve()
  let waiting: Promise<T> | undefined
  return () => {
    waiting ??= (async () => {
      await running.catch(() => undefined)
      const started = work()
      running = started
      waiting = undefined
      return await started
    })()
    return waiting
  }
}
