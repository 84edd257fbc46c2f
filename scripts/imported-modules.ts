import { readFileSync } from 'node:fs'
import { parseSync } from 'oxc-parser'

const literal = /^(['"`])([^'"`$]+)\1$/

/** Every module that `file` names in an import, a re-export or an `import()` of a literal. */
export function importedModules(file: string): ReadonlySet<string> {
  const source = readFileSync(file, 'utf8')
  const { staticImports, staticExports, dynamicImports } = parseSync(file, source).module
  const modules = new Set(staticImports.map(({ moduleRequest }) => moduleRequest.value))
  for (const { moduleRequest } of staticExports.flatMap(({ entries }) => entries)) {
    if (moduleRequest !== null) modules.add(moduleRequest.value)
  }
  for (const { moduleRequest } of dynamicImports) {
    const name = literal.exec(source.slice(moduleRequest.start, moduleRequest.end))?.[2]
    if (name !== undefined) modules.add(name)
  }
  return modules
}

/** The package a module belongs to: `kysely` for `kysely/helpers/sqlite`; `undefined` for a file and for Node's own modules. */
export function packageOf(module: string): string | undefined {
  if (module.startsWith('.') || module.startsWith('/') || module.startsWith('node:')) return undefined
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/')
}
