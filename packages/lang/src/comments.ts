import type { Comment } from 'oxc-parser'

/** The documentation comments of a file, found by what follows them. */
export class DocComments {
  readonly #byNext = new Map<number, Comment>()

  constructor(text: string, comments: readonly Comment[]) {
    let doc: Comment | null = null
    let next = -1
    for (const comment of comments) {
      // A line comment between the documentation and the declaration leaves it where it is.
      const continues = doc !== null && next === comment.start && comment.type === 'Line'
      if (!continues) {
        if (doc !== null) this.#byNext.set(next, doc)
        doc = comment.type === 'Block' && comment.value.startsWith('*') ? comment : null
      }
      if (doc !== null) next = afterSpace(text, comment.end)
    }
    if (doc !== null) this.#byNext.set(next, doc)
  }

  /** The description directly before `offset`, up to its first block tag; empty where there is none. */
  before(offset: number): string {
    const comment = this.#byNext.get(offset)
    return comment === undefined ? '' : description(comment.value)
  }
}

function afterSpace(text: string, offset: number): number {
  let at = offset
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === 32 || (code >= 9 && code <= 13)) at += 1
    else return at
  }
}

const leadingStar = /^[ \t]*\*[ \t]?/
const blockTag = /^\s*@[a-zA-Z]/

function description(value: string): string {
  const lines: string[] = []
  for (const line of value.slice(1).split('\n')) {
    const content = line.replace(leadingStar, '').trimEnd()
    if (blockTag.test(content)) break
    lines.push(content)
  }
  return lines.join('\n').trim()
}
