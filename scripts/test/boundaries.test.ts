import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importedModules, packageOf } from '../imported-modules.ts'
import { packageLayers } from '../package-layers.ts'
import { publishablePackages } from '../publishable-packages.ts'

const root = join(import.meta.dirname, '../..')
const published = publishablePackages(root)
const libraries = published.filter(({ folder }) => folder.startsWith(join(root, 'packages')))

describe.for(libraries)('$name', ({ short, folder, manifest }) => {
  const layer = packageLayers[short]
  const may = new Set([...(layer?.may ?? []), ...(layer?.storeMay ?? [])].map((name) => `@forge/${name}`))

  it('has a row in the table of layers', () => {
    expect(layer).toBeDefined()
  })

  it('declares only packages of the layers below it', () => {
    const ours = Object.keys(manifest.dependencies ?? {}).filter((name) => name.startsWith('@forge/'))
    expect(ours.filter((name) => !may.has(name))).toEqual([])
  })

  it('imports only what its table row allows', () => {
    const faults = sourceImports(folder).filter(({ file, module }) => {
      const storeOnly = (layer?.storeMay ?? []).some((name) => packageOf(module) === `@forge/${name}`)
      return layer?.never?.includes(module) === true || (storeOnly && !file.startsWith('src/store'))
    })
    expect(faults).toEqual([])
  })
})

describe.for(published)('$name at run time', ({ folder, manifest }) => {
  it('imports only what its package.json declares as a dependency', () => {
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    const faults = sourceImports(folder).filter(({ module }) => {
      const name = packageOf(module)
      return name !== undefined && !declared.includes(name)
    })
    expect(faults).toEqual([])
  })
})

function sourceImports(folder: string): readonly { readonly file: string; readonly module: string }[] {
  return globSync('src/**/*.ts', { cwd: folder }).flatMap((file) =>
    Array.from(importedModules(join(folder, file)), (module) => ({ file, module })),
  )
}
