import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import type { Forge } from '../forge.ts'
import { createAdmission } from './admission.ts'
import { createApi, problemResponse, type RequestState } from './api.ts'
import { HttpBusyError, HttpHeadersError, HttpListenError, HttpRequestError, HttpSlowError } from './errors.ts'
import { problemHeaders, problemOf } from './problem.ts'
import type { Log } from './request-log.ts'
import { runCounter } from './run-counter.ts'
import { shared } from './shared.ts'

/** How to serve a project. */
export interface HttpServerOptions {
  readonly forge: Forge
  readonly version: string
  /** The address to listen on. */
  readonly host: string
  /** 0 for one that is free. */
  readonly port: number
  /** What those who write have to send; those who read too, unless `host` is this machine alone. */
  readonly token: string
  /** Names the server may be called, beside `localhost` and addresses. */
  readonly allowedHosts: readonly string[]
  readonly log: Log
  readonly maxBodyBytes: number
}

/** A server that listens. */
export interface HttpServer {
  readonly url: string
  /** Lets what is under way finish, up to a deadline, and ends all connections. */
  close(): Promise<void>
}

/** Milliseconds to receive the headers, and all of a request. */
const headersTimeout = 10_000
const requestTimeout = 30_000
/** Milliseconds an answer may take. */
const answerTimeout = 30_000
/** Milliseconds what is under way has to finish when the server stops. */
const closeDeadline = 5000
/** Requests that are answered at once, streams included, and connections. */
const mostRequests = 512
const mostConnections = 1024

/**
 * Serves a project over HTTP.
 *
 * @throws `FORGE_HTTP_LISTEN`
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { forge, host, port, token, allowedHosts, log } = options
  const stopping = new AbortController()
  const api = createApi({
    context: {
      forge,
      version: options.version,
      freshness: shared(() => forge.freshness()),
      countRuns: runCounter(() => forge.runs),
      stopping: stopping.signal,
    },
    maxBodyBytes: options.maxBodyBytes,
    timeout: answerTimeout,
  })
  const admit = createAdmission({ loopback: isLoopback(host), hosts: allowedHosts, token })
  const states = new WeakMap<IncomingMessage, RequestState>()
  const open = new Set<ServerResponse>()
  const listener = getRequestListener(
    (request, { incoming }) => api.fetch(request, { state: stateOf(states, incoming as IncomingMessage) }),
    // What the wall lets through can be made into a request.
    { errorHandler: (error) => problemResponse(error, { id: randomUUID() }) },
  )
  const server = createServer(
    {
      headersTimeout,
      requestTimeout,
      connectionsCheckingInterval: 2000,
      keepAliveTimeout: 10_000,
      requireHostHeader: false,
    },
    (incoming, outgoing) => {
      const state: RequestState = { id: requestId(incoming) }
      states.set(incoming, state)
      open.add(outgoing)
      logWhenDone(incoming, outgoing, state, log)
      outgoing.on('close', () => {
        open.delete(outgoing)
        if (!outgoing.writableFinished) state.controller?.abort()
      })
      for (const [name, value] of Object.entries(commonHeaders)) outgoing.setHeader(name, value)
      outgoing.setHeader('x-request-id', state.id)
      try {
        if (stopping.signal.aborted)
          throw new HttpBusyError('The server is stopping', { hint: 'Ask it again when it has started' })
        if (open.size > mostRequests)
          throw new HttpBusyError('There are too many requests at once', { hint: 'Try again in a second' })
        requireTarget(incoming.url ?? '')
        admit(incoming)
      } catch (error) {
        return refuse(outgoing, error, state)
      }
      return void listener(incoming, outgoing)
    },
  )
  server.maxConnections = mostConnections
  server.on('clientError', answerClientError(log))
  await listen(server, host, port)
  const address = server.address() as AddressInfo
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    async close() {
      stopping.abort()
      server.close()
      server.closeIdleConnections()
      const deadline = Date.now() + closeDeadline
      while ([...open].some(isBeingAnswered) && Date.now() < deadline) await setTimeout(10)
      server.closeAllConnections()
    },
  }
}

/** Whether nobody but this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

const commonHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

/** A request that has arrived: who still sends one when the server stops will be told when it asks again. */
function isBeingAnswered(outgoing: ServerResponse): boolean {
  return outgoing.req.complete && !outgoing.writableEnded
}

