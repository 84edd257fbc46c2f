import { parentPort, workerData } from 'node:worker_threads'
import type { ExtractReply, ExtractRequest, ExtractResult, ExtractTask, ExtractWorkerData } from './extract-protocol.ts'

/**
 * Answers the requests of a pool, in a worker thread; elsewhere does nothing.
 *
 * Told to end, it leaves out what it has not begun and closes its port: with nothing left to wait for, the thread ends by itself.
 */
export function serveExtraction(extract: (task: ExtractTask, maxFileSize: number) => ExtractResult): void {
  if (parentPort === null) return
  const port = parentPort
  const { ending } = workerData as ExtractWorkerData
  const isEnding = (): boolean => Atomics.load(ending, 0) !== 0
  port.on('message', (request: ExtractRequest) => {
    const results: ExtractResult[] = []
    if (request.kind === 'extract') {
      for (const task of request.tasks) {
        if (isEnding()) break
        results.push(extract(task, request.maxFileSize))
      }
    }
    if (isEnding()) {
      port.close()
      return
    }
    const transfer = results.flatMap((result) =>
      result.kind === 'extracted' ? [result.facts, result.texts].flatMap(ownBuffer) : [],
    )
    port.postMessage({ kind: 'done', results } satisfies ExtractReply, transfer)
  })
  port.postMessage({ kind: 'ready' } satisfies ExtractReply, [])
}

/** The buffer of bytes that have one of their own, which can be given away. */
function ownBuffer({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && byteLength === buffer.byteLength ? [buffer] : []
}
