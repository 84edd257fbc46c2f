import { z } from '@hono/zod-openapi'
import type { HonoRequest } from 'hono'
import type { Endpoint } from './endpoint.ts'
import { HttpBodyError, HttpInvalidError, HttpMediaTypeError, HttpTooLargeError } from './errors.ts'

/** The parts of a request that an endpoint takes. */
export interface Inputs {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly text: string
}

/** Something that is wrong with a request. */
interface InputError {
  readonly in: 'path' | 'query' | 'body'
  readonly path: string
  readonly message: string
}

/**
 * Reads and checks what an endpoint takes.
 *
 * @throws `FORGE_HTTP_INVALID`, `FORGE_HTTP_BODY`, `FORGE_HTTP_MEDIA_TYPE`, `FORGE_HTTP_TOO_LARGE`
 */
export async function readInputs(request: HonoRequest, endpoint: Endpoint, maxBodyBytes: number): Promise<Inputs> {
  const errors: InputError[] = []
  const check = (place: InputError['in'], schema: z.ZodType, value: unknown): unknown => {
    const result = schema.safeParse(value)
    if (result.success) return result.data
    errors.push(...result.error.issues.flatMap((issue) => errorsOf(place, issue)))
    return undefined
  }
  const params = endpoint.params && check('path', endpoint.params, request.param())
  const query = check('query', endpoint.query ?? noParameters, queryOf(request))
  const text = endpoint.body === undefined ? '' : await bodyText(request, maxBodyBytes)
  const body = endpoint.body && check('body', endpoint.body, jsonOf(text))
  if (errors.length > 0) throw invalid(errors)
  return { params, query, body, text }
}

const noParameters = z.strictObject({})

function errorsOf(place: InputError['in'], issue: z.core.$ZodIssue): InputError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ in: place, path: pathOf([...issue.path, key]), message: 'is not known' }))
  }
  return [{ in: place, path: pathOf(issue.path), message: issue.message }]
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.').slice(0, 200)
}

function invalid(errors: readonly InputError[]): HttpInvalidError {
  const [first] = errors
  const name = first!.path === '' ? `the ${first!.in}` : `${first!.path} (${first!.in})`
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : ''
  return new HttpInvalidError(`The request cannot be: ${name}: ${first!.message}${more}`, {
    hint: 'See details.errors for each part, and /api/v1/openapi.json for what can be',
    details: { errors: errors.slice(0, 20) },
  })
}

/** A name that is there once has its text, one that is there several times a list. */
function queryOf(request: HonoRequest): Readonly<Record<string, string | readonly string[]>> {
  return Object.fromEntries(
    Object.entries(request.queries()).map(([name, values]) => [name, values.length === 1 ? values[0]! : values]),
  )
}

const jsonMediaType = /^application\/(?:[\w.+-]+\+)?json\s*(?:;\s*charset="?utf-8"?\s*)?$/i

async function bodyText(request: HonoRequest, maxBytes: number): Promise<string> {
  const mediaType = request.header('content-type') ?? ''
  if (!jsonMediaType.test(mediaType) || request.header('content-encoding') !== undefined) {
    throw new HttpMediaTypeError('The body must be JSON in UTF-8, not compressed', {
      hint: 'Send it with the header Content-Type: application/json',
      details: { contentType: mediaType.slice(0, 100) },
    })
  }
  const bytes = await bodyBytes(request, maxBytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new HttpBodyError('The body is not UTF-8', { hint: 'Send JSON in UTF-8', cause })
  }
}

/** HTTP itself sees to it that a body is not longer than its `Content-Length`; one without is counted as it comes. */
async function bodyBytes(request: HonoRequest, maxBytes: number): Promise<Uint8Array> {
  const length = request.header('content-length')
  if (length !== undefined) {
    if (Number(length) > maxBytes) throw tooLarge(maxBytes)
    return new Uint8Array(await request.arrayBuffer())
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.raw.body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLarge(maxBytes: number): HttpTooLargeError {
  return new HttpTooLargeError(`The body is larger than ${maxBytes} bytes`, {
    hint: 'Keep large outputs in files and send their paths, or start the server with a larger --max-body',
    details: { maxBytes },
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new HttpBodyError(`The body is not JSON: ${cause instanceof Error ? cause.message : ''}`, {
      hint: 'Send a JSON object',
      cause,
    })
  }
}
