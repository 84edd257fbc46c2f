import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** An answer as it came over the socket. */
export interface RawAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** What became of a connection. */
export interface Exchange {
  readonly answers: readonly RawAnswer[]
  /** How it ended: closed by the server, or by us once it had answered, or not at all in time. */
  readonly end: 'closed' | 'answered' | 'late'
  /** Bytes that are no answer; empty unless something is wrong. */
  readonly rest: string
  readonly milliseconds: number
}

/** How bytes are sent. */
export interface SendOptions {
  readonly port: number
  /** Sent one after the other. */
  readonly chunks: readonly (string | Uint8Array)[]
  /** Milliseconds between two chunks. */
  readonly pause?: number
  /** Milliseconds after which it is late. */
  readonly patience: number
  /** Answers after which the client hangs up. */
  readonly answers: number
}

/** Sends bytes to a server on this machine and reads what it answers. */
export async function exchange({ port, chunks, pause = 0, patience, answers }: SendOptions): Promise<Exchange> {
  const start = performance.now()
  const socket = connect({ host: '127.0.0.1', port })
  let received = Buffer.alloc(0)
  const { promise, resolve } = Promise.withResolvers<Exchange['end']>()
  const timer = globalThis.setTimeout(() => resolve('late'), patience)
  socket.on('data', (data) => {
    received = Buffer.concat([received, data])
    if (parseAnswers(received).answers.length >= answers) resolve('answered')
  })
  socket.on('close', () => resolve('closed'))
  socket.on('error', () => resolve('closed'))
  void (async () => {
    for (const chunk of chunks) {
      if (socket.destroyed || !socket.writable) return
      if (!socket.write(chunk)) await new Promise((done) => socket.once('drain', done).once('close', done))
      if (pause > 0) await setTimeout(pause)
    }
    if (answers === 0) resolve('answered')
  })()
  const end = await promise
  clearTimeout(timer)
  socket.destroy()
  return { ...parseAnswers(received), end, milliseconds: performance.now() - start }
}

/** The whole answers in some bytes (RFC 9112), and what is left. */
function parseAnswers(bytes: Buffer): { readonly answers: readonly RawAnswer[]; readonly rest: string } {
  const answers: RawAnswer[] = []
  let position = 0
  for (;;) {
    const end = bytes.indexOf('\r\n\r\n', position)
    if (end === -1) break
    const [line = '', ...fields] = bytes.toString('latin1', position, end).split('\r\n')
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1]
    if (status === undefined) break
    const headers = new Map(
      fields.map((field) => {
        const colon = field.indexOf(':')
        return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const
      }),
    )
    const body = bodyAt(bytes, end + 4, Number(status), headers)
    if (body === undefined) break
    position = body.end
    // What asks the client to go on is no answer yet.
    if (status !== '100') answers.push({ status: Number(status), headers, body: body.text })
  }
  return { answers, rest: bytes.toString('latin1', position).slice(0, 500) }
}

function bodyAt(
  bytes: Buffer,
  start: number,
  status: number,
  headers: ReadonlyMap<string, string>,
): { readonly text: string; readonly end: number } | undefined {
  if (status < 200 || status === 204) return { text: '', end: start }
  const length = headers.get('content-length')
  if (length !== undefined) {
    const end = start + Number(length)
    return end <= bytes.length ? { text: bytes.toString('utf8', start, end), end } : undefined
  }
  const parts: Buffer[] = []
  for (let position = start; ;) {
    const line = bytes.indexOf('\r\n', position)
    if (line === -1) return undefined
    const size = Number.parseInt(bytes.toString('latin1', position, line), 16)
    const next = line + 2 + size + 2
    if (Number.isNaN(size) || next > bytes.length) return undefined
    if (size === 0) return { text: Buffer.concat(parts).toString('utf8'), end: next }
    parts.push(bytes.subarray(line + 2, line + 2 + size))
    position = next
  }
}
