/** The module of a thread beside the bundled command line, or in its sources. */
export function workerUrl(name: 'extract-worker' | 'watch-worker'): URL {
  return new URL(import.meta.url.endsWith('.ts') ? `./${name}.ts` : `./${name}.js`, import.meta.url)
}
