import { pick } from '../random.ts'

/** Bytes that are no request as a client should send it. */
export interface Hostile {
  readonly name: string
  readonly chunks: readonly (string | Uint8Array)[]
  readonly pause?: number
  /** Whether it never gets whole, so that only the patience of the server ends it. */
  readonly stalls?: boolean
  /** Answers that have to come before the client hangs up; 1 unless told otherwise. */
  readonly answers?: number
}

/** What the requests are made for. */
export interface Target {
  readonly port: number
  readonly token: string
  /** The OpenAPI document of the server. */
  readonly document: ApiDocument
}

/** The parts of an OpenAPI document that are looked at. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, ApiSchema>> }
}

interface ApiOperation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: ApiSchema }>> }
}

interface ApiSchema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, ApiSchema>>
  readonly oneOf?: readonly ApiSchema[]
}

type Random = () => number
type Make = (random: Random, target: Target) => Omit<Hostile, 'name'>

/** One of all kinds of hostile requests. */
export function hostileRequest(random: Random, target: Target): Hostile {
  const [name, make] = pick(kinds, random)
  return { name, ...make(random, target) }
}

const end = '\r\n'

function head(line: string, fields: readonly string[]): string {
  return [line, ...fields, end].join(end)
}

/** A request with what it should have, some of which `fields` may say again. */
function request(
  { token }: Target,
  { method = 'GET', path = '/api/v1/runs', fields = [] as readonly string[], body = '' as string | Uint8Array },
): (string | Uint8Array)[] {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  const all = [
    ...(fields.some((field) => /^host:/i.test(field)) ? [] : ['Host: localhost']),
    `Authorization: Bearer ${token}`,
    ...(fields.some((field) => /^content-type:/i.test(field)) ? [] : ['Content-Type: application/json']),
    ...(method === 'GET' || fields.some((field) => /^(?:content-length|transfer-encoding):/i.test(field))
      ? []
      : [`Content-Length: ${length}`]),
    ...fields,
  ]
  return [head(`${method} ${path} HTTP/1.1`, all), body]
}

const sql = ["' or 1=1 --", '"; drop table runs; --', '1); delete from runs where (1=1']
const strange = [
  ...sql,
  'NEAR("a" "b", 2)',
  '*',
  '%',
  '_',
  '\\',
  '\u0000',
  '\ud800',
  '🎉',
  '日本語',
  '../../etc/passwd',
  '${7*7}',
  '-1',
  '1e999',
  'NaN',
  'x'.repeat(9000),
  '__proto__',
  'constructor',
]

const values: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 1e308,
  () => 1.5,
  () => 12_345_678_901_234_567_890n,
  () => '',
  (random) => pick(strange as [string, ...string[]], random),
  () => [],
  () => {},
  () => ({ __proto__: null, constructor: { prototype: {} } }),
  () => 'x'.repeat(200_000),
  () => Array.from({ length: 5000 }, (_, index) => index),
]

/** JSON, with what JSON has no word for as it would be written by mistake. */
function json(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'bigint' ? `#big#${each}` : each === undefined ? '#undefined#' : each,
  )
    .replaceAll(/"#big#(\d+)"/g, '$1')
    .replaceAll('"#undefined#"', 'undefined')
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

/** Requests that stop half-way. */
const halves: [string, ...string[]] = [
  '\r\n\r\n\r\nx',
  'GET /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nX: ',
  'GET /api/v1/runs',
]

