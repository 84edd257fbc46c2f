import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const roots = [...readdirSync('packages').map((name) => `packages/${name}`), 'apps/forge']

/** One project a package, so that each is tested alone with `--project NAME`, from source. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@forge/source', 'module', 'node', 'development|production'] } },
  test: {
    projects: roots.map((root) => ({
      extends: true,
      test: {
        name: root.slice(root.indexOf('/') + 1),
        root,
        include: ['test/**/*.test.ts'],
        execArgv: ['--conditions=@forge/source'],
        testTimeout: 30_000,
        hookTimeout: 60_000,
      },
    })),
    onConsoleLog() {
      throw new Error('a test printed to the console')
    },
  },
})