function stateOf(states: WeakMap<IncomingMessage, RequestState>, incoming: IncomingMessage): RequestState {
  return states.get(incoming) ?? { id: randomUUID() }
}

/** The id the client gave the request, if it can stand in a log and a header, or a new one. */
function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID()
}

/** Throws `FORGE_HTTP_REQUEST` for what is no path of this server: it is no proxy. */
function requireTarget(target: string): void {
  const [path = ''] = target.split('?', 1)
  if (
    path.startsWith('/') &&
    !path.startsWith('//') &&
    !path.includes('\\') &&
    URL.canParse(target, 'http://localhost')
  )
    return
  throw new HttpRequestError('The request asks for no path', {
    hint: 'Ask for a path, such as /api/v1/runs',
    details: { target: target.slice(0, 100) },
  })
}

/** Answers without reading the rest of the request, and ends the connection if there is a rest. */
function refuse(outgoing: ServerResponse, error: unknown, state: RequestState): void {
  const problem = problemOf(error, state.id)
  state.code = problem.code
  const body = JSON.stringify(problem)
  const hasBody =
    outgoing.req.headers['content-length'] !== undefined || outgoing.req.headers['transfer-encoding'] !== undefined
  outgoing.writeHead(problem.status, {
    ...problemHeaders(problem),
    'content-length': Buffer.byteLength(body),
    ...(hasBody ? { connection: 'close' } : {}),
  })
  outgoing.end(outgoing.req.method === 'HEAD' ? undefined : body)
}

function logWhenDone(incoming: IncomingMessage, outgoing: ServerResponse, state: RequestState, log: Log): void {
  const start = performance.now()
  const { socket } = incoming
  const sentBefore = socket.bytesWritten
  outgoing.on('close', () => {
    const { statusCode: status } = outgoing
    const aborted = !outgoing.writableFinished
    log({
      level: status >= 500 ? 'error' : status >= 400 || aborted ? 'warn' : 'info',
      event: 'request',
      requestId: state.id,
      method: incoming.method ?? '',
      path: pathOf(incoming.url ?? ''),
      ...(outgoing.headersSent ? { status } : {}),
      ms: Math.round((performance.now() - start) * 100) / 100,
      bytes: socket.bytesWritten - sentBefore,
      ...(state.runId === undefined ? {} : { runId: state.runId }),
      ...(state.code === undefined ? (aborted ? { code: 'aborted' } : {}) : { code: state.code }),
      ...(state.error === undefined ? {} : { error: stackOf(state.error) }),
    })
  })
}

/** Without the query, which may hold what is nobody's business. */
function pathOf(url: string): string {
  const end = url.indexOf('?')
  return (end === -1 ? url : url.slice(0, end)).slice(0, 500)
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}

/** What never became a request: Node's parser says why. */
function answerClientError(log: Log): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) return void socket.destroy()
    const id = randomUUID()
    const problem = problemOf(clientError(error), id)
    log({ level: 'warn', event: 'request', requestId: id, status: problem.status, code: problem.code })
    const body = JSON.stringify(problem)
    const headers = { ...commonHeaders, ...problemHeaders(problem), 'x-request-id': id, connection: 'close' }
    const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body) })
    socket.end(
      `HTTP/1.1 ${problem.status} ${problem.title}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
    )
  }
}

function clientError(cause: NodeJS.ErrnoException): Error {
  if (cause.code === 'HPE_HEADER_OVERFLOW') {
    return new HttpHeadersError('The address or the headers are longer than 16 KiB', {
      hint: 'Ask with a shorter address; queries may be sent in pieces',
      cause,
    })
  }
  if (cause.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new HttpSlowError('The request did not arrive in time', {
      hint: 'Send it faster, or in several requests',
      cause,
    })
  }
  return new HttpRequestError('This is not HTTP as it is understood here', { hint: 'Use an HTTP/1.1 client', cause })
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host, port }, resolve)
  try {
    await promise
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new HttpListenError(`Nobody can listen on ${host}, port ${port}: ${message}`, {
      hint:
        code === 'EADDRINUSE'
          ? 'Another program uses the port; choose one with --port, 0 for any that is free'
          : 'Choose another address with --host, or another port with --port',
      details: { host, port },
      cause,
    })
  }
  server.off('error', reject)
}
