import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** The files of a large repository that is made of copies of a small one. */
export interface SyntheticSource {
  /** The folder with the real files. */
  readonly from: string
  /** How often they are there, each time as a package of its own. */
  readonly copies: number
}

const sourceFile = /\.[cm]?[jt]sx?$/
const relativeSpecifier = /(["'])(\.{1,2}\/[^"'\n]+)(\.[cm]?[jt]sx?)\1/g
/** One of this many modules of a package takes what it imports from the package before. */
const sharedEvery = 10

/**
 * Writes the copies below a folder: a workspace with packages `part-1`, `part-2` and so on.
 *
 * In each, every module has another name (`Effect3.ts`) and imports the others by it, so that no two files hold the same
 * bytes. One module in ten imports from the package before, which makes one graph of all. The same files give the same
 * repository.
 */
export function writeSynthetic({ from, copies }: SyntheticSource, folder: string): void {
  write(join(folder, 'package.json'), JSON.stringify({ private: true, workspaces: ['packages/*'] }))
  const files = readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((file) => sourceFile.test(file))
    .toSorted()
    .map((file) => ({ file, text: readFileSync(join(from, file), 'utf8') }))
  for (let copy = 1; copy <= copies; copy++) {
    const root = join(folder, 'packages', `part-${copy}`)
    write(join(root, 'package.json'), JSON.stringify({ name: `part-${copy}`, private: true }))
    for (const [index, { file, text }] of files.entries()) {
      const to = join(root, 'src', renamed(file, copy))
      const shared = copy > 1 && index % sharedEvery === 0
      const renamedText = text.replaceAll(relativeSpecifier, (_, quote: string, path: string, extension: string) => {
        const specifier = renamed(path + extension, shared ? copy - 1 : copy)
        return `${quote}${shared ? inPackageBefore(root, to, specifier, copy) : specifier}${quote}`
      })
      write(to, `// part ${copy}\n${renamedText}`)
    }
  }
}

function renamed(file: string, copy: number): string {
  return file.replace(/(\.[cm]?[jt]sx?)$/, `${copy}$1`)
}

/** The same place in the package before, as a relative specifier. */
function inPackageBefore(root: string, importer: string, specifier: string, copy: number): string {
  const there = join(root, '..', `part-${copy - 1}`, relative(root, join(dirname(importer), specifier)))
  return relative(dirname(importer), there)
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
