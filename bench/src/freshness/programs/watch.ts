/** Watches a tree of files in one of three ways, and measures what is told of changes. */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'
import { percentile } from '../../statistics.ts'
import { type Kind, type Listener, starters } from './watchers.ts'

await runProgram(async (request) => {
  const root = join(request.folder, 'tree')
  const [folders, files] = [sizeOf(request, 'folders'), sizeOf(request, 'files')]
  const paths: string[] = []
  for (let folder = 0; folder < folders; folder++) {
    mkdirSync(join(root, `d${folder}`), { recursive: true })
    for (let file = 0; file < files; file++) {
      const path = join(root, `d${folder}`, `f${file}.ts`)
      writeFileSync(path, 'x')
      paths.push(path)
    }
  }
  const listeners = new Set<Listener>()
  const tell: Listener = (kind, path, size) => listeners.forEach((listener) => listener(kind, path, size))
  const before = process.memoryUsage().rss
  const started = performance.now()
  const close = await starters[onlySide(request) as keyof typeof starters](root, tell, request.peers ?? '')
  const ready = performance.now() - started
  const memory = process.memoryUsage().rss - before
  await sleep(200)

  /** Milliseconds until a change is told; 2,000 where it is not. */
  const timeOf = async (wanted: Kind, path: string, act: () => void): Promise<number> => {
    const { promise, resolve } = Promise.withResolvers<number>()
    const listener: Listener = (kind, told) => {
      if (told === path && kind === wanted) resolve(performance.now())
    }
    listeners.add(listener)
    const start = performance.now()
    act()
    const end = await Promise.race([promise, sleep(2000).then(() => start + 2000)])
    listeners.delete(listener)
    await sleep(15)
    return end - start
  }
  const values: Record<string, number> = { ready, memory }
  const acts: readonly (readonly [Kind, (path: string) => string, (path: string, index: number) => void])[] = [
    ['change', (path) => path, (path, index) => writeFileSync(path, `changed ${index}`)],
    ['add', (path) => `${path}.new.ts`, (path) => writeFileSync(path, 'new')],
    ['delete', (path) => `${path}.new.ts`, (path) => rmSync(path)],
  ]
  for (const [kind, named, act] of acts) {
    const times: number[] = []
    for (let index = 0; index < sizeOf(request, 'changes'); index++) {
      const path = named(paths[(index * 7) % paths.length]!)
      times.push(await timeOf(kind, path, () => act(path, index)))
    }
    values[`${kind} p50`] = percentile(times, 0.5)
    values[`${kind} p99`] = percentile(times, 0.99)
  }
  for (const gap of [5, 20, 60]) {
    let lost = 0
    for (let index = 0; index < sizeOf(request, 'pairs'); index++) {
      const path = paths[(index * 11 + 3) % paths.length]!
      const last = 1000 + gap * 10 + index
      let seen = -1
      const listener: Listener = (_kind, told, size) => {
        if (told === path) seen = size ?? statSync(path).size
      }
      listeners.add(listener)
      writeFileSync(path, 'a'.repeat(10 + index))
      await sleep(gap)
      writeFileSync(path, 'b'.repeat(last))
      await sleep(400)
      listeners.delete(listener)
      if (seen !== last) lost++
    }
    values[`lost ${gap}`] = lost
  }
  const told = new Set<string>()
  listeners.add((_kind, path) => told.add(path))
  for (const [index, path] of paths.entries()) writeFileSync(path, `burst ${index}`)
  const until = performance.now() + 500
  while (performance.now() < until);
  await sleep(3000)
  values['missed'] = paths.filter((path) => !told.has(path)).length
  await close()
  return { [onlySide(request)]: values }
})
