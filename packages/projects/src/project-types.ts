/** A project of the registry. */
export interface Project {
  /** What other tables call it; never given again. */
  readonly id: number
  /** What people call it; no other project has it. */
  readonly name: string
  /** What it is, wherever it is: see {@link NewProject.identity}. Checkouts of one repository share it. */
  readonly identity: string
  /** Its folder, absolute; no other project has it. */
  readonly root: string
  /** The file of its graph, absolute. */
  readonly database: string
  /** When it was first added, in milliseconds since the epoch. */
  readonly addedAt: number
}

/** A project as it was found in a folder. */
export interface NewProject {
  /**
   * What it is, as a text that stays the same when its folder is moved. One that begins with `path:` says only where it is, so
   * it is given up for a better one as soon as there is one.
   */
  readonly identity: string
  /** Its folder, absolute and without symbolic links. */
  readonly root: string
  /** The file of its graph, absolute. */
  readonly database: string
  /** The name to give it, if it is free; any text does, and what no name may hold is left out. */
  readonly suggestedName: string
}

/**
 * What adding a project was.
 *
 * - `added`: it is new.
 * - `known`: its folder was there already; its identity may have become another one, as with a first commit.
 * - `moved`: it was in a folder that is there no more.
 * - `replaced`: its folder was another project's, of which only the name is kept.
 */
export type AddOutcome = 'added' | 'known' | 'moved' | 'replaced'

/** What adding a project has done. */
export interface AddedProject {
  readonly outcome: AddOutcome
  /** The project as it is now. */
  readonly project: Project
  /** The project as it was before, where it was `known` or has `moved`. */
  readonly previous?: Project
  /** Another project whose folder it was, and which is not in the registry any more: where it was `replaced`, or `moved` there. */
  readonly dropped?: Project
}

/** Says whether there is a folder now. */
export type FolderCheck = (root: string) => boolean | PromiseLike<boolean>

/** By what a project is looked up. */
export type ProjectKey = { readonly id: number } | { readonly name: string } | { readonly root: string }

/** How to wait. */
export interface WaitOptions {
  /** Stops waiting for a connection or another process. */
  readonly signal?: AbortSignal | undefined
}
