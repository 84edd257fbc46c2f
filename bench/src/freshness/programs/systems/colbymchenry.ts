import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { colbymchenry } from '../../../systems/colbymchenry.ts'
import type { Expected, FreshPlace, StartSystem } from './system.ts'

/** How long its watcher may take, and how often it is asked whether it knows. */
const watch = { mostMs: 60_000, everyMs: 5 }

/** `@colbymchenry/codegraph` in the process that asks: a sync before each question. */
export const startColbymchenry: StartSystem = async (place) => {
  const graph = await open(place)
  return {
    async answers(expected) {
      await graph.sync()
      return knows(graph, expected)
    },
    close: () => Promise.resolve(graph.close()),
  }
}

/** Its watcher in the process that asks, which asks until the answer has what is expected. */
export const startColbymchenryWatch: StartSystem = async (place) => {
  const graph = await open(place)
  graph.watch()
  await graph.waitUntilWatcherReady()
  const settled = async (): Promise<void> => {
    await until(() => graph.getPendingFiles().length === 0)
  }
  return {
    answers: (expected) => until(() => knows(graph, expected)),
    settled,
    async close() {
      await settled()
      graph.unwatch()
      graph.close()
    },
  }
}

/** Whether something is so before too much time has passed. */
async function until(isSo: () => boolean): Promise<boolean> {
  const end = performance.now() + watch.mostMs
  while (!isSo()) {
    if (performance.now() > end) return false
    await sleep(watch.everyMs)
  }
  return true
}

async function open({ root, peers }: FreshPlace): Promise<CodeGraph> {
  Object.assign(process.env, colbymchenry.env)
  // Its README asks this of a program that indexes much; its own launcher does the same.
  setFlagsFromString('--liftoff-only')
  const { CodeGraph } = createRequire(join(peers, 'index.js'))('@colbymchenry/codegraph') as Package
  if (CodeGraph.isInitialized(root)) {
    const graph = await CodeGraph.open(root)
    await graph.sync()
    return graph
  }
  const graph = await CodeGraph.init(root)
  await graph.indexAll()
  return graph
}

function knows(graph: CodeGraph, { file, name, holds }: Expected): boolean {
  return graph.getNodesByName(name).some(({ id, filePath, startLine }) => {
    if (filePath !== file) return false
    if ('line' in holds) return startLine === holds.line
    return graph.getCallees(id).some(({ node }) => node.name === holds.calls && node.filePath === file)
  })
}

interface Node {
  readonly id: string
  readonly name: string
  readonly filePath: string
  readonly startLine: number
}

/** What is used of `@colbymchenry/codegraph`. */
interface CodeGraph {
  indexAll(): Promise<unknown>
  sync(): Promise<unknown>
  watch(): boolean
  waitUntilWatcherReady(): Promise<void>
  /** Files that its watcher has seen and that are not in the graph yet. */
  getPendingFiles(): readonly unknown[]
  unwatch(): void
  getNodesByName(name: string): readonly Node[]
  getCallees(id: string): readonly { readonly node: Node }[]
  close(): void
}

interface Package {
  readonly CodeGraph: {
    isInitialized(root: string): boolean
    open(root: string): Promise<CodeGraph>
    init(root: string): Promise<CodeGraph>
  }
}
