import { parentPort, workerData } from 'node:worker_threads'
import { runCheckpoint } from '../checkpoint.ts'
import { mapDriverError } from '../driver-error.ts'
import { isStopped, type Post, readRows } from './read-rows.ts'
import { sendError } from './sent-error.ts'
import { ThreadConnection } from './thread-connection.ts'
import type { ThreadRequest, ThreadSetup } from './worker-protocol.ts'

if (parentPort !== null) {
  const port = parentPort
  const setup = workerData as ThreadSetup
  const connection = new ThreadConnection(setup)
  const post: Post = (reply, transfer) => port.postMessage(reply, transfer)

  const answer = async (request: ThreadRequest): Promise<void> => {
    if (request.kind === 'close') {
      connection.close()
      port.close()
      return
    }
    try {
      const opened = await connection.get()
      if (isStopped(request.credit)) post({ kind: 'stopped' }, [])
      else if (request.kind === 'read') readRows(opened, request, setup.busyDeadline, post)
      else post({ kind: 'checkpointed', counts: runCheckpoint(opened, request.mode) }, [])
    } catch (error) {
      const context = request.kind === 'read' ? { sql: request.sql } : {}
      post({ kind: 'failed', error: sendError(mapDriverError(error, context)) }, [])
    }
  }

  port.on('message', (request: ThreadRequest) => void answer(request))
  port.postMessage({ kind: 'ready' })
}
