/** Something about a function that a change of its file has brought. */
export interface Expected {
  /** Relative to the folder, with `/`. */
  readonly file: string
  readonly name: string
  /** The line it begins at, from 1; or a function of the same file that it calls. */
  readonly holds: { readonly line: number } | { readonly calls: string }
}

/** A system that answers while files change. */
export interface FreshSystem {
  /** Asks about a function as a program would, and whether the answer has what is expected by now. */
  answers(expected: Expected): Promise<boolean>
  /** Is done when nothing is left to do of what was saved before; for a system whose answers may come before that. */
  settled?(): Promise<void>
  close(): Promise<void>
}

/** Where a system works. */
export interface FreshPlace {
  /** The folder with the code. */
  readonly root: string
  /** An empty folder for a database, for systems that can be told where to put it. */
  readonly store: string
  /** The folder with the packages of a peer in its `node_modules`. */
  readonly peers: string
}

/** Opens a system for a folder; it is done when the system knows the folder as it is. */
export type StartSystem = (place: FreshPlace) => Promise<FreshSystem>

/**
 * Asks a system.
 *
 * @throws {Error} the answer is not what is expected: it is of an older state of the files.
 */
export async function ask(system: FreshSystem, expected: Expected): Promise<void> {
  if (await system.answers(expected)) return
  throw new Error(`The answer failed to reflect what was saved: ${JSON.stringify(expected)}`)
}
