import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { BenchSetupError } from './bench-errors.ts'
import { cachedFolder, workspaceFolder } from './cache-folder.ts'
import { fetchPinnedPackage, type PinnedPackage } from './pinned-package.ts'
import { writeSynthetic } from './synthetic-corpus.ts'

/** The names of the corpora. */
export const corpusNames = ['effect', 'self', 'synthetic-1m', 'synthetic-2m'] as const

/** One of {@link corpusNames}. */
export type CorpusName = (typeof corpusNames)[number]

/** Source code to be indexed, and how much of it there is. */
export interface Corpus {
  readonly name: CorpusName
  /** What it is, for a reader. */
  readonly label: string
  readonly files: number
  readonly lines: number
  readonly bytes: number
  /** Writes a fresh copy into a folder that does not exist yet. */
  copyTo(folder: string): void
}

interface Root {
  /** The folder to copy. */
  readonly from: string
  /** Where it comes to lie inside a copy. */
  readonly to: string
}

const sourceFile = /\.[cm]?[jt]sx?$/
const generatedFolders = new Set(['node_modules', 'dist', 'coverage', '.turbo', '.forge'])

/** The package whose sources are the corpus `effect`. */
export const effectPackage: PinnedPackage = {
  name: 'effect',
  version: '4.1.0',
  integrity: 'sha512-lGx2MJJyrXA8RZb2UpQ/0Nkb5Utaimby7oD92+18noBxLPE85IFOvptdzau8dvcxAOwfwHo9iqapbKeFzqQM/Q==',
}

/** Makes a corpus ready, which fetches it where it is not here yet. */
export async function prepareCorpus(name: CorpusName, signal: AbortSignal): Promise<Corpus> {
  if (name === 'self') {
    const roots = ['packages', 'apps'].map((folder) => ({ from: join(workspaceFolder, folder), to: folder }))
    return describe(name, 'this repository’s own packages/ and apps/', roots)
  }
  const effect = await effectSources(signal)
  if (name === 'effect') return describe(name, 'effect@4.1.0, src/', [{ from: effect, to: '.' }])
  const copies = name === 'synthetic-1m' ? 2 : 4
  const folder = await cachedFolder(name, async (target) => writeSynthetic({ from: effect, copies }, target))
  const label = `a workspace of ${copies} packages, each the modules of effect@4.1.0 under other names`
  return describe(name, label, [{ from: folder, to: '.' }])
}

async function effectSources(signal: AbortSignal): Promise<string> {
  return join(await fetchPinnedPackage(effectPackage, signal), 'src')
}

/**
 * The folder for temporary files, which must lie outside every git repository: systems that ask git for the files
 * would otherwise see none of the copies.
 *
 * @throws {BenchSetupError} it lies inside one.
 */
export function temporaryFolder(): string {
  for (let folder = tmpdir(); folder !== dirname(folder); folder = dirname(folder)) {
    if (!existsSync(join(folder, '.git'))) continue
    throw new BenchSetupError('The folder for temporary files is inside a git repository', {
      hint: 'Set TMPDIR to a folder outside of it',
    })
  }
  return tmpdir()
}

function describe(name: CorpusName, label: string, roots: readonly Root[]): Corpus {
  let files = 0
  let lines = 0
  let bytes = 0
  for (const { from } of roots) {
    for (const file of sourceFiles(from)) {
      const content = readFileSync(file)
      files++
      bytes += content.length
      for (const byte of content) if (byte === 10) lines++
    }
  }
  return {
    name,
    label,
    files,
    lines,
    bytes,
    copyTo(folder) {
      for (const { from, to } of roots) cpSync(from, join(folder, to), { recursive: true, filter: belongs })
    },
  }
}

function belongs(path: string): boolean {
  if (generatedFolders.has(basename(path))) return false
  return statSync(path).isDirectory() || sourceFile.test(path) || basename(path) === 'package.json'
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isSymbolicLink() || !belongs(path)) return []
    return entry.isDirectory() ? sourceFiles(path) : [path]
  })
}
