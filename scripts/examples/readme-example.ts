/** What the README of a package promises to those who try it. */
export interface ReadmeExample {
  /** What the install line names, in its order: the package itself and what the example needs beside it. */
  readonly installs: readonly string[]
  /** The first `ts` block. */
  readonly code: string
  /** The `text` block right after it: what the code prints. */
  readonly output: string
}

const block = /^```(\w*)[^\n]*\n([\s\S]*?)^```[ \t]*$/gm
const installLine = /^\s*npm (?:install|i|add) (.+)$/m

/** Reads the install line, the first `ts` block and the `text` block after it, or says which of them is missing. */
export function readExample(readme: string): ReadmeExample {
  const blocks = Array.from(readme.matchAll(block), ([, language, text]) => ({ language, text: text! }))
  const install = blocks.map(({ text }) => installLine.exec(text)?.[1]).find((names) => names !== undefined)
  if (install === undefined) throw new Error('the README has no block with an `npm install` line')
  const at = blocks.findIndex(({ language }) => language === 'ts')
  if (at === -1) throw new Error('the README has no ```ts block')
  const next = blocks[at + 1]
  if (next?.language !== 'text') throw new Error('no ```text block follows the first ```ts block of the README')
  return {
    installs: install.split(/\s+/).filter((name) => name !== '' && !name.startsWith('-')),
    code: blocks[at]!.text,
    output: next.text,
  }
}
