import { isForgeError, toErrorJson } from '@forge/errors'
import { z } from '@hono/zod-openapi'

/** What every error is answered with (RFC 9457, section 3), as the API describes it. */
export const problemSchema = z
  .strictObject({
    type: z
      .string()
      .openapi({ description: 'Names the kind of problem', example: 'urn:forge:problem:FORGE_RUN_NOT_FOUND' }),
    title: z.string().openapi({ description: 'What the status means', example: 'Not Found' }),
    status: z.int().openapi({ example: 404 }),
    detail: z.string().openapi({ description: 'What went wrong this time' }),
    code: z.string().openapi({ description: 'A stable name of the error', example: 'FORGE_RUN_NOT_FOUND' }),
    requestId: z.string().openapi({ description: 'The X-Request-Id of the request, which the log has too' }),
    hint: z.string().optional().openapi({ description: 'What to do about it' }),
    details: z.record(z.string(), z.unknown()).optional().openapi({ description: 'The facts behind it' }),
  })
  .openapi('Problem')

/** A {@link problemSchema}. */
export type Problem = z.output<typeof problemSchema>

/** The media type of a {@link Problem}. */
export const problemMediaType = 'application/problem+json'

/** The title of each status that is answered with a problem (RFC 9110, section 15). */
const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
}

/** The status of errors by their code, or by the start of it; the first that fits counts. */
const statuses: readonly (readonly [prefix: string, status: number])[] = [
  ['FORGE_HTTP_NOT_FOUND', 404],
  ['FORGE_HTTP_METHOD', 405],
  ['FORGE_HTTP_REQUEST', 400],
  ['FORGE_HTTP_HOST', 421],
  ['FORGE_HTTP_ORIGIN', 403],
  ['FORGE_HTTP_TOKEN', 401],
  ['FORGE_HTTP_MEDIA_TYPE', 415],
  ['FORGE_HTTP_BODY', 400],
  ['FORGE_HTTP_TOO_LARGE', 413],
  ['FORGE_HTTP_HEADERS', 431],
  ['FORGE_HTTP_INVALID', 422],
  ['FORGE_HTTP_SLOW', 408],
  ['FORGE_HTTP_TIMEOUT', 503],
  ['FORGE_HTTP_BUSY', 503],
  ['FORGE_RUN_NOT_FOUND', 404],
  ['FORGE_RUN_STATE', 409],
  ['FORGE_RUN_', 422],
  ['FORGE_MEMORY_NOT_FOUND', 404],
  ['FORGE_MEMORY_INVALID', 422],
  ['FORGE_MEMORY_FULL', 507],
  ['FORGE_SYMBOL_NOT_FOUND', 404],
  ['FORGE_SYMBOL_AMBIGUOUS', 409],
  ['FORGE_POSITION_NOT_FOUND', 404],
  ['FORGE_NO_CODE', 404],
  ['FORGE_PDG_TOO_LARGE', 422],
  ['FORGE_SOURCE_CHANGED', 409],
  ['FORGE_GRAPH_FILE_NOT_FOUND', 404],
  ['FORGE_GRAPH_INPUT', 422],
  ['FORGE_STORE_NOT_INDEXED', 409],
  ['FORGE_DB_BUSY', 503],
  ['FORGE_DB_FULL', 507],
  ['FORGE_POOL_CLOSED', 503],
  ['FORGE_POOL_TIMEOUT', 503],
]

/** The problem an error is, whatever it is; what we did not foresee tells nothing of itself. */
export function problemOf(error: unknown, requestId: string): Problem {
  const status = statusOf(error)
  const title = titles[status] ?? 'Error'
  if (!isForgeError(error)) {
    return {
      type: 'urn:forge:problem:FORGE_INTERNAL',
      title,
      status,
      detail: 'Forge failed in a way it did not foresee',
      code: 'FORGE_INTERNAL',
      requestId,
      hint: 'This is a bug in Forge; please report it with what the log says of this request',
    }
  }
  const { code, message, hint, details } = toErrorJson(error)
  return {
    type: `urn:forge:problem:${code}`,
    title,
    status,
    detail: message,
    code,
    requestId,
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined || Object.keys(details).length === 0 ? {} : { details }),
  }
}

/** A failure of a storage has the status of the failure below it. */
function statusOf(error: unknown): number {
  if (!isForgeError(error)) return 500
  const found = statuses.find(([prefix]) => error.code.startsWith(prefix))?.[1]
  return found ?? (isForgeError(error.cause) ? statusOf(error.cause) : 500)
}

/** Headers that go with a problem. */
export function problemHeaders({ status, details }: Problem): Readonly<Record<string, string>> {
  const allow = details?.['allow']
  return {
    'content-type': problemMediaType,
    ...(status === 401 ? { 'www-authenticate': 'Bearer realm="forge"' } : {}),
    ...(typeof allow === 'string' ? { allow } : {}),
    ...(status === 503 ? { 'retry-after': '1' } : {}),
  }
}
