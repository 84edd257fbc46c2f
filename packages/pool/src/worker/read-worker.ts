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
    const { job, file } = request
    try {
      const opened = await connection.get(file)
      if (isStopped(job.credit)) post({ kind: 'stopped' }, [])
      else if (job.kind === 'read') readRows(opened, job, setup.busyDeadline, post)
      else post({ kind: 'checkpointed', counts: runCheckpoint(opened, job.mode) }, [])
    } catch (error) {
      const context = job.kind === 'read' ? { sql: job.sql } : {}
      post({ kind: 'failed', error: sendError(mapDriverError(error, context)) }, [])
    }
  }

  port.on('message', (request: ThreadRequest) => void answer(request))
  port.postMessage({ kind: 'ready' })
}
