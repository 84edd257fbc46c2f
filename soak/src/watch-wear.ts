import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Forge } from '@forge/forge'
import { difference, exportOf, freshExport } from './graph-bytes.ts'
import { copyPackages, randomEdits } from './random-edits.ts'
import type { Sample } from './trend.ts'
import { collectGarbage, sample } from './wear-runs.ts'

/** How long a folder is watched, and where. */
export interface WatchWearOptions {
  /** An empty folder. */
  readonly folder: string
  readonly packages: readonly string[]
  readonly seconds: number
  readonly samples: number
  readonly seed: number
}

/** What watching took, and whether the graph was right in the end. */
export interface WatchWear {
  readonly samples: readonly Sample[]
  readonly edits: number
  readonly updates: number
  /** Folders the system watches, at the first sample and at the last: the same folders were there. */
  readonly watches: readonly [number, number]
  readonly fault: string | undefined
}

/** Milliseconds between two edits. */
const pause = 40

/** Watches a folder while it is edited at random, asks in between, and samples each time it is as it was in the beginning. */
export async function wearWatch({ folder, packages, seconds, samples, seed }: WatchWearOptions): Promise<WatchWear> {
  const root = path.join(folder, 'watched')
  mkdirSync(root)
  copyPackages(root, packages)
  const random = randomEdits(root, seed)
  await using live = await Forge.withRuntime(root)
  const taken: Sample[] = []
  const watches: number[] = []
  let edits = 0
  const started = performance.now()
  const warm = (seconds * 1000) / 4
  const stride = (seconds * 1000 - warm) / samples
  for (let number = 0; number <= samples; number++) {
    const until = started + warm + number * stride
    while (performance.now() < until) {
      random.edit()
      edits++
      if (edits % 5 === 0) await live.graph.findSymbol('create')
      await sleep(pause)
    }
    random.reset()
    await live.runtime().fresh()
    // The threads that read files are let go after many of them.
    await sleep(50)
    collectGarbage()
    taken.push(sample(path.join(root, '.forge', 'graph.db'), edits))
    watches.push(inotifyWatches())
  }
  const fault = difference(await exportOf(live), await freshExport(root, folder, 'fresh'))
  const updates = await live.graph.revision()
  return { samples: taken, edits, updates, watches: [watches[0] ?? 0, watches.at(-1) ?? 0], fault }
}

/** Folders that Linux watches for this process; 0 elsewhere. */
function inotifyWatches(): number {
  try {
    return readdirSync('/proc/self/fdinfo')
      .map((name) => readInfo(`/proc/self/fdinfo/${name}`).match(/^inotify /gm)?.length ?? 0)
      .reduce((a, b) => a + b, 0)
  } catch {
    return 0
  }
}

function readInfo(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
