import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { Forge } from '@forge/forge'
import { folder } from './forge-process.ts'

test('Forge keeps runs and memories in files of their own, made when they are first used', async () => {
  const root = folder()
  await using forge = await Forge.open(root)
  const file = (name: string): string => path.join(root, '.forge', name)
  expect([existsSync(file('runs.db')), existsSync(file('memory.db'))]).toEqual([false, false])
  const id = await forge.runs.saveRun({ plan: { objective: 'tidy' }, execution: { success: true } })
  expect(existsSync(file('memory.db'))).toBe(false)
  await forge.memory.add({ type: 'decision', content: 'keep runs apart' })
  expect([existsSync(file('runs.db')), existsSync(file('memory.db'))]).toEqual([true, true])
  expect(forge.runs).toBe(forge.runs)
  expect(forge.memory).toBe(forge.memory)
  await forge.close()
  await using again = await Forge.open(root)
  expect(await again.runs.getRun(id)).toMatchObject({ objective: 'tidy', status: 'succeeded' })
  expect(await again.memory.search('runs')).toHaveLength(1)
  expect(readFileSync(path.join(root, '.forge', '.gitignore'), 'utf8')).toBe('*\n')
})

test('Forge keeps them in the files it is told, or in storages that are given, which it leaves open', async () => {
  const root = folder()
  const runs = path.join(root, 'elsewhere', 'history.db')
  await using first = await Forge.open(root, { runs })
  await first.runs.saveRun({ plan: {}, execution: {} })
  expect(existsSync(runs)).toBe(true)
  const second = await Forge.open(root, { runs: first.runs, memory: first.memory })
  expect([second.runs, second.memory]).toEqual([first.runs, first.memory])
  await second.close()
  expect(await first.runs.count()).toBe(1)
})

test('a Forge that only reads makes neither', async () => {
  const root = folder()
  await (await Forge.open(root)).close()
  await using forge = await Forge.open(root, { readOnly: true })
  expect(await forge.runs.listRuns()).toEqual([])
  expect(await forge.memory.search('anything')).toEqual([])
  expect([
    existsSync(path.join(root, '.forge', 'runs.db')),
    existsSync(path.join(root, '.forge', 'memory.db')),
  ]).toEqual([false, false])
})

test('a Forge that is closed says so', async () => {
  const forge = await Forge.open(folder())
  const { runs } = forge
  await runs.listRuns()
  await forge.close()
  await expect(runs.listRuns()).rejects.toMatchObject({
    code: 'FORGE_RUNS_STORAGE',
    details: { code: 'FORGE_POOL_CLOSED' },
  })
  expect(() => forge.memory).toThrow(expect.objectContaining({ code: 'FORGE_STORE_CLOSED' }))
})
