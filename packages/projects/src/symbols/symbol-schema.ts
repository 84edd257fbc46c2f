/** The tables of the symbols that can be named across projects. */
export interface SymbolTables {
  /** What was read of a project: the same stamp stands for the same data. */
  feeds: { project: number; stamp: string }
  providers: ProviderTable
  provider_files: { provider: number; path: string; hash: string }
  packages: { provider: number; folder: string; name: string; version: string }
  dependencies: { project: number; folder: string; name: string; kind: string; range: string }
  entries: { provider: number; specifier: string; symbol: number | null }
  symbols: SymbolRow
  names: LeadRow & { holder: number; name: string }
  holders: LeadRow & { symbol: number }
  installs: InstallRow
  uses: UseRow
  links: LinkRow
  reads: { use: number; provider: number; holder: number; name: string }
}

/** What public symbols are of: a project, or a package that is installed somewhere. */
interface ProviderTable {
  id: number
  /** Null for an installed package. */
  project: number | null
  /** Of an installed package. */
  name: string | null
  version: string | null
}

/** A public symbol, or one that holds some. */
export interface SymbolRow {
  provider: number
  /** A number of its own in its provider; kept as long as its id is there. */
  key: number
  id: string
  shown_as: string
  name: string
  qualified_name: string
  kind: string
  file: string
  line: number
  column: number
}

/** Where a name leads: to a symbol of the same provider, or outside of it. */
interface LeadRow {
  provider: number
  position: number
  target: number | null
  /** `external:zod#object`. */
  outside: string | null
  confidence: number
}

/** What a package name means where it is imported. */
export interface InstallRow {
  project: number
  /** The folder of the package that imports: relative to the project; absolute for an installed package. */
  origin: string
  name: string
  /** Absolute; empty where it is not installed. */
  location: string
  /** Of the package, also where its types are read in its place. */
  version: string
  /** What tells whether it may have changed. */
  stamp: string
  /** The provider that was read there; null where it leads into a project. */
  provider: number | null
  /** The project it leads into. */
  linked: number | null
}

/** That a package of a project names something outside the project. */
export interface UseRow {
  id: number
  project: number
  folder: string
  /** `external:zod#object`. */
  outside: string
  package: string
  files: number
  sites: number
}

/** One thing that a use may mean. */
export interface LinkRow {
  use: number
  position: number
  provider: number
  /** Null where there is nothing of that name. */
  target: number | null
  confidence: number
  reason: string
}
