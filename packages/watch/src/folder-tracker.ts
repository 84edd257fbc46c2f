import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { ChangeSet, hasSameTimes } from './change-set.ts'
import type { FileChange, FileStamp } from './file-change.ts'
import { hashFile, stampOf, statPath, systemCode } from './file-stamps.ts'
import { filesOf, type FolderNode, FolderTree } from './folder-tree.ts'
import { IgnoreRules } from './ignore-rules.ts'
import { nameOf, parentOf, within } from './paths.ts'

/** What a tracker is made from. */
export interface FolderTrackerOptions {
  /** Absolute. */
  readonly root: string
  /** Names of files with rules of what is not watched. */
  readonly ignoreFiles: readonly string[]
  /** Names of folders and files that are never watched, wherever they are. */
  readonly never: readonly string[]
  /** Paths that are watched whatever the rules say. */
  readonly include: readonly string[]
  /** Larger files are not read. */
  readonly maxHashBytes: number
  /** Told of a folder or a file that cannot be looked at. */
  readonly onUnreadable: (path: string, code: string) => void
  /** Told of each folder that was not known, and is not ignored. */
  readonly onNewFolder: (path: string) => void
}

/** Files looked at before other tasks of the event loop get their turn: the system's queue of events is emptied by them. */
const chunk = 256
/** A file that changes while it is read is read this often before it is told without its hash. */
const mostReads = 4

/**
 * Knows the files of a folder as they were when it last looked, and looks again where it is told that something may have happened.
 *
 * Invariant: what it says of a file was read after the last hint about it that it was given, or there is a hint left.
 */
export class FolderTracker {
  readonly #options: FolderTrackerOptions
  readonly #never: ReadonlySet<string>
  readonly #included: ReadonlySet<string>
  readonly #includedFolders: ReadonlySet<string>
  readonly #tree = new FolderTree()
  readonly #changes = new ChangeSet()
  /** Paths that something may have happened to. */
  #hints = new Set<string>()
  /** How often a file was read while it changed. */
  readonly #restless = new Map<string, number>()
  #rules = new IgnoreRules()
  /** Whether the rules must be read again, and everything be looked through by them. */
  #rulesChanged = true
  #rulesRead = 0
  /** Whether what is found now is how it was all the time. */
  #isBaseline = false
  #looked = 0

