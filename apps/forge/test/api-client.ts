import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

type Json = Readonly<Record<string, unknown>>

/** An answer, checked against the document that describes the API. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The text as JSON, if it is any: with the members that tests look into, some of which each answer has. */
  readonly json: AnswerMembers
}

interface AnswerMembers {
  readonly id: string
  readonly ids: readonly string[]
  readonly code: string
  readonly change: number
  readonly total: number
  readonly next: string
  readonly hint: string
  readonly runs: readonly { readonly id: string }[]
  readonly hits: readonly object[]
  readonly entries: readonly object[]
  readonly plan: readonly object[]
}

/** What is asked beside method and path. */
export interface ApiQuestion {
  /** A text is sent as it is, everything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Whether the token is sent. Default true. */
  readonly token?: boolean
}

/** A client that holds every answer against the OpenAPI document of the server. */
export interface ApiClient {
  readonly document: Json
  ask(method: string, path: string, question?: ApiQuestion): Promise<ApiAnswer>
  /** Operations of the document that were never answered as they should be. */
  unanswered(): readonly string[]
}

interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}

/** Reads the document of a server, and asks by it. */
export async function apiClient(url: string, token: string): Promise<ApiClient> {
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as Json & {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  }
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(document, 'api')
  const operations = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      template,
      method,
      operation,
      pattern: patternOf(template),
    })),
  )
  const answered = new Set<string>()

  const check = (method: string, path: string, answer: ApiAnswer): void => {
    const { pathname } = new URL(path, url)
    const mediaType = (answer.headers.get('content-type') ?? '').split(';')[0]!
    // What has no operation of its own is a problem all the same.
    const found = operations
      .filter((each) => each.method === method.toLowerCase() && each.pattern.test(pathname))
      .toSorted((a, b) => Number(a.template.includes('{')) - Number(b.template.includes('{')))[0]
    const reference =
      found === undefined
        ? 'api#/components/schemas/Problem'
        : schemaPath(found, answer.status, mediaType, answer.text === '')
    if (reference === undefined || (mediaType !== 'application/json' && !mediaType.endsWith('+json'))) {
      if (found !== undefined && answer.status < 300) answered.add(found.operation.operationId)
      return
    }
    const validate = ajv.getSchema(reference)
    if (validate === undefined) throw new Error(`There is no schema at ${reference}`)
    if (validate(answer.json) !== true) {
      throw new Error(
        `${method} ${path}: ${answer.status} is not as described: ${ajv.errorsText(validate.errors)}: ${answer.text}`,
      )
    }
    if (found !== undefined && answer.status < 300) answered.add(found.operation.operationId)
  }

  return {
    document,
    async ask(method, path, { body, headers = {}, token: withToken = true } = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(withToken ? { authorization: `Bearer ${token}` } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      const answer = { status: response.status, headers: response.headers, text, json: parsed(text) }
      check(method, path, answer)
      return answer
    },
    unanswered: () => operations.map(({ operation }) => operation.operationId).filter((id) => !answered.has(id)),
  }
}

function schemaPath(
  {
    template,
    method,
    operation,
  }: { readonly template: string; readonly method: string; readonly operation: Operation },
  status: number,
  mediaType: string,
  empty: boolean,
): string | undefined {
  const response = operation.responses[status]
  if (response === undefined) throw new Error(`${operation.operationId} is not described to answer ${status}`)
  if (response.content === undefined) {
    if (!empty) throw new Error(`${operation.operationId} has content that is not described`)
    return undefined
  }
  if (response.content[mediaType] === undefined)
    throw new Error(`${operation.operationId} is not described to answer ${mediaType}`)
  const pointer = ['paths', template, method, 'responses', String(status), 'content', mediaType, 'schema']
  return `api#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}

function parsed(text: string): AnswerMembers {
  try {
    return JSON.parse(text) as AnswerMembers
  } catch {
    return {} as AnswerMembers
  }
}
