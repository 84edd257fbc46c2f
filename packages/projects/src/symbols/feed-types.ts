/** How sure it is that a name leads somewhere: see `Confidence` of `@forge/graph`. */
export const confidences = ['exact', 'inferred', 'ambiguous'] as const

/** One of {@link confidences}. */
export type Confidence = (typeof confidences)[number]

/** A symbol that can be named from outside, or holds names that can. */
export interface PublicSymbol {
  /** Its id in its project or package: `src/pool.ts#Pool.acquire`. */
  readonly id: string
  /** The id of what users see in its place; the same where it has a name. */
  readonly shownAs: string
  readonly name: string
  readonly qualifiedName: string
  readonly kind: string
  readonly file: string
  /** Both from 1, in UTF-16 units. */
  readonly line: number
  readonly column: number
}

/** What a name leads to: the place of a symbol in {@link PublicSurface.symbols}, or the id of one outside, `external:zod#object`. */
export interface Target {
  readonly symbol: number | string
  readonly confidence: Confidence
}

/** What may be named from outside of a project or package, and where it leads. */
export interface PublicSurface {
  readonly symbols: readonly PublicSymbol[]
  /** For each specifier (`zod`, `zod/v4`) the module it leads to, -1 where it leads nowhere. */
  readonly entries: readonly { readonly specifier: string; readonly module: number }[]
  /** The names that symbols hold: what modules export, `*` for modules elsewhere all of whose names they export, and the members of all else. */
  readonly names: readonly { readonly holder: number; readonly name: string; readonly targets: readonly Target[] }[]
  /** Where names are looked for that a symbol does not hold itself. */
  readonly holders: readonly { readonly symbol: number; readonly targets: readonly Target[] }[]
}

/** A package of a project, as its `package.json` says. */
export interface FedPackage {
  /** Relative to the project; empty for the project itself. */
  readonly folder: string
  /** Empty where it has none. */
  readonly name: string
  readonly version: string
  readonly dependencies: readonly {
    readonly name: string
    /** As it is written: `^1.2.0`, `workspace:*`. */
    readonly range: string
    readonly kind: string
  }[]
}

/** That the code of a package names something outside the project. */
export interface FedUse {
  /** The folder of the package. */
  readonly folder: string
  /** `external:zod#object`. */
  readonly outside: string
  /** The package that is imported: `zod`. */
  readonly package: string
  /** How many files name it, and how many places in them. */
  readonly files: number
  readonly sites: number
}

/** A package as it is installed somewhere. */
export interface FedInstalled {
  readonly name: string
  readonly version: string
  /** The files that were read, with a hash of each. */
  readonly files: readonly { readonly path: string; readonly hash: string }[]
  readonly surface: PublicSurface
}

/** What a package name means where it is imported. */
export interface FedInstall {
  /** The folder of the package that imports: relative to the project; absolute for one that is installed itself. */
  readonly origin: string
  readonly name: string
  /** Where it is installed, absolute, without links; empty where it is not. */
  readonly location: string
  /** Of the package that is installed; empty where none is. */
  readonly version: string
  /** A text that is another one when what is there may have changed. */
  readonly stamp: string
  /** What is there: nothing; the project that it leads into; a package that is known; or one that was read now, in place of a known one where there is one. */
  readonly is:
    | 'nothing'
    | { readonly project: number }
    | { readonly provider: number }
    | { readonly read: FedInstalled; readonly instead: number | undefined }
}

/** What is known of a project now. */
export interface ProjectFeed {
  /** A text that is another one whenever anything of this is. */
  readonly stamp: string
  readonly packages: readonly FedPackage[]
  readonly surface: PublicSurface
  readonly uses: readonly FedUse[]
  readonly installs: readonly FedInstall[]
}

/** What feeding a project has changed. */
export interface FeedReport {
  /** How many names lead elsewhere than before, in this project and in packages that it has installed. */
  readonly changed: number
  /** How many uses, of all projects, were linked again. */
  readonly relinked: number
  /** How many uses the project has. */
  readonly uses: number
}
