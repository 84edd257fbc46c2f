import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { publishablePackages } from '../publishable-packages.ts'

const root = join(import.meta.dirname, '../..')
const [atRunTime, forDevelopment] = readFileSync(join(root, 'DEPENDENCIES.md'), 'utf8').split('## For development')

it('DEPENDENCIES.md has a row for each runtime dependency, and no other', () => {
  const declared = publishablePackages(root)
    .flatMap(({ manifest }) => Object.keys(manifest.dependencies ?? {}))
    .filter((name) => !name.startsWith('@forge/'))
  const rows = Array.from(atRunTime!.matchAll(/^\| `([^`]+)`/gm), ([, name]) => name)
  expect(rows).toEqual([...new Set(declared)].toSorted())
})

it('DEPENDENCIES.md names each development dependency of the workspace', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>
  }
  expect(Object.keys(devDependencies).filter((name) => !forDevelopment!.includes(`\`${name}\``))).toEqual([])
})
