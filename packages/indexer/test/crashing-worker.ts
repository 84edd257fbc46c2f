import { parentPort } from 'node:worker_threads'
import type { ExtractReply, ExtractRequest } from '../src/extract-protocol.ts'
import { extractFile } from '../src/extract-file.ts'

/** Extracts like the real one, but dies at any file named `crash.ts`. */
parentPort?.on('message', ({ tasks, maxFileSize }: ExtractRequest) => {
  const results = tasks.map((task) => {
    if (task.path.endsWith('crash.ts')) process.exit(3)
    return extractFile(task, maxFileSize)
  })
  parentPort?.postMessage({ kind: 'done', results } satisfies ExtractReply, [])
})
parentPort?.postMessage({ kind: 'ready' } satisfies ExtractReply, [])
