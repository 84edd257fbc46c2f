// `npm start`, `npm test` and the gates of `.ci/run` in a fresh clone: installs
// and builds what is missing, then does what was asked. Plain JavaScript without
// dependencies, for any Node from 18: it runs before anything is installed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const bin = join(modules, '.bin')
const stamp = join(modules, '.forge-install')
const onWindows = process.platform === 'win32'
/** The repository's own Node 24, which the package `node` brings. */
const node = join(modules, 'node', 'bin', onWindows ? 'node.exe' : 'node')
const bun = join(modules, 'bun', 'bin', 'bun.exe')
/** The test projects that run on Bun as well: what says that it works there. */
const projectsOnBun = ['errors', 'stmt-cache', 'pool', 'db', 'migrate', 'incremental', 'runs', 'memory', 'pdg']
const minutesOnBun = 15
const gates = ['build', 'format:check', 'lint', 'types', 'boundaries', 'unused', 'check:packages']

/** Windows spells it `Path`, and would take two spellings for two variables. */
const pathVariable = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') || 'PATH'
const env = {
  ...process.env,
  [pathVariable]: bin + delimiter + (process.env[pathVariable] || ''),
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
  // Without a network npm would try for minutes before it says so.
  npm_config_fetch_retry_mintimeout: '1000',
  npm_config_fetch_retry_maxtimeout: '5000',
  // Vitest colours even what goes into a pipe.
  ...(process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: '1' }),
}

const turbo = join(modules, 'turbo/bin/turbo')

/** The child that runs now, and the signal that ended the run, if one did. */
const running = { child: undefined, signal: undefined }

/** What to tell the user instead of a stack trace. */
class Problem extends Error {
  constructor(message, remedy, code = 1) {
    super(message)
    this.remedy = remedy
    this.code = code
  }
}

const commands = {
  async start(args) {
    const target = args.length > 0 ? resolve(process.env.INIT_CWD || process.cwd(), args[0]) : root
    if (!existsSync(target) || !statSync(target).isDirectory()) {
      throw new Problem(`${target} is not a folder`, 'Name the folder to index: npm start -- DIR', 2)
    }
    await prepare()
    return show(node, [join(root, 'apps/forge/bin/forge.mjs'), 'index', target, ...args.slice(1)])
  },

  async test(args) {
    await prepare()
    const vitest = join(modules, 'vitest/vitest.mjs')
    const onBun = await testOnBun(vitest, args)
    const onNode = await show(node, [vitest, 'run', ...args])
    if (onBun !== 0) process.stderr.write('\nTests failed on Bun: see above, before those on Node\n')
    return onNode === 0 ? onBun : onNode
  },

  /** Turbo as every script of the repository starts it: without telemetry. */
  async turbo(args) {
    await install()
    return show(node, [turbo, ...args])
  },

  /** Runs every gate, also after one has failed, and shows what the failed ones said. */
  async gates() {
    await install()
    let failed = 0
    for (const gate of gates) {
      const { code, output } = await step(gate, [join(bin, 'pnpm'), 'run', '--silent', gate])
      if (code === 0) continue
      failed += 1
      process.stderr.write(`${output.trimEnd()}\n\n`)
    }
    if (failed > 0) process.stderr.write(`${failed} of ${gates.length} gates failed\n`)
    return failed === 0 ? 0 : 1
  },
}

/**
 * Runs those of the tests that are asked for on Bun that are to run there. Its engine drops the frames of tail calls
 * unless told otherwise, and tests say which lines errors lead to.
 */
async function testOnBun(vitest, args) {
  const asked = [...args.join(' ').matchAll(/--project[= ](\S+)/g)].map((match) => match[1])
  const projects = projectsOnBun.filter((project) => asked.length === 0 || asked.includes(project))
  if (projects.length === 0) return 0
  const others = args
    .join('\n')
    .replace(/^--project[=\n].*\n?/gm, '')
    .split('\n')
    .filter((arg) => arg !== '')
  const wanted = projects.flatMap((project) => ['--project', project])
  process.stdout.write(`\nOn Bun: ${projects.join(' ')}\n`)
  return show(bun, ['--bun', vitest, 'run', '--pool=threads', '--passWithNoTests', ...wanted, ...others], {
    variables: { BUN_JSC_useTailCalls: '0' },
    minutes: minutesOnBun,
  })
}

/** Makes `node_modules` and every `dist` true to the sources; quick when they already are. */
async function prepare() {
  await install()
  const { code, output } = await step('build', [node, turbo, 'run', 'build'])
  if (code !== 0) throw new Problem(`the build failed\n\n${output.trim()}`, 'Mend what it names, then run this again')
}