  constructor(options: FolderTrackerOptions) {
    this.#options = options
    this.#never = new Set(options.never)
    this.#included = new Set(options.include)
    const folders = new Set<string>()
    for (const path of options.include) {
      for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) folders.add(folder)
    }
    this.#includedFolders = folders
  }

  /** Takes files for known as they are here. */
  begin(files: Iterable<readonly [string, FileStamp]>): void {
    for (const [path, stamp] of files) this.#tree.folder(parentOf(path)).files.set(nameOf(path), stamp)
  }

  /** Notes that something may have happened to a path; empty for the root. */
  hint(path: string): void {
    if (!this.#isNever(path)) this.#hints.add(path)
  }

  /** How many paths something may have happened to. */
  get hints(): number {
    return this.#hints.size
  }

  /** How often the rules were read, all of them each time. */
  get rulesRead(): number {
    return this.#rulesRead
  }

  size(): { readonly files: number; readonly folders: number } {
    return this.#tree.size()
  }

  files(): (readonly [string, FileStamp])[] {
    return [...this.#tree.files()]
  }

  /** Whether nobody wants to know of a folder. Follows what is known of the rules. */
  ignoresFolder(path: string): boolean {
    if (path === '') return false
    return this.#isNever(path) || (this.#rules.ignoresFolder(path) && !this.#includedFolders.has(path))
  }

  /** Takes everything for known as it is now. Nothing is read. */
  async lookFirst(): Promise<void> {
    this.#isBaseline = true
    await this.look(true)
    this.#isBaseline = false
  }

  /** Looks where there are hints, through everything if `all`, and gives what has changed. */
  async look(everything: boolean): Promise<readonly FileChange[]> {
    const hints = this.#hints
    this.#hints = new Set()
    const all = everything || hints.has('')
    for (const path of hints) {
      if (this.#options.ignoreFiles.includes(nameOf(path))) this.#rulesChanged = true
    }
    if (!all && !this.#rulesChanged) {
      for (const path of hints) {
        await this.#pause(1)
        this.#lookAt(path)
      }
    }
    // An ignore file that was found on the way: what was looked at before it may be ignored.
    if (all || this.#rulesChanged) {
      this.#rules = new IgnoreRules()
      this.#rulesRead++
      await this.#lookThrough(hints)
      this.#rulesChanged = false
    }
    return this.#changes.take()
  }

  #isNever(path: string): boolean {
    return path.split('/').some((name) => this.#never.has(name))
  }

  #ignoresFile(path: string): boolean {
    return this.#isNever(path) || (this.#rules.ignoresFile(path) && !this.#included.has(path))
  }

  async #pause(looked: number): Promise<void> {
    this.#looked += looked
    if (this.#looked < chunk) return
    this.#looked = 0
    await setImmediate()
  }

  /** Looks at a path that something may have happened to, with what is in it where it is a folder. */
  #lookAt(path: string): void {
    if (path !== '' && this.ignoresFolder(parentOf(path))) return
    const stats = this.#stat(path)
    if (stats === 'unreadable') return
    if (stats?.isDirectory() === true) {
      this.#forgetFile(path)
      if (this.ignoresFolder(path)) this.#forgetFolder(path)
      else this.#lookInto(path)
      return
    }
    this.#forgetFolder(path)
    const isWatched = stats !== undefined && (stats.isFile() || stats.isSymbolicLink()) && !this.#ignoresFile(path)
    if (!isWatched) this.#forgetFile(path)
    else this.#see(path, stampOf(stats), true)
  }

  /** Looks at everything in a folder, by the rules that are known. */
  #lookInto(path: string): void {
    const open = [path]
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      const entries = this.#list(folder)
      if (entries === undefined) continue
      open.push(...this.#compareEntries(folder, entries, () => false))
    }
  }

  /** Looks through everything, with rules that are read on the way. */
  async #lookThrough(hints: ReadonlySet<string>): Promise<void> {
    const open = ['']
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      const entries = this.#list(folder)
      if (entries === undefined) continue
      for (const name of this.#options.ignoreFiles) {
        if (entries.some((entry) => entry.name === name && entry.isFile())) this.#readRules(folder, name)
      }
      await this.#pause(entries.length)
      const at = folder
      open.push(...this.#compareEntries(folder, entries, (name) => hints.has(within(at, name))))
    }
  }

  /** Compares a folder with what is known of it. Gives the folders in it. */
  #compareEntries(folder: string, entries: readonly Entry[], isHinted: (name: string) => boolean): string[] {
    if (this.#tree.find(folder) === undefined) this.#options.onNewFolder(folder)
    const node = this.#tree.folder(folder)
    const folders: string[] = []
    const files = new Set<string>()
    for (const entry of entries) {
      const path = within(folder, entry.name)
      if (entry.isDirectory()) {
        if (!this.ignoresFolder(path)) folders.push(path)
      } else if ((entry.isFile() || entry.isSymbolicLink()) && !this.#ignoresFile(path)) {
        const stats = this.#stat(path)
        if (stats === undefined) continue
        files.add(entry.name)
        if (stats !== 'unreadable') this.#see(path, stampOf(stats), isHinted(entry.name))
      }
    }
    for (const name of node.files.keys()) if (!files.has(name)) this.#forgetFile(within(folder, name))
    const kept = new Set(folders)
    for (const name of node.folders.keys()) {
      if (!kept.has(within(folder, name))) this.#forgetFolder(within(folder, name))
    }
    return folders
  }

  /** Notes what a file looks like. Reads it where something has happened to it. */
  #see(path: string, seen: FileStamp, isHinted: boolean): void {
    const name = nameOf(path)
    const folder = this.#tree.folder(parentOf(path))
    const before = folder.files.get(name)
    if (before === undefined && this.#options.ignoreFiles.includes(name)) this.#rulesChanged = true
    // Where the clock is coarse, two writes may leave the same times: the hint tells them apart from none.
    if (before !== undefined && !isHinted && hasSameTimes(before, seen)) return
    if (before === undefined && this.#isBaseline) {
      folder.files.set(name, seen)
      return
    }
    const location = join(this.#options.root, path)
    const stats = statPath(location)
    if (stats === undefined) return this.#forgetFile(path)
    const hash = hashFile(location, stats, this.#options.maxHashBytes)
    const after = statPath(location)
    const stamp = { ...stampOf(stats), hash }
    if (after === undefined || !hasSameTimes(stamp, stampOf(after))) {
      // It changes while it is read. Whoever writes it will be done some time; one who never is, is told of without a hash.
      const reads = (this.#restless.get(path) ?? 0) + 1
      this.#hints.add(path)
      if (reads < mostReads) {
        this.#restless.set(path, reads)
        return
      }
      this.#restless.delete(path)
      this.#note(path, folder, name, before, { ...stamp, hash: undefined })
      return
    }
    this.#restless.delete(path)
    this.#note(path, folder, name, before, stamp)
  }

  #note(path: string, folder: FolderNode, name: string, before: FileStamp | undefined, stamp: FileStamp): void {
    folder.files.set(name, stamp)
    this.#changes.add(path, before, stamp)
  }

  #forgetFile(path: string): void {
    const folder = this.#tree.find(parentOf(path))
    const before = folder?.files.get(nameOf(path))
    if (folder === undefined || before === undefined) return
    folder.files.delete(nameOf(path))
    this.#restless.delete(path)
    this.#changes.add(path, before, undefined)
    if (this.#options.ignoreFiles.includes(nameOf(path))) this.#rulesChanged = true
  }

  #forgetFolder(path: string): void {
    if (path === '') return
    const folder = this.#tree.find(path)
    if (folder === undefined) return
    for (const [file, stamp] of filesOf(folder, path)) {
      this.#changes.add(file, stamp, undefined)
      if (this.#options.ignoreFiles.includes(nameOf(file))) this.#rulesChanged = true
    }
    this.#tree.find(parentOf(path))?.folders.delete(nameOf(path))
  }

  /** Forgets everything, as the root is gone. */
  forgetAll(): readonly FileChange[] {
    for (const [path, stamp] of this.#tree.files()) this.#changes.add(path, stamp, undefined)
    this.#tree.root.files.clear()
    this.#tree.root.folders.clear()
    this.#hints.clear()
    this.#rulesChanged = true
    return this.#changes.take()
  }

  #stat(path: string): ReturnType<typeof statPath> | 'unreadable' {
    try {
      return statPath(join(this.#options.root, path))
    } catch (error) {
      this.#options.onUnreadable(path, systemCode(error))
      return 'unreadable'
    }
  }

  /** The entries of a folder. Undefined where it is none, or cannot be read: nothing is known of what is in it then. */
  #list(folder: string): readonly Entry[] | undefined {
    try {
      return readdirSync(join(this.#options.root, folder), { withFileTypes: true })
    } catch (error) {
      const code = systemCode(error)
      if (code !== 'ENOENT' && code !== 'ENOTDIR') this.#options.onUnreadable(folder, code)
      this.#forgetFolder(folder)
      return undefined
    }
  }

  #readRules(folder: string, name: string): void {
    try {
      this.#rules.add(folder, readFileSync(join(this.#options.root, folder, name), 'utf8'))
    } catch (error) {
      this.#options.onUnreadable(within(folder, name), systemCode(error))
    }
  }
}

interface Entry {
  readonly name: string
  isFile(): boolean
  isDirectory(): boolean
  isSymbolicLink(): boolean
}
