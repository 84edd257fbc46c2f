import { hashOf, type NodeHash } from '@forge/incremental'
import { lower } from '@forge/lang'
import { readSource } from '../read-source.ts'

type Language = Parameters<typeof lower>[0]['language']

const byteOrderMark = '\uFEFF'

/** The text of a file, as it is now. */
export interface SourceText {
  /** Without a byte order mark: the indexer leaves it out, so the offsets of the graph do. */
  readonly text: string
  /** Of all that is in the file. */
  readonly hash: NodeHash
}

/** Reads a file; `undefined` for one that is no text, or not there. */
export function sourceText(location: string): SourceText | undefined {
  const read = readSource(location)
  if (read === undefined) return undefined
  return { text: read.startsWith(byteOrderMark) ? read.slice(1) : read, hash: hashOf(read) }
}

/** The functions of a text in a language of the graph. */
export function lowered(text: string, language: string): ReturnType<typeof lower> {
  return lower({ text, language: language as Language })
}
