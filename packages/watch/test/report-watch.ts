import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { watchFolder } from '@forge/watch'

// Run as a process of its own, with less than others may do: watches a folder, writes `written.ts` in it, and prints what was told.
const root = process.argv[2] ?? ''
const errors: unknown[] = []
const told: string[] = []
const watcher = await watchFolder({
  root,
  pollingInterval: 20,
  onChanges: ({ changes, cause }) => told.push(...changes.map(({ type, path }) => `${cause}: ${type} ${path}`)),
  onError: ({ code, message, hint }) => errors.push({ code, message: message.replace(root, 'ROOT'), hint }),
})
writeFileSync(path.join(root, 'written.ts'), '1')
for (let i = 0; i < 200 && told.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 20))
await watcher.sync()
const { mode } = await watcher.stats()
await watcher.close()
process.stdout.write(JSON.stringify({ errors, told, mode }))
