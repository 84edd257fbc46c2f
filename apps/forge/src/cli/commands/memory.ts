import type { MemoryEntry, MemoryFilter, MemoryType } from '@forge/memory'
import { MemoryNotFoundError, UsageError } from '../../errors.ts'
import { rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { type MemoryOption, memoryOf } from '../own-store-place.ts'
import { momentOf } from '../option-values.ts'
import { bytes, counted, table } from '../render.ts'
import { localTime, oneLine } from '../run-text.ts'
import type { Terminal } from '../terminal.ts'
import { readText } from '../text-input.ts'

interface AddOptions extends MemoryOption {
  readonly type: MemoryType
  readonly title?: string
  readonly session?: string
  readonly tag?: readonly string[]
  readonly meta?: readonly string[]
  readonly pin?: boolean
  readonly id?: string
}

/** `forge memory add CONTENT`. */
export async function add(context: CommandContext, [given]: readonly [string], options: AddOptions): Promise<Answer> {
  const content = given === '-' ? (await readText('-', context.cwd)).trimEnd() : given
  if (content === '')
    throw new UsageError('There is nothing to remember', { hint: 'Write it as the argument, or send it to -' })
  const { type, title, session, tag, pin } = options
  const metadata = {
    ...Object.fromEntries((options.meta ?? []).map(metaOf)),
    ...(title === undefined ? {} : { title }),
    ...(session === undefined ? {} : { sessionId: session }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(pin === true ? { pinned: true } : {}),
  }
  const memory = memoryOf(context, options, 'write')
  const entry = { type, content, metadata }
  if (options.id !== undefined) await memory.write(options.id, entry)
  const id = options.id ?? (await memory.add(entry))
  return { data: { action: 'add', id }, text: String(id) }
}

function metaOf(text: string): readonly [string, string] {
  const border = text.indexOf('=')
  if (border > 0) return [text.slice(0, border), text.slice(border + 1)]
  throw new UsageError(`${text} says nothing`, { hint: 'Write it as --meta NAME=VALUE' })
}

interface FilterOptions extends MemoryOption {
  readonly type?: readonly MemoryType[]
  readonly session?: string
  readonly tag?: readonly string[]
  readonly since?: string
  readonly until?: string
}

function filterOf({ type, session, tag, since, until }: FilterOptions): MemoryFilter {
  return {
    ...(type === undefined ? {} : { types: type }),
    ...(session === undefined ? {} : { sessionId: session }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(since === undefined ? {} : { since: momentOf(since) }),
    ...(until === undefined ? {} : { until: momentOf(until) }),
  }
}

/** `forge memory search WORDS...`. */
export async function search(
  context: CommandContext,
  [words]: readonly [readonly string[]],
  options: FilterOptions & ListOptions & { readonly limit: number },
): Promise<Answer> {
  const memory = memoryOf(context, options, 'read')
  const query = { text: words.join(' '), ...filterOf(options) }
  const found = await memory.search(query, needLimit(options.limit), { signal: context.signal })
  const { colors } = context.terminal
  return {
    data: { action: 'search', hits: found.map(plain) },
    text:
      found.length === 0 ? 'nothing that is remembered fits' : found.map((hit) => entryLine(hit, colors)).join('\n'),
    exit: found.length === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

function needLimit(limit: number): number {
  if (limit >= 1 && limit <= 1000) return limit
  throw new UsageError('--limit is a number from 1 to 1000 here', { hint: 'Ask more precisely' })
}

interface ListCommandOptions extends FilterOptions, ListOptions {
  readonly order: 'newest' | 'oldest'
  readonly after?: string
}

/** `forge memory list`. */
export async function list(context: CommandContext, _args: readonly [], options: ListCommandOptions): Promise<Answer> {
  const memory = memoryOf(context, options, 'read')
  const found: MemoryEntry[] = []
  let next = options.after
  for (let left = rowLimit(options); left > 0;) {
    const page = await memory.list(
      {
        ...filterOf(options),
        order: options.order,
        limit: Math.min(left, 1000),
        ...(next === undefined ? {} : { after: next }),
      },
      { signal: context.signal },
    )
    found.push(...page.entries)
    left -= page.entries.length
    next = page.next
    if (next === undefined) break
  }
  const { colors } = context.terminal
  return {
    data: { action: 'list', entries: found.map(plain), next: next ?? null },
    text: [
      ...found.map((entry) => entryLine(entry, colors)),
      ...(found.length === 0 ? ['nothing is remembered'] : []),
      ...(next === undefined ? [] : [`showing ${found.length}, there are more (--limit N, --all, --after ${next})`]),
    ].join('\n'),
    exit: found.length === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

/** `forge memory show ID`. */
export async function show(context: CommandContext, [id]: readonly [string], options: MemoryOption): Promise<Answer> {
  const entry = await memoryOf(context, options, 'read').read(id, { signal: context.signal })
  if (entry === undefined) throw new MemoryNotFoundError(id)
  const { bold, dim } = context.terminal.colors
  const { title, ...metadata } = entry.metadata
  const rows = [
    ['type', entry.type],
    ['written', localTime(entry.createdAt)],
    ...Object.entries(metadata).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
    ...(entry.vector === undefined ? [] : [['vector', counted(entry.vector.length, 'number')]]),
  ]
  return {
    data: { action: 'show', entry: plain(entry) },
    text: [
      bold(entry.id),
      ...(title === undefined ? [] : [title]),
      ...rows.map(([name, value]) => `  ${dim(name!.padEnd(10))}  ${value}`),
      '',
      entry.content,
    ].join('\n'),
  }
}

/** `forge memory remove ID...`. */
export async function remove(
  context: CommandContext,
  [ids]: readonly [readonly string[]],
  options: MemoryOption,
): Promise<Answer> {
  const memory = memoryOf(context, options, 'read')
  // All of them are there before any is removed.
  for (const id of ids) if ((await memory.read(id)) === undefined) throw new MemoryNotFoundError(id)
  for (const id of new Set(ids)) await memory.remove(id)
  return { data: { action: 'remove', ids }, text: `removed ${ids.length === 1 ? '1 entry' : `${ids.length} entries`}` }
}

/** `forge memory stats`. */
export async function stats(context: CommandContext, _args: readonly [], options: MemoryOption): Promise<Answer> {
  const found = await memoryOf(context, options, 'read').stats()
  const types = Object.entries(found.byType).filter(([, { entries }]) => entries > 0)
  return {
    data: { action: 'stats', ...found },
    text: [
      `${found.entries} ${found.entries === 1 ? 'entry' : 'entries'}, ${bytes(found.bytes)}`,
      ...table(types.map(([type, each]) => [type, String(each.entries), bytes(each.bytes)])),
      ...(found.oldest === null || found.newest === null
        ? []
        : [`from ${localTime(found.oldest)} to ${localTime(found.newest)}`]),
    ].join('\n'),
  }
}

/** `forge memory check`. */
export async function check(
  context: CommandContext,
  _args: readonly [],
  options: MemoryOption & { readonly mend?: boolean },
): Promise<Answer> {
  const { signal } = context
  const memory = memoryOf(context, options, 'read')
  if (options.mend === true) await memory.reindex({ signal })
  const health = await memory.check({ signal })
  return {
    data: { action: 'check', ...health },
    text: health.ok
      ? 'the index is in step with the entries'
      : [...health.problems, '`forge memory check --mend` makes the index anew'].join('\n'),
    exit: health.ok ? exitCode.done : exitCode.negative,
  }
}

function plain({ vector, ...entry }: MemoryEntry): object {
  return { ...entry, ...(vector === undefined ? {} : { vector: Array.from(vector) }) }
}

function entryLine({ id, type, content, metadata, createdAt }: MemoryEntry, colors: Terminal['colors']): string {
  const { title } = metadata
  const text = oneLine(title === undefined ? content : `${title}: ${content}`, 160)
  return [colors.cyan(id), colors.dim(type), colors.dim(localTime(createdAt)), text].join('  ')
}
