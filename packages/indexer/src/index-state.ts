import { hash } from 'blake3-wasm'
import { EXTRACTOR_VERSION } from '@forge/lang'
import type { StoredFile } from '@forge/graph'
import { isRecord } from './config-files.ts'
import type { DiscoveredFile, Discovery } from './discover.ts'
import { compareText, type Diagnostic, type DiagnosticCode } from './diagnostic.ts'

/** Raised by one whenever the same files and facts may give another graph. */
const indexVersion = 4

/** A file modified this close before it was read may have changed again within the same time stamp. */
const racyMilliseconds = 2000

/** The name the state is kept under in the graph. */
export const stateKey = 'indexer'

/** A source file that is not in the graph, and why. */
export interface SkippedFile extends DiscoveredFile {
  readonly code: DiagnosticCode
  readonly message: string
}

/** A configuration file that module resolution has read. */
export interface ConfigStamp extends DiscoveredFile {
  /** BLAKE3 of its bytes, in hex. */
  readonly hash: string
}

/** Numbers of an index as a whole. */
export interface IndexTotals {
  readonly files: number
  readonly lines: number
  readonly symbols: number
  readonly occurrences: number
  readonly edges: number
  readonly unresolved: number
}

/** What an index was made from, beyond the files in it. Kept in the graph, for the next run. */
export interface IndexState {
  readonly version: string
  /** Milliseconds since the epoch, from before the files were read. */
  readonly checkedAt: number
  /** Of all paths of the project and where its links lead. */
  readonly listing: string
  readonly configs: readonly ConfigStamp[]
  readonly skipped: readonly SkippedFile[]
  readonly totals: IndexTotals
  readonly diagnostics: readonly Diagnostic[]
}

/** Names what decides about a file, apart from its bytes. */
export function versionOf(maxFileSize: number): string {
  return `${indexVersion}/${EXTRACTOR_VERSION}/${maxFileSize}`
}

/** The state in the text; undefined where there is none that this version wrote. */
export function parseState(text: string | undefined, version: string): IndexState | undefined {
  if (text === undefined) return undefined
  const value: unknown = JSON.parse(text)
  return isRecord(value) && value['version'] === version ? (value as unknown as IndexState) : undefined
}

/** A digest of everything in the listing that module resolution and the diagnostics depend on. */
function listingDigest(discovery: Discovery): string {
  const paths = discovery.files.map((file) => file.path)
  const links = [...discovery.links].toSorted(([a], [b]) => compareText(a, b))
  return digest(JSON.stringify([paths, links, discovery.diagnostics]))
}

/** BLAKE3, in hex. */
export function digest(data: string | Uint8Array): string {
  return Buffer.from(hash(data) as Uint8Array).toString('hex')
}

/** What a run has to do. */
export interface IndexPlan {
  /** Source files whose bytes have to be read, in order. */
  readonly candidates: readonly DiscoveredFile[]
  /** Those that differ from what is stored, by size and time alone. */
  readonly pending: readonly string[]
  /** Stored files that are no longer there. */
  readonly removed: readonly string[]
  /** Files that stay out as they did before. */
  readonly skipped: readonly SkippedFile[]
  /** Whether all files have to be linked again even where none of them changed. */
  readonly relink: boolean
  /** See {@link IndexState.listing}. */
  readonly listing: string
}

/** What a plan is made from. */
export interface PlanInput {
  readonly discovery: Discovery
  readonly stored: ReadonlyMap<string, StoredFile>
  readonly state: IndexState | undefined
  /** Whether to read all files. */
  readonly full: boolean
  /** Digest of a configuration file's bytes now; undefined when it cannot be read. */
  readonly digestOf: (path: string) => string | undefined
  /** Whether a file may be opened now; no time stamp tells that its permissions have changed. */
  readonly isReadable: (path: string) => boolean
}

/** Compares the files of the project with what is stored. */
export function planIndex({ discovery, stored, state, full, digestOf, isReadable }: PlanInput): IndexPlan {
  const all = new Map(discovery.files.map((file) => [file.path, file]))
  const trusted = (state?.checkedAt ?? 0) - racyMilliseconds
  const skippedBefore = new Map(state?.skipped.map((file) => [file.path, file]))
  const candidates: DiscoveredFile[] = []
  const pending: string[] = []
  const skipped: SkippedFile[] = []
  for (const file of discovery.sources) {
    const known = stored.get(file.path) ?? skippedBefore.get(file.path)
    const same = known !== undefined && known.size === file.size && known.modified === file.modified
    if (!same) pending.push(file.path)
    if (!same || full || file.modified >= trusted) candidates.push(file)
    else if (!('code' in known)) continue
    else if (known.code === 'vanished' || (known.code === 'unreadable' && isReadable(file.path))) candidates.push(file)
    else skipped.push(known)
  }
  const sources = new Set(discovery.sources.map((file) => file.path))
  const removed = [...stored.keys()].filter((path) => !sources.has(path))
  const changedConfigs = (state?.configs ?? []).filter((config) => {
    const file = all.get(config.path)
    if (file === undefined) return true
    if (file.size === config.size && file.modified === config.modified && file.modified < trusted) return false
    return digestOf(config.path) !== config.hash
  })
  pending.push(...removed, ...changedConfigs.map((config) => config.path))
  const listing = listingDigest(discovery)
  const relink = full || state === undefined || changedConfigs.length > 0 || state.listing !== listing
  return { candidates, pending: pending.toSorted(compareText), removed, skipped, relink, listing }
}
