import { execFile } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createProjectRegistry } from '@forge/projects'
import { expect, it } from 'vitest'
import { openProjects, temporaryFolder } from './registry.ts'

const program = fileURLToPath(new URL('./adding-process.ts', import.meta.url))
const execute = promisify(execFile)

it('4 processes add 25 folders each, and one they share, to one fresh file, and none is lost or there twice', async () => {
  const file = path.join(temporaryFolder(), 'global.db')
  const count = 25
  const told = await Promise.all(
    ['a', 'b', 'c', 'd'].map(async (own) => {
      const args = ['--conditions=@forge/source', program, file, own, String(count)]
      return (await execute(process.execPath, args)).stdout.trim().split('\n')
    }),
  )
  const { db, ready } = openProjects(file)
  const all = await createProjectRegistry({ db, ready }).list()
  const roots = ['a', 'b', 'c', 'd'].flatMap((own) =>
    Array.from({ length: count }, (_, index) => `/${own}/${index}/api`),
  )
  expect(all.map(({ root }) => root).toSorted()).toEqual([...roots, '/shared'].toSorted())
  const names = ['shared', 'api', ...Array.from({ length: 4 * count - 1 }, (_, index) => `api-${index + 2}`)]
  expect(all.map(({ name }) => name)).toEqual(names.toSorted())
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)

  const lines = told.flat()
  expect(lines.filter((line) => line === 'added shared')).toHaveLength(1)
  expect(lines.filter((line) => line === 'known shared')).toHaveLength(3)
  expect(lines.filter((line) => line.startsWith('added api')).toSorted()).toEqual(
    names
      .slice(1)
      .map((name) => `added ${name}`)
      .toSorted(),
  )
})
