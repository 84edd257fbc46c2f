import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BenchIntegrityError, BenchSetupError } from './bench-errors.ts'
import { cachedFolder } from './cache-folder.ts'
import { runMeasured } from './measured-process.ts'
import { npm } from './npm.ts'

/** One version of one npm package, down to the last byte. */
export interface PinnedPackage {
  readonly name: string
  readonly version: string
  /** `sha512-` and the base64 of the tarball's digest, as npm writes it. */
  readonly integrity: string
}

/**
 * The folder in which the content of a package lies, without its dependencies; fetched once.
 *
 * @throws {BenchIntegrityError} the tarball is not the pinned one.
 * @throws {BenchSetupError} it could not be fetched or unpacked.
 */
export async function fetchPinnedPackage(pinned: PinnedPackage, signal: AbortSignal): Promise<string> {
  const folder = await cachedFolder(`${pinned.name.replaceAll('/', '-')}-${pinned.version}`, async (target) => {
    await npm({ args: ['pack', `${pinned.name}@${pinned.version}`, '--silent'], cwd: target, signal })
    const tarball = readdirSync(target).find((name) => name.endsWith('.tgz'))
    if (tarball === undefined) throw new BenchSetupError(`npm pack ${pinned.name} wrote no tarball`)
    verifyIntegrity(`${pinned.name}@${pinned.version}`, readFileSync(join(target, tarball)), pinned.integrity)
    const env = { PATH: process.env['PATH'] ?? '' }
    const unpacked = await runMeasured({
      program: 'tar',
      args: ['-xzf', tarball],
      cwd: target,
      env,
      timeoutMs: 60_000,
      signal,
    })
    if (unpacked.failure !== undefined) throw new BenchSetupError(`Unpacking ${pinned.name} ${unpacked.failure}`)
    rmSync(join(target, tarball))
  })
  return join(folder, 'package')
}

/**
 * Compares bytes with a pinned integrity string.
 *
 * @throws {BenchIntegrityError} they differ.
 */
export function verifyIntegrity(what: string, bytes: Uint8Array, pinned: string): void {
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  if (found === pinned) return
  throw new BenchIntegrityError(`${what} is not what is pinned`, {
    hint: 'Do not use it: either the registry serves something else, or the pin is wrong',
    details: { pinned, found },
  })
}
