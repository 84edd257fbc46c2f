import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { hash } from 'blake3-wasm'
import { extract, packFacts, packTexts } from '@forge/lang'
import type { DiagnosticCode } from './diagnostic.ts'
import type { ExtractResult, ExtractTask } from './extract-protocol.ts'

/** How far into a file a NUL byte is looked for. */
const binaryProbe = 8192

/** From this size on a file may be minified, in bytes. */
const minifiedSize = 65_536

/** Names used on a line, on average: people stay below 5, minifiers go beyond 1000. A long string literal uses none. */
const minifiedNames = 50

/** What opening for reading takes besides: a link or a pipe that has taken the file's place is not waited for. */
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Reads a file and extracts its facts, unless its bytes are known or it is not source a person wrote. */
export function extractFile(task: ExtractTask, maxFileSize: number): ExtractResult {
  let stat = { size: task.size, modified: 0 }
  const skip = (code: DiagnosticCode, message: string): ExtractResult => ({ kind: 'skipped', code, message, ...stat })
  let bytes: Uint8Array
  try {
    const descriptor = openSync(task.location, openFlags)
    try {
      const stats = fstatSync(descriptor)
      stat = { size: stats.size, modified: stats.mtimeMs }
      if (!stats.isFile()) return skip('unreadable', 'It is not a file')
      if (stats.size > maxFileSize)
        return skip('too-large', `${stats.size} bytes, more than the limit of ${maxFileSize}`)
      bytes = readFileSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP')
      return skip('vanished', 'It went away while it was read')
    return skip('unreadable', `Cannot be read (${code})`)
  }
  const digest = Uint8Array.from(hash(bytes) as Uint8Array)
  if (task.knownHash !== undefined && Buffer.compare(digest, task.knownHash) === 0) return { kind: 'same', ...stat }
  if (bytes.subarray(0, binaryProbe).includes(0)) return skip('binary', 'It has a NUL byte, so it is not text')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return skip('invalid-utf8', 'It is not text in UTF-8; save it in that encoding')
  }
  try {
    const facts = extract({ text, language: task.language })
    const names = Math.round(facts.occurrences.count / facts.lineStarts.length)
    if (bytes.length >= minifiedSize && names > minifiedNames) {
      return skip('minified', `Its lines use ${names} names each on average`)
    }
    return { kind: 'extracted', hash: digest, facts: packFacts(facts), texts: packTexts(facts), ...stat }
  } catch (error) {
    return skip('extract-failed', error instanceof Error ? error.message : String(error))
  }
}
