import { execFile } from 'node:child_process'
import { chmodSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { folderOf } from './watched-folder.ts'

const run = promisify(execFile)
const script = fileURLToPath(new URL('./report-watch.ts', import.meta.url))
const node = [process.execPath, '--conditions=@forge/source', script] as const
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

it('polls where the system watches no more folders, and says what to do', async () => {
  const root = folderOf(Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`d${at}/a.ts`, '1'])))
  // A user namespace has a limit of its own.
  const limited = 'echo 20 > /proc/sys/user/max_inotify_watches && exec "$@"'
  const { stdout } = await run('unshare', ['--user', '--map-root-user', 'sh', '-c', limited, 'sh', ...node, root])
  expect(JSON.parse(stdout)).toEqual({
    errors: [
      {
        code: 'FORGE_WATCH_LIMIT',
        message: 'The system watches no more of ROOT (ENOSPC): it is polled',
        hint: expect.stringContaining('fs.inotify.max_user_watches'),
      },
    ],
    told: ['poll: created written.ts'],
    mode: 'polling',
  })
})

it('polls where the system gives it no queue of events', async () => {
  const root = folderOf({ 'a.ts': '1' })
  const limited = 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"'
  const { stdout } = await run('unshare', ['--user', '--map-root-user', 'sh', '-c', limited, 'sh', ...node, root])
  expect(JSON.parse(stdout)).toMatchObject({
    errors: [{ code: 'FORGE_WATCH_LIMIT', hint: expect.stringContaining('ulimit') }],
    mode: 'polling',
  })
})

it('says which folder it may not read, and watches the others', async () => {
  const root = folderOf({ 'secret/a.ts': '1', 'open/b.ts': '1' })
  chmodSync(root, 0o777)
  chmodSync(path.join(root, 'secret'), 0)
  onTestFinished(() => chmodSync(path.join(root, 'secret'), 0o700))
  const { stdout } = await run(node[0], [...node.slice(1), root], nobody)
  expect(JSON.parse(stdout)).toEqual({
    errors: [
      {
        code: 'FORGE_WATCH_UNREADABLE',
        message: 'secret cannot be read (EACCES)',
        hint: 'Change its permissions, or have it ignored',
      },
    ],
    told: ['events: created written.ts'],
    mode: 'native',
  })
})
