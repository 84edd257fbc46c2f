#!/usr/bin/env node
// Plain JavaScript that Node 18 can parse: it decides which Node runs Forge.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const oldestNode = [22, 22]
const here = dirname(fileURLToPath(import.meta.url))
const main = new URL('../dist/cli/main.js', import.meta.url)

/** Ends the process with `message` on stderr, as wrong usage does. */
function fail(message) {
  process.stderr.write(`forge: ${message}\n`)
  process.exit(2)
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
}

/**
 * The `node` package installed beside Forge: in a clone of the repository
 * (`apps/forge/bin`), or in a project (`node_modules/@forge/forge/bin`).
 */
function nodeBesideForge() {
  const binary = join('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  for (const root of ['../../..', '../../../..']) {
    const candidate = join(here, root, binary)
    if (existsSync(candidate)) return candidate
  }
  return undefined
}

/** Runs this file again with `node` and ends as that run ends. */
function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child as well: it must not get it twice.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('error', (error) => fail(`cannot start ${node}: ${error.message}`))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

if (isNewEnough(process.versions.node)) {
  if (!existsSync(main)) {
    fail('this copy of Forge is not built yet. Run `npm start` in the repository, or `pnpm build` there.')
  }
  module.enableCompileCache?.()
  await import(main.href)
} else {
  const node = nodeBesideForge()
  if (node === undefined || realpathSync(node) === realpathSync(process.execPath)) {
    fail(
      `needs Node ${oldestNode.join('.')} or newer, and this is Node ${process.versions.node}. ` +
        'Install a newer Node from https://nodejs.org, or add one to the project with `npm install node@24`.',
    )
  }
  runWith(node)
}
