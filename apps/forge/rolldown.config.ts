import { defineConfig } from 'rolldown'

/**
 * Bundles the command line into `dist/cli`: one file that starts it, one chunk
 * for each lazily imported command, and the worker. A bundle starts several
 * times faster than the separate modules of Kysely and our packages do.
 *
 * The workspace's packages are read from their source, so that no stale build
 * of one can end up inside. What has native or WebAssembly parts stays outside,
 * where it finds its files, and so does what need not be installed. All chunks lie flat in one folder, so that
 * `new URL('./extract-worker.js', import.meta.url)` holds in each of them.
 */
export default defineConfig({
  input: {
    main: 'src/cli/main.ts',
    'extract-worker': 'src/cli/extract-worker.ts',
    'watch-worker': 'src/cli/watch-worker.ts',
  },
  platform: 'node',
  external: [/^(better-sqlite3|blake3-wasm|oxc-parser|@forge\/analytics)(\/|$)/],
  // A worker is there for what it does when it is loaded, whatever its package says of side effects.
  treeshake: { moduleSideEffects: [{ test: /worker\.ts$/, sideEffects: true }] },
  resolve: {
    conditionNames: ['@forge/source', 'import', 'node', 'default'],
    // The `main` of jsonc-parser is a UMD file whose requires no bundler can follow.
    mainFields: ['module', 'main'],
  },
  output: {
    dir: 'dist/cli',
    format: 'esm',
    cleanDir: true,
    keepNames: true,
    minify: false,
    chunkFileNames: '[name]-[hash].js',
  },
})
