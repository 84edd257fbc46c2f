import { delimiter, dirname } from 'node:path'

/**
 * The bare environment of a measured process: the same for every system, with the Node that runs the benchmark first
 * in PATH and a home of its own, so that no user's configuration, cache or telemetry choice plays a part.
 */
export function systemEnvironment(home: string): Record<string, string> {
  return {
    PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    HOME: home,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    CI: '1',
  }
}
