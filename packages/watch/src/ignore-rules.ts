import ignore from 'ignore'
import { parentOf } from './paths.ts'

type Matcher = ReturnType<typeof ignore>

/**
 * The ignore files of a folder tree, with the meaning git gives `.gitignore`: a
 * deeper file overrides one above it, and nothing under an ignored folder comes back.
 */
export class IgnoreRules {
  readonly #matchers = new Map<string, Matcher>()
  readonly #folders = new Map<string, boolean>()

  /** Adds the lines of an ignore file of `folder` (empty for the top); later ones override earlier ones. */
  add(folder: string, text: string): void {
    let matcher = this.#matchers.get(folder)
    if (matcher === undefined) {
      matcher = ignore({ ignorecase: false, allowRelativePaths: true })
      this.#matchers.set(folder, matcher)
    }
    matcher.add(text.startsWith('\uFEFF') ? text.slice(1) : text)
  }

  /** Whether the file is ignored, by itself or with a folder above it. */
  ignoresFile(path: string): boolean {
    if (this.#matchers.size === 0) return false
    return this.ignoresFolder(parentOf(path)) || this.#matches(path, path)
  }

  /** Whether the folder is ignored, by itself or with a folder above it. */
  ignoresFolder(path: string): boolean {
    if (path === '' || this.#matchers.size === 0) return false
    const known = this.#folders.get(path)
    if (known !== undefined) return known
    const ignored = this.ignoresFolder(parentOf(path)) || this.#matches(path, `${path}/`)
    this.#folders.set(path, ignored)
    return ignored
  }

  #matches(path: string, subject: string): boolean {
    let folder = parentOf(path)
    while (true) {
      const result = this.#matchers.get(folder)?.test(folder === '' ? subject : subject.slice(folder.length + 1))
      if (result?.ignored === true) return true
      if (result?.unignored === true || folder === '') return false
      folder = parentOf(folder)
    }
  }
}
