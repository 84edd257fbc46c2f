import { z } from '@hono/zod-openapi'
import { type Endpoint, endpoint } from '../endpoint.ts'

/** What is said of the server itself. */
export const serviceEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/healthz',
    id: 'getHealth',
    tag: 'service',
    summary: 'Whether the server answers, and its databases with it',
    content: z
      .strictObject({ status: z.literal('ok'), version: z.string() })
      .readonly()
      .openapi('Health'),
    async answer(_request, { forge, version }) {
      await Promise.all([forge.graph.revision(), forge.runs.listRuns(1), forge.memory.stats()])
      return { status: 'ok' as const, version }
    },
  }),
]
