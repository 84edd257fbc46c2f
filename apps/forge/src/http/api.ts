import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { Context } from 'hono'
import {
  type Endpoint,
  type EndpointContext,
  type EndpointRequest,
  JsonText,
  type StreamedContent,
} from './endpoint.ts'
import { dependenceEndpoints } from './endpoints/dependence.ts'
import { graphEndpoints } from './endpoints/graph.ts'
import { memoryEndpoints } from './endpoints/memory.ts'
import { runEventEndpoints } from './endpoints/run-events.ts'
import { runEndpoints } from './endpoints/runs.ts'
import { serviceEndpoints } from './endpoints/service.ts'
import { HttpMethodError, HttpNotFoundError, HttpTimeoutError } from './errors.ts'
import { problemHeaders, problemMediaType, problemOf, problemSchema } from './problem.ts'
import { readInputs } from './read-inputs.ts'

/** What the server knows of a request beside what was sent. */
export interface RequestState {
  readonly id: string
  /** Told to the log. */
  runId?: string
  code?: string
  error?: unknown
  /** Aborted when nobody waits for the answer any more; made when somebody asks for its signal. */
  controller?: AbortController
}

/** How the API is served. */
export interface ApiOptions {
  readonly context: EndpointContext
  /** The most bytes of a body. */
  readonly maxBodyBytes: number
  /** Milliseconds an answer may take; one that streams is not bound. */
  readonly timeout: number
}

type Env = { Bindings: { state: RequestState } }

const endpoints: readonly Endpoint[] = [
  ...serviceEndpoints,
  ...runEndpoints,
  ...runEventEndpoints,
  ...memoryEndpoints,
  ...graphEndpoints,
  ...dependenceEndpoints,
]

/** The API as an application of Hono that is given a {@link RequestState} with each request. */
export function createApi(options: ApiOptions): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ strict: true })
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' })
  for (const endpoint of endpoints) {
    app.openAPIRegistry.registerPath(describe(endpoint))
    app.on(endpoint.method, routePath(endpoint), (c) => answer(c, endpoint, options))
  }
  let document: string | undefined
  app.get('/api/v1/openapi.json', (c) => {
    document ??= JSON.stringify(openApiDocument(app, options.context.version))
    return c.body(document, 200, { 'content-type': 'application/json' })
  })
  const methods = methodsByPath(app)
  app.notFound((c) => {
    const allow = methods(c.req.path)
    throw allow.length === 0
      ? new HttpNotFoundError('There is nothing at this path', { hint: 'See /api/v1/openapi.json for what there is' })
      : new HttpMethodError(`${c.req.method} cannot be used here`, {
          hint: `Use ${allow.join(' or ')}`,
          details: { allow: allow.join(', ') },
        })
  })
  app.onError((error, c) => problemResponse(error, c.env.state))
  return app
}

/** The problem that an error is, as a response; the log is told. */
export function problemResponse(error: unknown, state: RequestState): Response {
  const problem = problemOf(error, state.id)
  state.code = problem.code
  if (problem.status >= 500) state.error = error
  return new Response(JSON.stringify(problem), { status: problem.status, headers: problemHeaders(problem) })
}

function openApiDocument(app: OpenAPIHono<Env>, version: string): object {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Forge',
      version,
      description:
        'What a project is made of, what agents did in it, and what they learned. Errors are problems of RFC 9457.',
    },
    servers: [{ url: '/' }],
  })
}

function routePath({ path }: Endpoint): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

/** Every endpoint may answer with these: see the wall in front of it. */
const commonProblems = [400, 401, 403, 408, 413, 415, 421, 422, 431, 500, 503, 507]

function describe({
  method,
  path,
  id,
  tag,
  summary,
  description,
  params,
  query,
  body,
  ...endpoint
}: Endpoint): RouteConfig {
  const { status, content, problems } = endpoint
  const problem = { description: 'A problem', content: { [problemMediaType]: { schema: problemSchema } } }
  return {
    method,
    path,
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(method === 'get' ? {} : { security: [{ token: [] }] }),
    request: {
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body: { required: true, content: { 'application/json': { schema: body } } } }),
    },
    responses: {
      [status]:
        content === undefined
          ? { description: 'Done' }
          : isStreamed(content)
            ? { description: content.description, content: { [content.mediaType]: { schema: { type: 'string' } } } }
            : { description: 'The answer', content: { 'application/json': { schema: content } } },
      ...Object.fromEntries([...commonProblems, ...problems].map((each) => [each, problem])),
    },
  }
}

async function answer(c: Context<Env>, endpoint: Endpoint, options: ApiOptions): Promise<Response> {
  const { state } = c.env
  const headers: Record<string, string> = {}
  const inputs = await readInputs(c.req, endpoint, options.maxBodyBytes)
  const request: EndpointRequest<never, never, never> = {
    ...(inputs as { params: never; query: never; body: never; text: string }),
    header: (name) => c.req.header(name),
    get signal() {
      state.controller ??= new AbortController()
      return state.controller.signal
    },
    setHeader(name, value) {
      headers[name] = value
    },
    aboutRun(id) {
      state.runId = id.slice(0, 100)
    },
  }
  const value = await withinTime(() => endpoint.answer(request, options.context), options.timeout, state)
  const { content, status } = endpoint
  if (content === undefined) return new Response(null, { status, headers })
  if (isStreamed(content)) {
    headers['content-type'] = content.mediaType
    return new Response(ReadableStream.from(encoded(value as AsyncIterable<string>, state)), { status, headers })
  }
  headers['content-type'] = 'application/json'
  return new Response(value instanceof JsonText ? value.text : JSON.stringify(value), { status, headers })
}

/** What is under way is told to stop when the time is over; what cannot be stopped goes on, and nobody waits for it. */
async function withinTime(work: () => unknown, milliseconds: number, state: RequestState): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new HttpTimeoutError(`There was no answer within ${milliseconds} ms`, {
      hint: 'Ask for less, or try again. What was to be written may have been written: look before you write it again',
    })
    state.controller?.abort(error)
    reject(error)
  }, milliseconds)
  try {
    return await Promise.race([work(), promise])
  } finally {
    clearTimeout(timer)
  }
}

/** What fails half-way can only end the connection; the log says why. */
async function* encoded(
  texts: AsyncIterable<string>,
  state: RequestState,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder()
  try {
    for await (const text of texts) yield encoder.encode(text)
  } catch (error) {
    state.code = problemOf(error, state.id).code
    state.error = error
    throw error
  }
}

function isStreamed(content: Endpoint['content']): content is StreamedContent {
  return content !== undefined && 'mediaType' in content
}

/** Tells which methods a path takes. */
function methodsByPath(app: OpenAPIHono<Env>): (path: string) => readonly string[] {
  const names = [...new Set(app.routes.map(({ method }) => method))]
  return (path) =>
    names
      .filter((method) => app.router.match(method, path)[0].length > 0)
      .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}
