import { createReadStream } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { buffer } from 'node:stream/consumers'
import { UsageError } from '../errors.ts'

/** The text of a file, or of standard input for `-`, whole: a byte-order mark is part of it. Throws `FORGE_USAGE`. */
export async function readText(name: string, cwd: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await buffer(streamOf(name, cwd)))
  } catch (error) {
    throw unreadable(name, error)
  }
}

/**
 * The lines of a file, or of standard input for `-`. Only a line feed ends a line, as in JSON lines: JSON may hold every other
 * line separator. Throws `FORGE_USAGE`.
 */
export async function* readLines(name: string, cwd: string): AsyncGenerator<string, void, undefined> {
  let pieces: string[] = []
  for await (const text of textsOf(name, cwd)) {
    const [first = '', ...others] = text.split('\n')
    pieces.push(first)
    for (const other of others) {
      yield withoutReturn(pieces.join(''))
      pieces = [other]
    }
  }
  const last = pieces.join('')
  if (last !== '') yield withoutReturn(last)
}

async function* textsOf(name: string, cwd: string): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of streamOf(name, cwd)) yield decoder.decode(chunk as Buffer, { stream: true })
    yield decoder.decode()
  } catch (error) {
    throw unreadable(name, error)
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
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
  const isText = !(cause instanceof TypeError)
  return new UsageError(
    isText ? `${name} cannot be read: ${cause instanceof Error ? cause.message : ''}` : `${name} is not UTF-8`,
    { hint: isText ? 'Check the path' : 'Send it as UTF-8', details: { file: name }, cause },
  )
}
