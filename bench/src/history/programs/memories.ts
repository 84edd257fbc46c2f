/** Keeps memories, and measures what is asked of them. */
import { createRequire } from 'node:module'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createMemory } from '@forge/memory'
import Database from 'better-sqlite3'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'
import { words } from './run-texts.ts'
import { timedWith } from './timed.ts'

interface Entry {
  readonly id: string
  readonly content: string
}

/** What the sides do; what one cannot do is left out. */
interface Keeper {
  readonly fill: (entries: readonly Entry[]) => unknown
  readonly write: (entry: Entry) => unknown
  read?(id: string): Promise<string | undefined> | string | undefined
  /** The content of the best hit. */
  search(text: string): Promise<string | undefined> | string | undefined
  count(): Promise<number> | number
  close(): unknown
}

function forgeKeeper(file: string): Keeper {
  const memory = createMemory({ path: file, driver: Database })
  const entryOf = ({ id, content }: Entry) => ({ id, type: 'context' as const, content })
  return {
    fill: (entries) => memory.writeMany(entries.map(entryOf)),
    write: (entry) => memory.write(entry.id, entryOf(entry)),
    read: async (id) => (await memory.read(id))?.content,
    search: async (text) => (await memory.search(text))[0]?.content,
    count: async () => (await memory.stats()).entries,
    close: () => memory.close(),
  }
}

function likeKeeper(file: string): Keeper {
  const db = new Database(file)
  db.exec(`pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -16384;
    create table memories (id text primary key, content text not null, created_at integer not null);
    create index memories_created on memories (created_at);`)
  const put = db.prepare('insert or replace into memories values (?, ?, ?)')
  const get = db.prepare<[string], { readonly content: string }>('select content from memories where id = ?')
  const like = db.prepare<[string], { readonly content: string }>(
    'select content from memories where content like ? order by created_at desc limit 10',
  )
  let time = 0
  const write = ({ id, content }: Entry) => put.run(id, content, time++)
  return {
    fill: db.transaction((entries: readonly Entry[]) => entries.forEach(write)),
    write,
    read: (id) => get.get(id)?.content,
    search: (text) => like.all(`%${text}%`)[0]?.content,
    count: () => db.prepare('select count(*) from memories').pluck().get() as number,
    close: () => db.close(),
  }
}

/** The parts of `@memvid/sdk` that are used. */
interface Memvid {
  create(
    path: string,
    kind: 'basic',
    options: { readonly enableLex: boolean; readonly enableVec: boolean },
  ): Promise<MemvidFile>
}

interface MemvidFile {
  put(frame: { readonly title: string; readonly text: string; readonly enableEmbedding: boolean }): Promise<unknown>
  find(
    query: string,
    options: { readonly k: number; readonly mode: 'lex' },
  ): Promise<{
    readonly hits: readonly { readonly title?: string }[]
  }>
  seal?(): Promise<unknown>
}

async function memvidKeeper(folder: string, peers: string): Promise<Keeper> {
  const entry = createRequire(join(peers, 'index.js')).resolve('@memvid/sdk')
  const memvid = (await import(pathToFileURL(entry).href)) as Memvid & { readonly default?: Memvid }
  const file = await (memvid.create === undefined ? memvid.default! : memvid).create(
    join(folder, 'memory.mv2'),
    'basic',
    {
      enableLex: true,
      enableVec: false,
    },
  )
  const contents = new Map<string, string>()
  const write = async ({ id, content }: Entry) => {
    contents.set(id, content)
    await file.put({ title: id, text: content, enableEmbedding: false })
  }
  return {
    async fill(entries) {
      for (const each of entries) await write(each)
    },
    write,
    async search(text) {
      const { hits } = await file.find(text, { k: 10, mode: 'lex' })
      return contents.get(hits[0]?.title ?? '')
    },
    count: () => contents.size,
    close: () => file.seal?.(),
  }
}

/** An entry of 1 KB, with a word of its own among the first. */
function entryOf(number: number, version = 0): Entry {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
  return { id, content: `${words(2, number)} own${number}word ${words(145, number + version)}`.slice(0, 1024) }
}

await runProgram(async (request) => {
  const side = onlySide(request)
  const calls = sizeOf(request, 'calls')
  const limit = side === 'memvid' ? 100 : Number.POSITIVE_INFINITY
  const entries = Math.min(sizeOf(request, 'entries'), limit)
  const file = join(request.folder, side === 'memvid' ? 'memory.mv2' : 'memory.db')
  const keeper =
    side === 'forge'
      ? forgeKeeper(file)
      : side === 'like'
        ? likeKeeper(file)
        : await memvidKeeper(request.folder, request.peers ?? '')
  let wrong = 0
  let filling = 0
  for (let from = 0; from < entries; from += 500) {
    const some = Array.from({ length: Math.min(500, entries - from) }, (_, index) => entryOf(from + index))
    const start = performance.now()
    await keeper.fill(some)
    filling += performance.now() - start
  }
  const pick = (index: number): number => (index * 7919) % entries
  const values: Record<string, number> = { fillMs: filling / entries }
  if (side !== 'memvid') {
    const write = await timedWith(calls, (index) => entryOf(entries + index), keeper.write)
    const replace = await timedWith(calls, (index) => entryOf(pick(index), 1), keeper.write)
    const together = await timedWith(
      Math.ceil(calls / 20),
      (index) => Array.from({ length: 64 }, (_, each) => entryOf(pick(index * 64 + each), 1)),
      (some) => Promise.all(some.map(keeper.write)),
    )
    Object.assign(values, {
      writeMs: write.p50,
      writeP99Ms: write.p99,
      replaceMs: replace.p50,
      togetherMs: together.p50 / 64,
    })
  } else values['writeMs'] = filling / entries
  const { read } = keeper
  if (read !== undefined) {
    const times = await timedWith(calls, pick, async (number) => {
      if ((await read(entryOf(number).id))?.includes(`own${number}word`) !== true) wrong++
    })
    values['readMs'] = times.p50
  }
  const question = (index: number): { readonly number: number; readonly text: string } => {
    const number = pick(index)
    return { number, text: entryOf(number).content.split(' ').slice(0, 3).join(' ') }
  }
  // Comparing each entry with the words takes a second for the many.
  const searches = side === 'like' ? Math.ceil(calls / 10) : calls
  const search = await timedWith(searches, question, async ({ number, text }) => {
    if ((await keeper.search(text))?.includes(`own${number}word`) !== true) wrong++
  })
  const count = await keeper.count()
  const written = entries + (side === 'memvid' ? 0 : calls)
  wrong += Math.abs(written - count)
  await keeper.close()
  return {
    [side]: {
      ...values,
      searchMs: search.p50,
      searchP99Ms: search.p99,
      entries: count,
      fileBytes: statSync(file).size,
      wrong,
    },
  }
})
