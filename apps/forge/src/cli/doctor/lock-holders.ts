import { type BigIntStats } from 'node:fs'
import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import path from 'node:path'

/** Another process that has a database open. */
export interface LockHolder {
  readonly pid: number
  /** Its command line, cut. */
  readonly command: string
  readonly does: 'writes' | 'checkpoints' | 'reads' | 'has it open'
}

/**
 * The other processes that have a database open and what they do with it; undefined where the system does not tell.
 *
 * Invariant: the database and its `-shm` are only asked for their inode numbers, never opened: closing them would drop
 * SQLite's locks. Linux tells of locks in `/proc/locks`; what the bytes mean: https://sqlite.org/walformat.html#locks
 */
export async function lockHolders(file: string): Promise<readonly LockHolder[] | undefined> {
  const locks = await readFile('/proc/locks', 'utf8').catch(() => undefined)
  if (locks === undefined) return undefined
  const ofFile = await inodeOf(file)
  const ofMemory = await inodeOf(`${file}-shm`)
  const holders = new Map<number, LockHolder['does']>()
  for (const { pid, inode, start, end } of locks.split('\n').flatMap(parseLock)) {
    if (pid === process.pid || (inode !== ofFile && inode !== ofMemory)) continue
    const does = inode === ofMemory ? meaning(start, end) : 'has it open'
    const known = holders.get(pid)
    if (known === undefined || ranks.indexOf(does) < ranks.indexOf(known)) holders.set(pid, does)
  }
  return Promise.all([...holders].map(async ([pid, does]) => ({ pid, does, command: await commandOf(pid) })))
}

/** The other processes that still use a file of this name that was deleted; empty where the system does not tell. */
export async function holdersOfDeleted(file: string): Promise<readonly number[]> {
  const processes = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const holders: number[] = []
  for (const pid of processes) {
    if (Number(pid) === process.pid) continue
    const folder = `/proc/${pid}/fd`
    // What belongs to another user, or has ended, tells nothing.
    const descriptors = await readdir(folder).catch(() => [])
    const open = await Promise.all(descriptors.map((fd) => readlink(path.join(folder, fd)).catch(() => '')))
    if (open.includes(`${file} (deleted)`)) holders.push(Number(pid))
  }
  return holders
}

interface Lock {
  readonly pid: number
  readonly inode: string
  readonly start: number
  readonly end: number
}

/** `1: POSIX  ADVISORY  WRITE 1907 fe:00:2966644 120 120`: kind, process, device and inode, first and last byte. */
function parseLock(line: string): Lock[] {
  const match = /^\d+: (?:POSIX|OFDLCK) +\w+ +\w+ +(\d+) ([\da-f]+:[\da-f]+:\d+) (\d+) (\d+|EOF)/.exec(line)
  if (match === null) return []
  const [, pid, inode, start, end] = match
  return [{ pid: Number(pid), inode: inode!, start: Number(start), end: end === 'EOF' ? Infinity : Number(end) }]
}

const ranks: readonly LockHolder['does'][] = ['writes', 'checkpoints', 'reads', 'has it open']

/** What the lock on bytes of the `-shm` file is for: 120 writes, 121 checkpoints, 123 to 127 read. */
function meaning(start: number, end: number): LockHolder['does'] {
  const covers = (first: number, last: number): boolean => start <= last && end >= first
  if (covers(120, 120)) return 'writes'
  if (covers(121, 122)) return 'checkpoints'
  return covers(123, 127) ? 'reads' : 'has it open'
}

async function inodeOf(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined)
  return found === undefined ? undefined : inodeText(found)
}

/** As `/proc/locks` writes it: the two numbers of the device in hexadecimal, then the inode. */
function inodeText({ dev, ino }: BigIntStats): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n)
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n)
  const hex = (number: bigint): string => number.toString(16).padStart(2, '0')
  return `${hex(major)}:${hex(minor)}:${ino}`
}

async function commandOf(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const words = line.split('\0').filter((word) => word !== '')
  return words
    .map((word, index) => (index === 0 ? path.basename(word) : word))
    .join(' ')
    .slice(0, 80)
}
