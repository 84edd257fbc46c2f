import type { Forge } from '../forge.ts'
import type { z } from '@hono/zod-openapi'

/** An object of texts: what the path or the query of an address holds. */
export type TextSchema = z.ZodObject

/** A request that was checked. */
export interface EndpointRequest<P, Q, B> {
  readonly params: P
  readonly query: Q
  readonly body: B
  /** The body as it was sent. */
  readonly text: string
  /** The value of a header. */
  header(name: string): string | undefined
  /** Aborted when the client goes away, when the answer takes too long, or when the server stops. */
  readonly signal: AbortSignal
  /** Adds a header to the answer. */
  setHeader(name: string, value: string): void
  /** Tells the log which run this is about. */
  aboutRun(id: string): void
}

/** What endpoints work with. */
export interface EndpointContext {
  readonly forge: Forge
  readonly version: string
  /** {@link Forge.freshness}, looked up once for all who ask at the same time. */
  readonly freshness: Forge['freshness']
  /** How many runs there are. */
  readonly countRuns: () => Promise<number>
  /** Aborted when the server stops: streams that never end do then. */
  readonly stopping: AbortSignal
}

/** What an answer is, beside JSON by a schema: texts that arrive bit by bit. */
export interface StreamedContent {
  readonly mediaType: 'application/x-ndjson' | 'text/event-stream'
  readonly description: string
}

/** Text that is JSON already. */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** One operation of the API, whole: its address, what goes in, what comes out, and what it does. */
export interface Endpoint {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** With `{name}` for what varies. */
  readonly path: string
  readonly id: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly params?: TextSchema
  readonly query?: TextSchema
  readonly body?: z.ZodType
  readonly status: 200 | 201 | 204
  /** Absent where there is no content. */
  readonly content?: z.ZodType | StreamedContent
  /** Statuses of problems that are its own: beside those that every endpoint may answer with. */
  readonly problems: readonly number[]
  readonly answer: (request: EndpointRequest<never, never, never>, context: EndpointContext) => unknown
}

type Output<S> = S extends z.ZodType ? z.output<S> : undefined
type Answer<C> = C extends z.ZodType ? z.input<C> | JsonText : C extends StreamedContent ? AsyncIterable<string> : void

/** What {@link endpoint} is given. */
type EndpointSpec<P, Q, B, C> = Omit<
  Endpoint,
  'params' | 'query' | 'body' | 'content' | 'status' | 'problems' | 'answer'
> & {
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly content?: C
  readonly status?: 200 | 201 | 204
  readonly problems?: readonly number[]
  readonly answer: (
    request: EndpointRequest<Output<P>, Output<Q>, Output<B>>,
    context: EndpointContext,
  ) => Promise<Answer<C>> | Answer<C>
}

/** Describes an endpoint; the types of what goes in and comes out follow from its schemas. */
export function endpoint<
  P extends TextSchema | undefined = undefined,
  Q extends TextSchema | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  C extends z.ZodType | StreamedContent | undefined = undefined,
>({ params, query, body, content, status, problems = [], ...spec }: EndpointSpec<P, Q, B, C>): Endpoint {
  return {
    ...spec,
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    ...(content === undefined ? {} : { content }),
    status: status ?? (content === undefined ? 204 : 200),
    problems,
    answer: spec.answer,
  }
}
