/**
 * The codes of {@link Diagnostic.code}.
 *
 * | code | the file or folder |
 * |---|---|
 * | `unreadable` | cannot be opened, or has a name that is not text |
 * | `vanished` | was listed, but was gone when it was read |
 * | `too-large` | is larger than the limit |
 * | `binary` | has a NUL byte |
 * | `invalid-utf8` | is not text in UTF-8 |
 * | `minified` | was written by a tool, in lines no one reads |
 * | `syntax-error` | is indexed but for the part at the range |
 * | `extract-failed` | made its reader fail |
 * | `link-outside` | is a link that leads out of the project |
 * | `link-broken` | is a link that leads nowhere, or in a circle |
 * | `nested-repository` | is a repository of its own that the outer one does not track |
 * | `git-failed` | is the project: git could not list it, so it was walked |
 * | `bad-config` | is a configuration file that cannot be understood |
 * | `duplicate-package` | has the package name of another workspace member |
 * | `no-source-files` | is the project: it has nothing to index |
 */
export const diagnosticCodes = [
  'unreadable',
  'vanished',
  'too-large',
  'binary',
  'invalid-utf8',
  'minified',
  'syntax-error',
  'extract-failed',
  'link-outside',
  'link-broken',
  'nested-repository',
  'git-failed',
  'bad-config',
  'duplicate-package',
  'no-source-files',
] as const

/** One of {@link diagnosticCodes}. */
export type DiagnosticCode = (typeof diagnosticCodes)[number]

/** Something about a file or folder that the user should know; a value, never thrown. */
export interface Diagnostic {
  /** Relative to the project, with `/`; `.` for the project itself. */
  readonly path: string
  readonly code: DiagnosticCode
  readonly message: string
  /** Half-open offsets in UTF-16 units, where it is about a part of an indexed file. */
  readonly start?: number
  readonly end?: number
}

/** By path, then code, then place: the order diagnostics are stored and reported in. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.path, b.path) ||
    compareText(a.code, b.code) ||
    (a.start ?? -1) - (b.start ?? -1) ||
    compareText(a.message, b.message)
  )
}

/** By code unit, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
