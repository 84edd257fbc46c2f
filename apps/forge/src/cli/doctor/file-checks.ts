import { constants, existsSync, statSync } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import { bytes } from '../render.ts'
import { type Check, ok, problem, warning } from './check.ts'
import { holdersOfDeleted } from './lock-holders.ts'

/** What the file system says of a database: it is asked for names, sizes and rights, and opens nothing. */
export async function fileChecks(file: string): Promise<readonly Check[]> {
  const folder = path.dirname(file)
  return [
    await folderCheck(folder),
    ...(await diskChecks(existing(folder), sizeOf(file) + sizeOf(`${file}-wal`))),
    ...(existsSync(file) ? [await fileCheck(file)] : []),
    ...leftoverChecks(file),
  ]
}

/** The size of a file, 0 where there is none. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

/** The folder itself, or the nearest above it that is there. */
function existing(folder: string): string {
  return existsSync(folder) || path.dirname(folder) === folder ? folder : existing(path.dirname(folder))
}

async function folderCheck(folder: string): Promise<Check> {
  const place = existing(folder)
  const writable = await allows(place, constants.R_OK | constants.W_OK | constants.X_OK)
  if (!writable) {
    return problem(
      'folder',
      `${place} may not be written by this user`,
      'Make it writable, or name another place with --db FILE: also what only reads keeps files beside the database',
    )
  }
  return ok('folder', place === folder ? folder : `${folder} is made when it is needed`)
}

async function allows(place: string, mode: number): Promise<boolean> {
  return access(place, mode).then(
    () => true,
    () => false,
  )
}

/** Kinds of file systems that other machines write to as well, by the number Linux gives them. */
const shared: Readonly<Record<number, string>> = {
  0x69_69: 'NFS',
  0x51_7b: 'SMB',
  0xff_53_4d_42: 'SMB',
  0xfe_53_4d_42: 'SMB',
  0x01_02_19_97: '9P',
}

/** Room to write the whole database into the WAL and again into the file, and some to spare. */
async function diskChecks(folder: string, used: number): Promise<Check[]> {
  const disk = await statfs(folder).catch(() => undefined)
  if (disk === undefined) return []
  const free = disk.bavail * disk.bsize
  const wanted = 2 * used + 64 * 1024 * 1024
  const kind = shared[disk.type]
  return [
    free < wanted
      ? warning(
          'disk',
          `${bytes(free)} free, ${bytes(wanted)} may be needed`,
          'Free space, or name another place with --db FILE',
        )
      : ok('disk', `${bytes(free)} free`),
    ...(kind === undefined
      ? []
      : [
          warning(
            'file system',
            `${kind}, where processes cannot share memory or locks reliably`,
            'Name a place on a local disk with --db FILE',
          ),
        ]),
  ]
}

async function fileCheck(file: string): Promise<Check> {
  const { nlink } = await stat(file)
  if (nlink > 1) {
    return problem(
      'file',
      `${file} has ${nlink} names (hard links)`,
      'Delete the other names: SQLite keeps one log a name, and two logs damage the database',
    )
  }
  const lost = await holdersOfDeleted(file)
  if (lost.length > 0) {
    return problem(
      'file',
      `process ${lost.join(', ')} still uses a file of this name that was deleted or replaced`,
      'Restart it: what it writes is lost',
    )
  }
  if (await allows(file, constants.R_OK | constants.W_OK)) return ok('file', file)
  return problem(
    'file',
    `${file} may not be read and written by this user`,
    'Give this user the right, or name another file with --db FILE',
  )
}

/** What a process that was killed may have left: a journal, half a backup, the log of a database that is gone. */
function leftoverChecks(file: string): Check[] {
  const { base, name } = path.parse(file)
  const suspects = [`${base}-journal`, `${name}-backup.tmp`, `${name}-backup.tmp-journal`]
  if (!existsSync(file)) suspects.push(`${base}-wal`, `${base}-shm`)
  const left = suspects.map((each) => path.join(path.dirname(file), each)).filter((each) => existsSync(each))
  if (left.length === 0) return []
  const size = left.reduce((sum, each) => sum + sizeOf(each), 0)
  return [warning('leftovers', `${left.join(', ')}: ${bytes(size)}`, 'Delete them while no process uses the database')]
}