const kinds: [readonly [string, Make], ...(readonly [string, Make])[]] = [
  [
    'a broken request line',
    (random) => ({
      chunks: [
        pick(
          [
            'GET\r\n\r\n',
            'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n',
            'G\u0000T / HTTP/1.1\r\nHost: localhost\r\n\r\n',
            'GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n',
            `${'A'.repeat(20_000)} / HTTP/1.1\r\n\r\n`,
            'GET / HTTP/1.1\nHost: localhost\n\n',
            'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
            '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
            'GET /\r\n\r\n',
          ],
          random,
        ),
      ],
      answers: 1,
    }),
  ],
  ['a request that stops half-way', (random) => ({ chunks: [pick(halves, random)], stalls: true })],
  [
    'a body that stops half-way',
    (random, target) => ({
      chunks: request(target, {
        method: 'POST',
        fields: [pick(['Transfer-Encoding: chunked', 'Content-Length: 90'], random)],
        body: '2\r\n{}',
      }),
      stalls: true,
    }),
  ],
  [
    'a strange target',
    (random, target) => ({
      chunks: request(target, {
        path: pick(
          [
            'http://evil.example/api/v1/runs',
            'evil.example:80',
            '*',
            '//evil.example/api',
            '/api/v1/../../etc/passwd',
            '/api/v1/runs/%2e%2e%2f%2e%2e',
            '/api/v1/runs/%00',
            '/api/v1/runs/%zz',
            '/api/v1/runs/%c0%af',
            '/api\\v1\\runs',
            '/api/v1/runs/..;/x',
            '/API/V1/RUNS',
            '/api/v1/runs/',
            '//api//v1//runs',
            '/api/v1/runs?limit=%zz',
            '/api/v1/runs?limit=1&limit=2',
            '/api/v1/runs?__proto__=1',
            '/api/v1/runs?limit[]=1',
            `/api/v1/runs/${'x'.repeat(7000)}`,
            '/api/v1/runs#x',
            'javascript:alert(1)',
          ],
          random,
        ),
      }),
    }),
  ],
  [
    'headers too long',
    (random, target) => ({
      chunks: request(
        target,
        pick<Parameters<typeof request>[1]>(
          [
            { path: `/api/v1/runs/${'x'.repeat(1_000_000)}` },
            { fields: [`X-Long: ${'y'.repeat(100_000)}`] },
            { fields: Array.from({ length: 3000 }, (_, index) => `X-${index}: 1`) },
          ],
          random,
        ),
      ),
    }),
  ],
  [
    'headers that inject',
    (random, target) => ({
      chunks: request(target, {
        fields: [
          pick(
            [
              'X-Request-Id: a\r\nX-Injected: yes',
              'X-Request-Id: a\u0000b',
              'X-Request-Id: a\rX-Injected: yes',
              'Folded: a\r\n b',
              'No colon',
              ': no name',
              'Bad Name: x',
              'X-Request-Id: <script>',
              `Last-Event-ID: ${'9'.repeat(50)}`,
            ],
            random,
          ),
        ],
      }),
    }),
  ],
  [
    'a wrong Host',
    (random, target) => ({
      chunks: request(target, {
        fields: pick<string[]>(
          [
            ['Host: evil.example'],
            ['Host: localhost.evil.example'],
            ['Host: '],
            ['Host: localhost', 'Host: evil.example'],
            ['Host: [::1'],
            ['Host: a b'],
            ['Host: localhost:99999999'],
            ['Host: 127.0.0.1@evil.example'],
            ['Host: ..'],
            [`Host: ${'h'.repeat(5000)}`],
          ],
          random,
        ),
      }),
    }),
  ],
  [
    'no Host',
    (random) => ({
      chunks: [pick(['GET /api/v1/runs HTTP/1.1\r\n\r\n', 'GET /api/v1/runs HTTP/1.0\r\n\r\n'], random)],
    }),
  ],
  [
    'a foreign page',
    (random, target) => ({
      chunks: request(target, {
        fields: [
          pick(
            [
              'Origin: https://evil.example',
              'Origin: null',
              'Origin: http://localhost:1',
              'Sec-Fetch-Site: cross-site',
              'Sec-Fetch-Site: same-site',
              'Origin: ',
            ],
            random,
          ),
        ],
      }),
    }),
  ],
  [
    'no token, or another',
    (random, target) => ({
      chunks: request(
        { ...target, token: pick(['', 'x', `${target.token}x`, target.token.slice(1), 'a'.repeat(9000)], random) },
        { method: 'POST', body: '{}' },
      ),
    }),
  ],
  [
    'a strange method',
    (random, target) => ({
      chunks: request(target, {
        method: pick(['TRACE', 'OPTIONS', 'PUT', 'PROPFIND', 'CONNECT', 'get', 'DELETE', 'SEARCH'], random),
        path: pick(['/api/v1/runs', '/healthz', '/', '/api/v1/memory/search'], random),
      }),
      answers: 1,
    }),
  ],
  [
    'two lengths',
    (random, target) => ({
      chunks: request(target, {
        method: 'POST',
        fields: pick<string[]>(
          [
            ['Content-Length: 2', 'Content-Length: 3'],
            ['Content-Length: 2', 'Transfer-Encoding: chunked'],
            ['Content-Length: -1'],
            ['Content-Length: 2x'],
            ['Content-Length: 99999999999999999999'],
            ['Transfer-Encoding: gzip'],
            ['Transfer-Encoding: chunked, identity'],
          ],
          random,
        ),
        body: '{}',
      }),
    }),
  ],
  [
    'bad chunks',
    (random, target) => ({
      chunks: request(target, {
        method: 'POST',
        fields: ['Transfer-Encoding: chunked'],
        body: pick(
          [
            'zz\r\n{}\r\n0\r\n\r\n',
            '-2\r\n{}\r\n0\r\n\r\n',
            '2;ext=\u0000\r\n{}\r\n0\r\n\r\n',
            '0\r\nX-Trailer: a\r\n\r\n',
          ],
          random,
        ),
      }),
    }),
  ],
  [
    'a body that is too large',
    (random, target) => ({
      chunks: pick(
        [
          () => request(target, { method: 'POST', fields: ['Content-Length: 104857600'], body: '{' }),
          () => [
            ...request(target, { method: 'POST', fields: ['Transfer-Encoding: chunked'] }),
            ...Array.from({ length: 40 }, () => `10000\r\n${' '.repeat(65_536)}\r\n`),
          ],
        ],
        random,
      )(),
    }),
  ],
  [
    'no UTF-8',
    (random, target) => ({
      chunks: request(target, {
        method: 'POST',
        body: pick(
          [
            Buffer.from('7b22706c616e223a22ff227d', 'hex'),
            Buffer.from('efbbbf7b7d', 'hex'),
            Buffer.from('7b00220070', 'hex'),
            Buffer.from([0xed, 0xa0, 0x80]),
          ],
          random,
        ),
      }),
    }),
  ],
  [
    'no JSON',
    (random, target) => ({
      chunks: request(target, {
        method: 'POST',
        path: pick(['/api/v1/runs', '/api/v1/memory', '/api/v1/runs/retention'], random),
        body: pick(
          [
            '',
            '{',
            'undefined',
            '{"plan":undefined}',
            "{'a':1}",
            '[1,]',
            '{"plan":NaN}',
            '\u0000',
            `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
            `{"plan":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
            '{"a":1}{"b":2}',
            '"text"',
            '7',
            'null',
            '{"plan":1,"plan":2,"__proto__":{"x":1}}',
          ],
          random,
        ),
      }),
    }),
  ],
  [
    'another type of body',
    (random, target) => ({
      chunks: request(target, {
        method: 'POST',
        fields: [
          pick(
            [
              'Content-Type: text/plain',
              'Content-Type: application/x-www-form-urlencoded',
              'Content-Type: application/json; charset=utf-16',
              'Content-Type: ',
              'Content-Type: application/jsonx',
              'Content-Type: multipart/form-data; boundary=x',
            ],
            random,
          ),
        ],
        body: '{"plan":1}',
      }),
    }),
  ],
  [
    'a compressed body',
    (_random, target) => ({
      chunks: request(target, {
        method: 'POST',
        fields: ['Content-Encoding: gzip'],
        body: Buffer.from('1f8b0800', 'hex'),
      }),
    }),
  ],
  [
    'many requests at once',
    (random, target) => {
      const count = 1 + Math.floor(random() * 20)
      return {
        chunks: Array.from({ length: count }, () =>
          request(target, { path: pick(['/api/v1/runs', '/api/v1/runs?limit=0', '/nope'], random) }),
        ).flat(),
        answers: count,
      }
    },
  ],
  [
    'a request byte by byte',
    (_random, target) => ({
      chunks: Array.from(request(target, { path: '/api/v1/runs?limit=1' }).join(''), (each) => each),
      pause: 1,
    }),
  ],
  [
    'a client that hangs up',
    (random, target) => {
      const bytes = request(target, { method: 'POST', body: '{"plan":{"objective":"half"}}' }).join('')
      return { chunks: [bytes.slice(0, Math.floor(random() * bytes.length))], answers: 0 }
    },
  ],
  [
    'an upgrade',
    (random, target) => ({
      chunks: request(target, {
        fields: [
          pick(
            [
              'Connection: Upgrade\r\nUpgrade: websocket',
              'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__',
              'Expect: 100-continue',
              'Expect: the unexpected',
              'TE: trailers',
            ],
            random,
          ),
        ],
      }),
    }),
  ],
  [
    'strange parameters',
    (random, target) => {
      const { path, operation } = anOperation(random, target, (each) => (each.parameters ?? []).length > 0)
      const query = (operation.parameters ?? [])
        .filter((each) => each.in === 'query' && random() < 0.5)
        .map(({ name }) => `${name}=${encoded(pick(strange as [string, ...string[]], random)).slice(0, 3000)}`)
      return { chunks: request(target, { path: `${withIds(path, random)}?${query.join('&')}` }) }
    },
  ],
  [
    'strange bodies',
    (random, target) => {
      const { method, path, operation } = anOperation(random, target, (each) => each.requestBody !== undefined)
      const schema = operation.requestBody!.content['application/json']!.schema
      return {
        chunks: request(target, {
          method: method.toUpperCase(),
          path: withIds(path, random),
          body: json(strangeObject(schema, random, target)),
        }),
      }
    },
  ],
]

interface FoundOperation {
  readonly method: string
  readonly path: string
  readonly operation: ApiOperation
}

function anOperation(random: Random, { document }: Target, fits: (operation: ApiOperation) => boolean): FoundOperation {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method, operation]) => fits(operation) && (method !== 'get' || !path.endsWith('events')))
      .map(([method, operation]) => ({ method, path, operation })),
  )
  return pick(all as [FoundOperation, ...FoundOperation[]], random)
}

function withIds(path: string, random: Random): string {
  return path.replaceAll(/\{\w+\}/g, () => encoded(pick(strange as [string, ...string[]], random)).slice(0, 3000))
}

/** An object with the members of a schema, some of them missing, and values that they cannot have. */
function strangeObject(given: ApiSchema, random: Random, target: Target): Readonly<Record<string, unknown>> {
  const schema = resolved(given, target)
  const { properties = {} } =
    schema.oneOf === undefined ? schema : resolved(pick(schema.oneOf as [ApiSchema, ...ApiSchema[]], random), target)
  const known = Object.keys(properties).filter(() => random() < 0.7)
  const names = random() < 0.2 ? [...known, pick(strange as [string, ...string[]], random)] : known
  return Object.fromEntries(
    names.map((name) => [
      name,
      pick(values as [(typeof values)[number], ...(typeof values)[number][]], random)(random),
    ]),
  )
}

function resolved(schema: ApiSchema, { document }: Target): ApiSchema {
  const name = schema.$ref?.slice('#/components/schemas/'.length)
  return name === undefined ? schema : (document.components.schemas[name] ?? {})
}
