import { parentPort } from 'node:worker_threads'
import { extractFile } from './extract-file.ts'
import type { ExtractReply, ExtractRequest } from './extract-protocol.ts'

if (parentPort !== null) {
  const port = parentPort
  port.on('message', ({ tasks, maxFileSize }: ExtractRequest) => {
    const results = tasks.map((task) => extractFile(task, maxFileSize))
    const transfer = results.flatMap((result) =>
      result.kind === 'extracted' && result.facts.byteLength === result.facts.buffer.byteLength
        ? [result.facts.buffer as ArrayBuffer]
        : [],
    )
    port.postMessage({ kind: 'done', results } satisfies ExtractReply, transfer)
  })
  port.postMessage({ kind: 'ready' } satisfies ExtractReply)
}
