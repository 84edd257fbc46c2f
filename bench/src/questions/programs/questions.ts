/** Indexes a corpus, and measures what the graph is asked about it. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { Forge } from '@forge/forge'
import { workspaceFolder } from '../../cache-folder.ts'
import { type CorpusName, prepareCorpus } from '../../corpus.ts'
import { timedWith, type Times } from '../../history/programs/timed.ts'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'
import type { QuestionName } from '../measurements.ts'
import { readSubjects } from './subjects.ts'

await runProgram(async (request) => {
  const root = join(request.folder, 'code')
  // The small size needs nothing that is fetched.
  if (sizeOf(request, 'part') === 0) cpSync(join(workspaceFolder, 'packages/pool/src'), root, { recursive: true })
  else (await prepareCorpus(onlySide(request) as CorpusName, new AbortController().signal)).copyTo(root)
  await using forge = await Forge.open(root, { database: join(request.folder, 'graph.db') })
  await forge.index()
  const { graph } = forge
  const { named, called, calling, places } = await readSubjects(graph, root)
  const calls = sizeOf(request, 'questions')

  /** Another one each time, spread evenly. */
  const pick = <T>(from: readonly T[], index: number): T => from[(index * 7919) % from.length]!
  let wrong = 0
  const measure = async <T>(
    prepare: (index: number) => T,
    ask: (input: T) => Promise<unknown>,
    mayBeEmpty = false,
  ): Promise<Times> => {
    const asked = async (input: T): Promise<void> => {
      const answer = await ask(input)
      if (!mayBeEmpty && (!Array.isArray(answer) || answer.length === 0)) wrong++
    }
    await timedWith(Math.ceil(calls / 4), (index) => prepare(index + calls), asked)
    return timedWith(calls, prepare, asked)
  }

  const times: Readonly<Record<QuestionName, Times>> = {
    find: await measure(
      (index) => searchText(pick(named, index), index),
      (text) => graph.findSymbol(text, { limit: 10 }),
      true,
    ),
    refs: await measure(
      (index) => pick(named, index).id,
      (id) => graph.references(id),
      true,
    ),
    'refs at': await measure(
      (index) => pick(places, index),
      (place) => graph.references(place),
      true,
    ),
    callers: await measure(
      (index) => pick(called, index),
      (id) => graph.callers(id),
    ),
    callees: await measure(
      (index) => pick(calling, index),
      (id) => graph.callees(id),
    ),
    path: await measure(
      (index) => [pick(calling, index), pick(called, index + 13)] as const,
      ([from, to]) => graph.path(from, to),
      true,
    ),
  }
  const values = Object.entries(times).flatMap(([name, { p50, p99 }]) => [
    [`${name} p50`, p50],
    [`${name} p99`, p99],
  ])
  return { [onlySide(request)]: Object.fromEntries([...values, ['wrong', wrong]]) }
})

/** What somebody types who looks for a symbol, in one of six ways. */
function searchText({ name }: { readonly name: string }, index: number): string {
  const parts = name.match(/[A-Z]?[a-z0-9]+|[A-Z]+/g) ?? [name]
  const ways = [
    name,
    name.toLowerCase(),
    name.slice(0, 4),
    parts.length < 3 ? name : parts.map((part) => part[0]).join(''),
    parts.at(-1)!,
    `${name}Zq`,
  ]
  return ways[index % ways.length]!
}
