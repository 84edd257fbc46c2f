// Packs the package in the working directory and checks the tarball as those
// who install it will see it: publint (strict), attw (ES modules only), and
// that nothing of the workspace is left in its manifest.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const folder = await mkdtemp(join(tmpdir(), 'forge-check-package-'))
try {
  const tarball = join(folder, 'package.tgz')
  await run('pnpm', ['pack', '--silent', '--out', tarball])
  const problems = [...(await publintProblems(tarball)), ...(await typeProblems(tarball))]
  if (problems.length > 0) {
    console.error(problems.join('\n'))
    process.exitCode = 1
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function publintProblems(tarball) {
  const bytes = await readFile(tarball)
  const { messages, pkg } = await publint({
    strict: true,
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
  })
  return [...messages.map((message) => `publint: ${formatMessage(message, pkg)}`), ...leftovers(pkg), ...untyped(pkg)]
}

/** What only the workspace understands: pnpm replaces all of it when it packs. */
function leftovers(manifest) {
  const problems = []
  if (JSON.stringify(manifest.exports).includes('@forge/source')) {
    problems.push('the packed package.json has the @forge/source condition: add publishConfig.exports without it')
  }
  for (const group of ['dependencies', 'peerDependencies', 'optionalDependencies']) {
    for (const [name, range] of Object.entries(manifest[group] ?? {})) {
      if (/^(workspace|catalog|file|link):/.test(range)) problems.push(`${group} has ${name}@${range} after packing`)
    }
  }
  return problems
}

/** attw takes a package without any types for one that has none to be wrong. */
function untyped(manifest) {
  return Object.entries(manifest.exports)
    .filter(([, entry]) => entry.types === undefined)
    .map(([path]) => `the entry ${path} has no types`)
}

async function typeProblems(tarball) {
  const { code, output } = await exitOf('attw', [
    tarball,
    '--profile',
    'esm-only',
    '--no-definitely-typed',
    '--no-emoji',
    '--no-color',
  ])
  return code === 0 ? [] : [`attw:\n${output}`]
}

async function run(command, args) {
  const { code, output } = await exitOf(command, args)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${code}:\n${output}`)
}

function exitOf(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}
