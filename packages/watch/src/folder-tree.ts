import type { FileStamp } from './file-change.ts'
import { within } from './paths.ts'

/** A folder and what is known to be in it. */
export interface FolderNode {
  readonly files: Map<string, FileStamp>
  readonly folders: Map<string, FolderNode>
}

/** The files of the root, by folder. */
export class FolderTree {
  readonly root: FolderNode = emptyFolder()

  /** The folder, made with those above it where it is not known. */
  folder(path: string): FolderNode {
    let node = this.root
    for (const name of path === '' ? [] : path.split('/')) {
      let next = node.folders.get(name)
      if (next === undefined) node.folders.set(name, (next = emptyFolder()))
      node = next
    }
    return node
  }

  find(path: string): FolderNode | undefined {
    let node: FolderNode | undefined = this.root
    for (const name of path === '' ? [] : path.split('/')) node = node?.folders.get(name)
    return node
  }

  *files(): Generator<readonly [string, FileStamp]> {
    yield* filesOf(this.root, '')
  }

  /** How many files and folders there are. */
  size(): { readonly files: number; readonly folders: number } {
    let files = 0
    let folders = 0
    const open = [this.root]
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      files += node.files.size
      folders++
      open.push(...node.folders.values())
    }
    return { files, folders }
  }
}

/** All files below a folder, with their paths. */
export function* filesOf(folder: FolderNode, path: string): Generator<readonly [string, FileStamp]> {
  const open: (readonly [FolderNode, string])[] = [[folder, path]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, at] = next
    for (const [name, stamp] of node.files) yield [within(at, name), stamp]
    for (const [name, child] of node.folders) open.push([child, within(at, name)])
  }
}

function emptyFolder(): FolderNode {
  return { files: new Map(), folders: new Map() }
}
