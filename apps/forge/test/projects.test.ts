import { existsSync, mkdirSync, renameSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { Projects } from '@forge/forge'
import { expect, it, onTestFinished } from 'vitest'
import { folder, indexedOnce } from './forge-process.ts'

const indexed = indexedOnce('//- /api.ts\nexport function serve() {}\n')

async function empty(): Promise<{ readonly projects: Projects; readonly work: string; readonly file: string }> {
  const work = folder()
  const file = path.join(work, 'data/global.db')
  const projects = await Projects.open({ globalDb: file })
  onTestFinished(() => projects.close())
  return { projects, work, file }
}

it('adds, lists, finds, renames and removes projects', async () => {
  const { projects, work, file } = await empty()
  expect(projects.store.file).toBe(file)
  const api = path.join(work, 'api')
  renameSync(indexed(), api)
  const { outcome, project } = await projects.add(api)
  expect({ outcome, project }).toMatchObject({ outcome: 'added', project: { name: 'api', root: api } })
  expect(await projects.list()).toEqual([{ ...project, state: 'ready', revision: 1, indexedAt: expect.any(Number) }])
  symlinkSync(api, path.join(work, 'link'))
  for (const given of ['api', api, './api', 'link', path.join(work, 'x/../api')])
    expect(await projects.get(given, { cwd: work })).toEqual(project)
  expect((await projects.add(path.join(work, 'link'))).outcome).toBe('known')
  expect(await projects.rename('api', 'backend')).toEqual({ ...project, name: 'backend' })
  await expect(projects.get('nothing')).rejects.toMatchObject({ code: 'FORGE_PROJECT_NOT_FOUND' })
  renameSync(api, `${api}-moved`)
  expect(await projects.get('api', { cwd: work })).toMatchObject({ name: 'backend' })
  expect(await projects.list()).toMatchObject([{ state: 'missing', revision: null, indexedAt: null }])
  expect(await projects.remove('backend')).toMatchObject({ id: project.id })
  expect(await projects.list()).toEqual([])
  expect(await projects.registry.list()).toEqual([])
})

it('prefers a name to a folder that is called the same', async () => {
  const { projects, work } = await empty()
  for (const name of ['one', 'two']) {
    renameSync(indexed(), path.join(work, name))
    await projects.add(path.join(work, name))
  }
  await projects.rename('one', 'other')
  await projects.rename('two', 'one')
  expect(await projects.get('one', { cwd: work })).toMatchObject({ root: path.join(work, 'two') })
  expect(await projects.get('./one', { cwd: work })).toMatchObject({ name: 'other' })
})

it('makes no database where it is told not to', async () => {
  const globalDb = path.join(folder(), 'data/global.db')
  await using projects = await Projects.open({ globalDb, create: false })
  expect(await projects.list()).toEqual([])
  await expect(projects.remove('api')).rejects.toMatchObject({ code: 'FORGE_PROJECT_NOT_FOUND' })
  expect(existsSync(path.dirname(globalDb))).toBe(false)
})

it('stops when it is told to, and refuses to go on after it was closed', async () => {
  const { projects, work } = await empty()
  const reason = new Error('stopped')
  const signal = AbortSignal.abort(reason)
  renameSync(indexed(), path.join(work, 'api'))
  await expect(Projects.open({ globalDb: path.join(work, 'other.db'), signal })).rejects.toBe(reason)
  await expect(projects.add(path.join(work, 'api'), { signal })).rejects.toBe(reason)
  await expect(projects.list({ signal })).rejects.toBe(reason)
  expect(await projects.list()).toEqual([])
  await projects.close()
  await projects.close()
  await expect(projects.list()).rejects.toMatchObject({ code: 'FORGE_POOL_CLOSED' })
})

it('takes a folder that is in the place of a project for one that is not indexed', async () => {
  const { projects, work } = await empty()
  const api = path.join(work, 'api')
  renameSync(indexed(), api)
  await projects.add(api)
  renameSync(api, `${api}-moved`)
  mkdirSync(api)
  expect(await projects.list()).toMatchObject([{ name: 'api', state: 'not-indexed' }])
  await expect(projects.add(api)).rejects.toMatchObject({ code: 'FORGE_STORE_NOT_INDEXED' })
})
