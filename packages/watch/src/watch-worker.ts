import { parentPort, workerData } from 'node:worker_threads'
import { WatchThread } from './watch-thread.ts'
import type { WatchReply, WatchRequest, WatchWorkerData } from './watch-protocol.ts'

const port = parentPort
if (port !== null) {
  const thread = new WatchThread(workerData as WatchWorkerData, (reply: WatchReply) => port.postMessage(reply))
  port.on('message', (request: WatchRequest) => {
    if (request.kind === 'end') void thread.end().then(() => port.close())
    else void thread.answer(request)
  })
  void thread.start()
}
