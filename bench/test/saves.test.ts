import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { workspaceFolder } from '../src/cache-folder.ts'
import { saveKinds } from '../src/freshness/measurements.ts'
import { nextSave, savedFiles } from '../src/freshness/programs/saves.ts'
import { startForge } from '../src/freshness/programs/systems/forge.ts'
import { repeatableRandom } from '../src/repeatable-random.ts'

test('a save of any kind brings what is asked for after it, which no answer before it has', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forge-saves-'))
  const [root, store] = [join(folder, 'code'), join(folder, 'store')]
  mkdirSync(store)
  cpSync(join(workspaceFolder, 'packages/pool/src'), root, { recursive: true })
  const system = await startForge({ root, store, peers: '' })
  try {
    const files = savedFiles(root)
    const random = repeatableRandom(7)
    for (let index = 0; index < 9; index++) {
      const kind = saveKinds[index % saveKinds.length]!
      const { text, expected } = nextSave({ root, files, kind, index, random })
      expect([kind, await system.answers(expected)]).toEqual([kind, false])
      writeFileSync(join(root, expected.file), text)
      expect([kind, await system.answers(expected)]).toEqual([kind, true])
    }
  } finally {
    await system.close()
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)

test('the same saves are made of the same files again', () => {
  const root = join(workspaceFolder, 'packages/pool/src')
  const files = savedFiles(root)
  const make = (): readonly unknown[] => {
    const random = repeatableRandom()
    return saveKinds.map((kind, index) => nextSave({ root, files, kind, index, random }))
  }
  expect(make()).toEqual(make())
})
