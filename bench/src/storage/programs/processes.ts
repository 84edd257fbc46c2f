import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A process that answers one order at a time. */
export interface WorkerProcess<O, A> {
  ask(order: O): Promise<A>
  stop(): Promise<void>
}

/** Starts a program in a process of its own, which must call {@link answerOrders}. */
export async function startProcess<O extends object, A>(program: URL): Promise<WorkerProcess<O, A>> {
  const child = fork(program, { execArgv: process.execArgv })
  await next(child)
  return {
    async ask(order) {
      const answer = next(child)
      child.send(order)
      return (await answer) as A
    },
    async stop() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

function next(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`A worker process ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message)
    })
  })
}

/** Answers the orders of the process that started this one, until that disconnects. */
export function answerOrders<O, A>(answer: (order: O) => A | Promise<A>): void {
  const send = process.send?.bind(process)
  if (send === undefined) throw new Error('This program is started by another one')
  process.on('message', (order: O) => {
    void Promise.resolve(answer(order)).then((said) => send(said))
  })
  send('ready')
}
