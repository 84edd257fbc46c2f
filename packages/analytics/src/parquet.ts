import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Session } from './database-file.ts'
import { AnalyticsUnwritableError, ExportExistsError, firstLine } from './errors.ts'
import { makeFolder } from './make-folder.ts'
import { views } from './views.ts'

/** A file that was written. */
export interface ExportedFile {
  /** The view that is in it. */
  readonly view: string
  /** Absolute. */
  readonly file: string
  readonly rows: number
  readonly bytes: number
}

/** What {@link writeParquet} writes. */
export interface ParquetOrder {
  /** Absolute. */
  readonly folder: string
  /** Whether files that are there are replaced. */
  readonly force: boolean
  /** Told of each file that is written. */
  readonly onFile: ((file: ExportedFile) => void) | undefined
}

/**
 * Writes each view into a file of its own, `symbols.parquet` and so on, compressed with Zstandard: all of them beside where they belong first,
 * then, when the last one is whole, each to its place.
 */
export async function writeParquet(
  session: Session,
  { folder, force, onFile }: ParquetOrder,
): Promise<readonly ExportedFile[]> {
  const targets = views.map(({ name }) => ({ view: name, file: path.join(folder, `${name}.parquet`) }))
  if (!force) refuseExisting(targets.map(({ file }) => file))
  makeTarget(folder)
  const draft = (file: string): string => `${file}.part`
  try {
    const written: ExportedFile[] = []
    for (const { view, file } of targets) {
      const to = draft(file).replaceAll("'", "''")
      const [row] = await session.rows<{ Count: number }>(
        `copy (select * from ${view}) to '${to}' (format parquet, compression zstd)`,
      )
      const done = { view, file, rows: row!.Count, bytes: statSync(draft(file)).size }
      written.push(done)
      onFile?.(done)
    }
    for (const { file } of targets) renameSync(draft(file), file)
    return written
  } catch (error) {
    for (const { file } of targets) removeDraft(draft(file))
    if (/^IO Error|Permission|EACCES|EPERM|EROFS|ENOSPC|EISDIR|ENOTDIR/.test(firstLine(error)))
      throw unwritable(folder, error)
    throw error
  }
}

/** What is there in its place, and cannot be a draft, stays. */
function removeDraft(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) rmSync(file)
}

function refuseExisting(files: readonly string[]): void {
  const there = files.filter((file) => existsSync(file))
  if (there.length === 0) return
  throw new ExportExistsError(`${there[0]!} is there already`, {
    hint: 'Name another folder, or have the files replaced',
    details: { files: there },
  })
}

function makeTarget(folder: string): void {
  try {
    makeFolder(folder)
  } catch (cause) {
    throw unwritable(folder, cause)
  }
}

function unwritable(folder: string, cause: unknown): AnalyticsUnwritableError {
  return new AnalyticsUnwritableError(`Nothing can be written to ${folder}: ${firstLine(cause)}`, {
    hint: 'Name a folder that can be written, on a disk with room',
    details: { file: folder },
    cause,
  })
}
