import { seededRandom } from '../random.ts'
import { type Hostile, hostileRequest } from './hostile-requests.ts'
import { exchange, type Exchange } from './raw-request.ts'
import { startServe, type ServeProcess } from './serve-process.ts'

/** MiB that memory may grow after half of the requests: what V8 may leave to be collected later. */
const mostGrowth = 64

/** How the server is attacked. */
export interface FuzzOptions {
  readonly requests: number
  readonly seed: number
  /** Requests that stop half-way, at most: each takes as long as the server is patient. */
  readonly stalls: number
  /** An empty folder to serve. */
  readonly folder: string
  /** Is told of each 100 requests, with the resident memory of the server in MiB. */
  readonly onProgress?: (sent: number, memory: number) => void
}

/** What became of it. */
export interface FuzzResult {
  /** Answers by status; 0 for connections that were closed without one. */
  readonly statuses: ReadonlyMap<number, number>
  /** Milliseconds of the slowest exchange but those that are slow themselves. */
  readonly slowest: number
  /** Resident memory in MiB: after half of the requests, and in the end. */
  readonly memory: readonly [number, number]
  readonly descriptors: readonly [number, number]
  /** What must not be; with the kind of request. */
  readonly faults: readonly string[]
}

/** Connections at the same time. */
const width = 16
/** Milliseconds an exchange may take, and one that only the patience of the server ends. */
const patience = 20_000
const longPatience = 90_000

/** Sends hostile requests to a fresh server, and looks at every answer. */
export async function fuzzHttp({ requests, seed, stalls, folder, onProgress }: FuzzOptions): Promise<FuzzResult> {
  await using server = await startServe(folder, ['--max-body', '1MiB'])
  const random = seededRandom(seed)
  const statuses = new Map<number, number>()
  const faults: string[] = []
  let slowest = 0
  let sent = 0
  let early = { memory: server.memory(), descriptors: server.descriptors() }
  const stalled: Promise<void>[] = []
  const sendOne = async (number: number, hostile: Hostile): Promise<void> => {
    const { chunks, pause = 0, answers = 1, stalls: halts = false } = hostile
    const done = await exchange({
      port: server.port,
      chunks,
      pause,
      patience: halts ? longPatience : patience,
      answers,
    })
    if (pause === 0 && !halts) slowest = Math.max(slowest, done.milliseconds)
    for (const status of done.answers.length === 0 ? [0] : done.answers.map((answer) => answer.status)) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    faults.push(...faultsOf(hostile, done).map((fault) => `request ${number}: ${fault}`))
  }
  const send = async (): Promise<void> => {
    while (sent < requests) {
      const number = ++sent
      const hostile = hostileRequest(random, server)
      if (hostile.stalls !== true) await sendOne(number, hostile)
      else if (stalled.length < stalls) stalled.push(sendOne(number, hostile))
      if (number === Math.ceil(requests / 2)) early = { memory: server.memory(), descriptors: server.descriptors() }
      if (number % 100 === 0) {
        onProgress?.(number, server.memory())
        faults.push(...(await healthFaults(server)))
      }
    }
  }
  await Promise.all(Array.from({ length: width }, send))
  await Promise.all(stalled)
  faults.push(...(await healthFaults(server)))
  const late = { memory: server.memory(), descriptors: server.descriptors() }
  if (late.memory > early.memory + mostGrowth) faults.push(`memory went from ${early.memory} to ${late.memory} MiB`)
  if (late.descriptors > early.descriptors + 20) faults.push(`${late.descriptors} descriptors are open`)
  const traces = server
    .stderr()
    .split('\n')
    .filter((line) => line.includes('"level":"error"') || /^\s+at /.test(line))
  faults.push(...traces.map((line) => `the server says ${line.slice(0, 500)}`))
  return {
    statuses,
    slowest,
    memory: [early.memory, late.memory],
    descriptors: [early.descriptors, late.descriptors],
    faults: faults.slice(0, 30),
  }
}

function faultsOf({ name, answers: wanted = 1 }: Hostile, { answers, end, rest }: Exchange): string[] {
  const faults: string[] = []
  if (end === 'late' && wanted > 0) faults.push(`${name}: it hangs, with ${answers.length} of ${wanted} answers`)
  if (rest !== '') faults.push(`${name}: this is no answer: ${JSON.stringify(rest)}`)
  for (const { status, headers, body } of answers) {
    if (status >= 500) faults.push(`${name}: ${status} ${body.slice(0, 300)}`)
    if (headers.has('x-injected')) faults.push(`${name}: a header was injected`)
    if (status < 400 || body === '') continue
    faults.push(...problemFaults(body, status, headers).map((fault) => `${name}: ${status}: ${fault}`))
  }
  return faults
}

function problemFaults(body: string, status: number, headers: ReadonlyMap<string, string>): string[] {
  if (headers.get('content-type') !== 'application/problem+json') return [`it is ${headers.get('content-type')}`]
  const problem = JSON.parse(body) as Readonly<Record<string, unknown>>
  const faults: string[] = []
  if (problem['status'] !== status) faults.push('the problem has another status')
  if (problem['requestId'] !== headers.get('x-request-id')) faults.push('the problem has another request id')
  if (typeof problem['code'] !== 'string' || !problem['code'].startsWith('FORGE_'))
    faults.push('the problem has no code')
  if (typeof problem['hint'] !== 'string' || problem['hint'] === '') faults.push(`there is no hint: ${body}`)
  return faults
}

/** A request as it should be is answered all the same. */
async function healthFaults(server: ServeProcess): Promise<string[]> {
  const start = performance.now()
  const response = await fetch(`${server.url}/api/v1/runs?limit=1`)
  const body = await response.text()
  const took = performance.now() - start
  return [
    ...(response.status === 200 && body.startsWith('{"runs":')
      ? []
      : [`a good request gets ${response.status} ${body}`]),
    ...(took < 5000 ? [] : [`a good request takes ${took} ms`]),
  ]
}
