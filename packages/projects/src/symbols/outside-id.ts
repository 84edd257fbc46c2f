const prefix = 'external:'

/** The parts of the id of a symbol outside a project: `external:zod/v4#core.parse` is `core.parse` of `zod/v4`. */
export function parseOutside(id: string): { readonly specifier: string; readonly path: readonly string[] } {
  const text = id.startsWith(prefix) ? id.slice(prefix.length) : id
  const hash = text.indexOf('#', 1)
  if (hash < 0) return { specifier: text, path: [] }
  return { specifier: text.slice(0, hash), path: text.slice(hash + 1).split('.') }
}

/**
 * The package that a specifier is of: `@scope/name` of `@scope/name/sub`. What is built into a platform is of the package that has its
 * types (`@types/node` of `node:fs`), and anything else with a scheme is of no package but its own.
 */
export function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return '@types/node'
  if (/^[a-z][\w+.-]*:/i.test(specifier)) return specifier
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
}
