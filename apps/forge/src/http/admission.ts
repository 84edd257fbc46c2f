import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { HttpHostError, HttpOriginError, HttpTokenError } from './errors.ts'

/** Whom the server answers. */
export interface AdmissionOptions {
  /** Whether only this machine can reach it; otherwise reading needs the token too. */
  readonly loopback: boolean
  /** Names it may be called, beside `localhost` and addresses. */
  readonly hosts: readonly string[]
  readonly token: string
}

/** Refuses a request by its headers. Throws `FORGE_HTTP_HOST`, `FORGE_HTTP_ORIGIN`, `FORGE_HTTP_TOKEN`. */
export type Admission = (request: IncomingMessage) => void

/**
 * The wall in front of the API.
 *
 * A page of another site must not get through the browser of somebody who can reach the server. Under a name of its own that it
 * points here (DNS rebinding) its `Host` is that name; addresses cannot be pointed. From where it is, its `Origin` and
 * `Sec-Fetch-Site` (Fetch Metadata) say so. Nothing is ever allowed to other origins (no CORS).
 */
export function createAdmission({ loopback, hosts, token }: AdmissionOptions): Admission {
  const names = new Set(['localhost', ...hosts.map((host) => host.toLowerCase())])
  const expected = digest(token)
  return ({ method, url = '', headers }) => {
    const { host = '', origin, authorization = '' } = headers
    const name = hostName(host)
    if (isIP(name) === 0 && !names.has(name) && !name.endsWith('.localhost')) {
      throw new HttpHostError('This server is not called by that name', {
        hint: 'Use its address, or start it with --allow-host NAME',
        details: { host: host.slice(0, 100) },
      })
    }
    const site = headers['sec-fetch-site']
    if (
      (origin !== undefined && !isOwn(origin, host)) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none')
    ) {
      throw new HttpOriginError('Pages of other sites are not answered', {
        hint: 'Ask from a program, or from a page of this server',
        details: { origin: (origin ?? '').slice(0, 100) },
      })
    }
    const reads = method === 'GET' || method === 'HEAD'
    if ((reads && loopback) || url === '/healthz') return
    // The name of a scheme may be written in capitals or not (RFC 9110, section 11.1).
    const given = /^bearer +(?<token>\S+)$/i.exec(authorization)?.groups?.['token'] ?? ''
    if (!timingSafeEqual(digest(given), expected)) {
      throw new HttpTokenError(
        authorization === '' ? 'The token is missing' : 'The token is not the one of this server',
        {
          hint: 'Send Authorization: Bearer TOKEN; the token is in .forge/serve.json of the project, unless FORGE_TOKEN was set for the server',
        },
      )
    }
  }
}

/** The name or address in `Host`, without its port and without brackets. */
function hostName(host: string): string {
  const match = /^(?:\[(?<six>[\da-f:.]+)\]|(?<name>[^:[\]]+))(?::\d{1,5})?$/i.exec(host)
  return (match?.groups?.['six'] ?? match?.groups?.['name'] ?? '').toLowerCase()
}

function isOwn(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`
}

/** So that what is compared is as long, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
