import type { FileChange, FileStamp } from './file-change.ts'

/** What has become of files since the last batch: of each the first state and the last one. */
export class ChangeSet {
  readonly #states = new Map<string, { readonly before: FileStamp | undefined; after: FileStamp | undefined }>()

  /** Notes that a file is `after` now, undefined where it is gone. */
  add(path: string, before: FileStamp | undefined, after: FileStamp | undefined): void {
    const known = this.#states.get(path)
    if (known === undefined) this.#states.set(path, { before, after })
    else known.after = after
  }

  /** The changes, see `ChangeBatch`; the set is empty then. */
  take(): readonly FileChange[] {
    const deleted: FileChange[] = []
    const created: FileChange[] = []
    const modified: FileChange[] = []
    /** What was created, by what a rename leaves as it is. */
    const hashes = new Map<string, string>()
    for (const { before, after } of this.#states.values()) {
      if (before === undefined && after?.hash !== undefined) hashes.set(identity(after), after.hash)
    }
    for (const [path, { before, after }] of this.#states) {
      if (before === undefined) {
        if (after !== undefined) created.push({ type: 'created', path, stamp: after })
      } else if (after !== undefined) {
        if (!isSame(before, after)) modified.push({ type: 'modified', path, stamp: after, before })
      } else {
        const hash = before.hash ?? hashes.get(identity(before))
        deleted.push({ type: 'deleted', path, before: { ...before, hash } })
      }
    }
    this.#states.clear()
    return [deleted, created, modified].flatMap((changes) => changes.toSorted(byPath))
  }
}

/** Whether nothing of a file has changed that anybody could see. */
function isSame(before: FileStamp, after: FileStamp): boolean {
  const sameBytes = before.hash === undefined || after.hash === undefined || before.hash === after.hash
  return sameBytes && hasSameTimes(before, after)
}

/** Whether a file looks as before without reading it. */
export function hasSameTimes(before: FileStamp, after: FileStamp): boolean {
  return (
    before.size === after.size &&
    before.modified === after.modified &&
    before.changed === after.changed &&
    before.inode === after.inode
  )
}

function identity({ inode, size, modified }: FileStamp): string {
  return `${inode} ${size} ${modified}`
}

function byPath(left: FileChange, right: FileChange): number {
  return left.path < right.path ? -1 : left.path > right.path ? 1 : 0
}
