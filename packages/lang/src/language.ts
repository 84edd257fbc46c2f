import type { Language } from './facts.ts'

const byExtension: Readonly<Record<string, Language>> = {
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'jsx',
}

/**
 * The language of a file by its extension, `undefined` where facts cannot be extracted from it.
 *
 * JSX is accepted in `.js`, `.mjs` and `.cjs` too.
 */
export function languageOf(path: string): Language | undefined {
  const dot = path.lastIndexOf('.')
  if (dot < 0 || path.indexOf('/', dot) >= 0) return undefined
  const extension = path.slice(dot + 1)
  return Object.hasOwn(byExtension, extension) ? byExtension[extension] : undefined
}