async function install() {
  const wanted = lockHash()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(node)) return
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  rmSync(stamp, { force: true })
  const options = ['--frozen-lockfile', '--config.confirmModulesPurge=false']
  const { code, output } = await step('install', [...npx(), '-y', packageManager, 'install', ...options])
  if (code !== 0) throw new Problem(`the installation failed\n\n${lastLines(output, 20)}`, installRemedy(output))
  writeFileSync(stamp, wanted)
}

/** What `node_modules` is made from: the lock file, the settings, and the platform. */
function lockHash() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, name)))
  return hash.digest('hex')
}

/** How to start npx: the one of the npm that runs this script, or the first on the PATH. */
function npx() {
  const npm = process.env.npm_execpath
  const beside = npm !== undefined && basename(npm) === 'npm-cli.js' ? join(dirname(npm), 'npx-cli.js') : undefined
  return beside !== undefined && existsSync(beside) ? [process.execPath, beside] : ['npx']
}

function installRemedy(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|fetch failed|dns error/i.test(output)) {
    return 'The npm registry cannot be reached. The first run needs it; check the network, a proxy (npm config set proxy URL) or the registry (npm config get registry), then run this again'
  }
  if (/SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY/.test(output)) {
    return 'A certificate between here and the npm registry is not trusted: name its authority in NODE_EXTRA_CA_CERTS'
  }
  if (/ENOSPC|No space left/i.test(output)) return 'The disk is full: the installation needs about 1 GB'
  if (/EACCES|EPERM/.test(output)) return `Make ${root} and the npm cache writable for you (npm config get cache)`
  if (/OUTDATED_LOCKFILE/.test(output))
    return 'A package.json changed: bring the lock file up to date with npx pnpm@12 install'
  return 'The output above names the cause; after mending it, run this again'
}

/** Runs a command quietly, with one line of progress: its name, then the time it took. */
async function step(name, [command, ...args]) {
  const started = Date.now()
  process.stderr.write(name.padEnd(16))
  const finished = await run(command, args, 'pipe')
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  process.stderr.write(`${seconds.padStart(6)} s${finished.code === 0 ? '' : '  failed'}\n`)
  return finished
}

/** Runs a command with this terminal as its own, and gives its exit code. */
async function show(command, args, options) {
  const { code } = await run(command, args, 'inherit', options)
  return code
}

function run(command, args, output, { variables = {}, minutes } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...env, ...variables },
      stdio: output === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      // Windows starts npx and pnpm, which are scripts there, only through its shell.
      shell: onWindows && command !== node && command !== process.execPath,
    })
    running.child = child
    const timer =
      minutes === undefined
        ? undefined
        : setTimeout(() => {
            process.stderr.write(`\n${basename(command)} did not end within ${minutes} minutes\n`)
            child.kill('SIGKILL')
          }, minutes * 60_000)
    let text = ''
    if (output === 'pipe') {
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
    }
    child.on('error', (error) => {
      fail(
        error.code === 'ENOENT'
          ? new Problem(`${command} was not found`, 'Install Node 18 or newer with npm, from https://nodejs.org')
          : error,
      )
    })
    child.on('close', (code) => {
      running.child = undefined
      clearTimeout(timer)
      if (running.signal !== undefined) endBy(running.signal)
      else done({ code: code === null ? 1 : code, output: text })
    })
  })
}

/** Ends this process as one that `signal` ended: the exit code says so. */
function endBy(signal) {
  process.stderr.write('\n')
  process.exit({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal])
}

for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    running.signal = signal
    if (running.child === undefined) endBy(signal)
    // A terminal sends Ctrl-C to the children as well; the end of the child is awaited.
    else if (signal !== 'SIGINT' || !process.stdin.isTTY) running.child.kill(signal)
  })
}

function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}

async function main([name, ...args]) {
  if (Number(process.versions.node.split('.')[0]) < 18) {
    throw new Problem(`Node ${process.versions.node} is too old`, 'Install Node 18 or newer from https://nodejs.org')
  }
  if (!Object.prototype.hasOwnProperty.call(commands, name)) {
    throw new Problem(
      `usage: bootstrap.mjs ${Object.keys(commands).join('|')} [ARGUMENTS]`,
      'Run npm start or npm test',
      2,
    )
  }
  return commands[name](args)
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error) => {
    if (!(error instanceof Problem)) throw error
    process.stderr.write(`\nforge: ${error.message}\n\n${error.remedy}.\n`)
    process.exitCode = error.code
  },
)
