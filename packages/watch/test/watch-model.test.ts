import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ChangeBatch } from '@forge/watch'
import { array, assert, asyncProperty, constant, constantFrom, oneof, record } from 'fast-check'
import { hash } from 'blake3-wasm'
import { expect, it } from 'vitest'
import { folderOf, watched } from './watched-folder.ts'

const paths = constantFrom('a', 'b', 'a/x', 'a/y', 'b/x', 'a/x/1', 'b/x/2', 'c/d/e', 'c')

type Step =
  | { readonly do: 'write'; readonly at: string; readonly text: string }
  | { readonly do: 'remove'; readonly at: string }
  | { readonly do: 'move'; readonly at: string; readonly to: string }
  | { readonly do: 'ignore'; readonly text: string }
  | { readonly do: 'sync' }

const steps = array(
  oneof(
    record({ do: constant('write' as const), at: paths, text: constantFrom('1', '2', '333') }),
    record({ do: constant('remove' as const), at: paths }),
    record({ do: constant('move' as const), at: paths, to: paths }),
    record({ do: constant('ignore' as const), text: constantFrom('a/\n', 'x\n', '!x\n', '') }),
    record({ do: constant('sync' as const) }),
  ),
  { minLength: 5, maxLength: 40 },
)

it('tells what leads from the files of before to those of now, whatever is done', async () => {
  await assert(
    asyncProperty(steps, async (script) => {
      const root = folderOf({ 'a/x': '1', 'b/y': '2' })
      const { watcher, batches } = await watched(root, { snapshot: new Map() })
      for (const step of script) {
        if (step.do === 'sync') await watcher.sync()
        else act(root, step)
      }
      await watcher.sync()
      const told = replay(batches)
      const snapshot = await watcher.snapshot()
      await watcher.close()
      expect(told.contradictions).toEqual([])
      const fresh = await watched(root, { snapshot: new Map() })
      const anew = replay(fresh.batches)
      await fresh.watcher.close()
      expect(told.files).toEqual(anew.files)
      expect(new Map([...snapshot].map(([name, { hash }]) => [name, hash]))).toEqual(told.files)
      const there = [...told.files].map(([name]) => [name, digest(readFileSync(path.join(root, name)))] as const)
      expect(told.files).toEqual(new Map(there))
    }),
    { numRuns: 40 },
  )
}, 120_000)

/** Does a step, where it can be done. */
function act(root: string, step: Exclude<Step, { do: 'sync' }>): void {
  try {
    if (step.do === 'ignore') {
      writeFileSync(path.join(root, '.gitignore'), step.text)
    } else if (step.do === 'write') {
      mkdirSync(path.dirname(path.join(root, step.at)), { recursive: true })
      writeFileSync(path.join(root, step.at), step.text)
    } else if (step.do === 'remove') {
      rmSync(path.join(root, step.at), { recursive: true })
    } else {
      renameSync(path.join(root, step.at), path.join(root, step.to))
    }
  } catch {
    // A file where a folder should be, nothing to move: no step at all.
  }
}

/** The hashes of the files that the batches lead to from none, and what in them cannot be. */
function replay(batches: readonly ChangeBatch[]) {
  const files = new Map<string, string | undefined>()
  const contradictions: string[] = []
  for (const change of batches.flatMap((batch) => batch.changes)) {
    if ((change.type === 'created') === files.has(change.path)) contradictions.push(`${change.type} ${change.path}`)
    if (change.type === 'deleted') files.delete(change.path)
    else files.set(change.path, change.stamp.hash)
  }
  return { files, contradictions }
}

function digest(bytes: Uint8Array): string {
  return hash(bytes).toString('hex')
}

it('has a model that sees the folder', () => {
  const root = folderOf({ 'a/x': '1' })
  act(root, { do: 'move', at: 'a', to: 'c' })
  expect(readdirSync(root)).toEqual(['c'])
  expect(lstatSync(path.join(root, 'c/x')).isFile()).toBe(true)
})
