import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const roots = [
  ...readdirSync('packages').map((name) => `packages/${name}`),
  'apps/forge',
  'accuracy',
  'bench',
  'scripts',
  'soak',
]

/**
 * Node takes the types out of TypeScript with WebAssembly, in each thread. V8 13.6 may free a wrapper of that module which
 * another thread has just compiled anew, and dies of it (SIGSEGV in `Runtime_TierUpWasmToJSWrapper`): so none is compiled anew.
 * What is built has no types, and no such module.
 */
const sourceArgs = [
  '--conditions=@forge/source',
  ...(process.versions['bun'] === undefined ? ['--wasm-wrapper-tiering-budget=1000000000'] : []),
]

// Hundreds of tests start a process: with what Node compiled before it starts in half of the time.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/node')

// What is known of the projects of whoever runs the tests is theirs: here nothing can be made, so a test that names no place of its own fails.
process.env['XDG_DATA_HOME'] = join(import.meta.dirname, 'vitest.config.ts')

/**
 * One project a folder, named as the folder, so that each is tested alone with
 * `--project NAME`; `@forge/*` is read from source, so no build is needed. But
 * `examples` needs one: it installs the packed packages as a user does; and
 * `forge` builds the command that its tests start.
 */
export default defineConfig({
  ssr: { resolve: { conditions: ['@forge/source', 'module', 'node', 'development|production'] } },
  test: {
    // Most of the time is spent waiting for other processes, so that one worker would leave half of a small machine idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      ...roots
        .filter((root) => existsSync(`${root}/test`))
        .map((root) => ({
          extends: true as const,
          test: {
            name: root.slice(root.indexOf('/') + 1),
            root,
            include: ['test/**/*.test.ts'],
            ...(root === 'apps/forge'
              ? { globalSetup: join(import.meta.dirname, 'apps/forge/test/build-command.ts') }
              : {}),
            execArgv: sourceArgs,
            isolate: true,
            testTimeout: 30_000,
            hookTimeout: 60_000,
          },
        })),
      {
        extends: true,
        test: {
          name: 'examples',
          root: 'scripts',
          include: ['examples/**/*.test.ts'],
          isolate: true,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxConcurrency: 2,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      // Relative to the root of each project.
      include: ['src/**'],
      reporter: ['text-summary', 'json-summary', 'lcov'],
    },
    onConsoleLog() {
      throw new Error('a test printed to the console')
    },
  },
})
