import { createReadStream } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { text as textOf } from 'node:stream/consumers'
import { UsageError } from '../errors.ts'

/** The text of a file, or of standard input for `-`. Throws `FORGE_USAGE`. */
export async function readText(name: string, cwd: string): Promise<string> {
  try {
    return await textOf(streamOf(name, cwd))
  } catch (error) {
    throw unreadable(name, error)
  }
}

/** The lines of a file, or of standard input for `-`. Throws `FORGE_USAGE`. */
export async function* readLines(name: string, cwd: string): AsyncGenerator<string, void, undefined> {
  const input = streamOf(name, cwd)
  const failed = Promise.withResolvers<never>()
  // Readline tells nobody that its input has failed.
  failed.promise.catch(() => undefined)
  input.on('error', (error) => failed.reject(unreadable(name, error)))
  const lines = createInterface({ input, crlfDelay: Infinity })[Symbol.asyncIterator]()
  for (;;) {
    const next = await Promise.race([lines.next(), failed.promise])
    if (next.done === true) return
    yield next.value
  }
}

function streamOf(name: string, cwd: string): NodeJS.ReadableStream {
  if (name !== '-') return createReadStream(path.resolve(cwd, name))
  if (process.stdin.isTTY) {
    throw new UsageError('Nothing comes from standard input', { hint: 'Name a file, or send the text through a pipe' })
  }
  return process.stdin
}

function unreadable(name: string, cause: unknown): UsageError {
  if (cause instanceof UsageError) return cause
  return new UsageError(`${name} cannot be read: ${cause instanceof Error ? cause.message : ''}`, {
    hint: 'Check the path',
    details: { file: name },
    cause,
  })
}
