import type { Measurement, Metric } from '../../suite/measurement.ts'

const ms = (id: string, label: string): Metric => ({ id, label, unit: 'ms', over: 'median' })
const rate = (id: string, label: string): Metric => ({ id, label, unit: 'per-second', over: 'median' })

/** What many clients at once are answered. */
export const httpReads: Measurement = {
  id: 'http',
  title: 'HTTP, 64 clients',
  what:
    '64 clients on connections of their own over loopback, each of which asks again when it is answered; they share the machine with the server. The server has 2,000 runs of 4 KB. ' +
    'List: `GET /api/v1/runs?limit=20&offset=0`; get: `GET /api/v1/runs/{run_id}`, each time another one. Wrong answers: other statuses than 200.',
  program: new URL('../programs/http-reads.ts', import.meta.url),
  together: false,
  baseline: 'bare',
  sides: [
    {
      name: 'bare',
      note: '`node:http` and better-sqlite3 without anything between: two prepared statements, `JSON.stringify`. It checks nothing, logs nothing, knows no total. The floor, no server to use.',
    },
    {
      name: 'forge',
      note: '`forge serve` as it is built, with `--quiet`: checks of host, origin, parameters; the total of runs in each list.',
    },
  ],
  metrics: [
    rate('listsPerSecond', 'lists'),
    ms('listMs', 'list p50'),
    ms('listP99Ms', 'list p99'),
    rate('getsPerSecond', 'gets'),
    ms('getMs', 'get p50'),
    ms('getP99Ms', 'get p99'),
    { id: 'wrong', label: 'wrong answers', unit: 'count', over: 'sum' },
  ],
  bars: [{ text: 'no wrong answer', side: 'forge', metric: 'wrong', atMost: 0 }],
  size: { runs: 2000, seconds: 4, clients: 64 },
  smallSize: { runs: 40, seconds: 0.3, clients: 4 },
}
