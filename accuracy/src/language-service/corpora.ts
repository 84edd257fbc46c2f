import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { AccuracySetupError } from './errors.ts'

/** Source code that both sides are asked about. */
export interface CorpusSpec {
  readonly name: string
  /** What it stands for. */
  readonly style: string
  /** The npm package it is; left out for this repository itself. */
  readonly pinned?: PinnedPackage
  /** Files and folders of the package to take, besides its `package.json`; with `*` for any one folder. */
  readonly roots: readonly string[]
  /** How module specifiers are resolved by TypeScript. */
  readonly resolution: 'bundler' | 'nodenext'
  /** The `paths` of TypeScript, where packages of a workspace name each other. */
  readonly paths?: Readonly<Record<string, readonly string[]>>
  /** So many files are asked about; all are loaded. Left out: all. */
  readonly measured?: number
}

/** One version of one npm package, down to the last byte. */
export interface PinnedPackage {
  readonly name: string
  readonly version: string
  /** `sha512-` and the base64 of the tarball's digest, as npm writes it. */
  readonly integrity: string
}

/** The corpora, by name. */
export const corpora: readonly CorpusSpec[] = [
  {
    name: 'effect',
    style: 'TypeScript, functional, generics',
    pinned: {
      name: 'effect',
      version: '4.1.0',
      integrity: 'sha512-lGx2MJJyrXA8RZb2UpQ/0Nkb5Utaimby7oD92+18noBxLPE85IFOvptdzau8dvcxAOwfwHo9iqapbKeFzqQM/Q==',
    },
    roots: ['src'],
    resolution: 'bundler',
    paths: { effect: ['./src/index.ts'], 'effect/*': ['./src/*.ts', './src/*/index.ts'] },
    measured: 60,
  },
  {
    name: 'self',
    style: 'TypeScript, classes, workspace',
    roots: ['pnpm-workspace.yaml', 'package.json', 'packages/*/package.json', 'packages/*/src'],
    resolution: 'bundler',
    paths: { '@forge/*': ['./packages/*/src/index.ts'] },
  },
  {
    name: 'zod',
    style: 'TypeScript, generics, namespaces',
    pinned: {
      name: 'zod',
      version: '4.6.7',
      integrity: 'sha512-g8W2D2kU6a8untc053fX1uVBKzM7yqAxW/3zwk83+6RyF2+SKOuV+c0wBDhUwzV1PaGapmZH+rmcUzPf+3CGwg==',
    },
    roots: ['src'],
    resolution: 'bundler',
  },
  {
    name: 'query-core',
    style: 'TypeScript, classes',
    pinned: {
      name: '@tanstack/query-core',
      version: '5.108.4',
      integrity: 'sha512-2Ks5dlLWz4eXJrthOyG0qW3SLt3xx0RrQmAmN0rnmogiaaOYuWiAe6HAm9KE2b2v8nig+vraNz8fsfZ6fF6zFg==',
    },
    roots: ['src'],
    resolution: 'bundler',
  },
  {
    name: 'react-router',
    style: 'TSX',
    pinned: {
      name: '@tanstack/react-router',
      version: '1.170.46',
      integrity: 'sha512-ez1iNIhsPjGlaDHg3BXWs67EWVIYzB2tbopEHYDESdkO7owgkGb5de52+5Kv2v1fxdkggcNzo35bdk4arTVGQw==',
    },
    roots: ['src'],
    resolution: 'bundler',
  },
  {
    name: 'redux-toolkit',
    style: 'TypeScript, closures, mapped types',
    pinned: {
      name: '@reduxjs/toolkit',
      version: '2.15.0',
      integrity: 'sha512-tHrFdR/AAbhhnL0/D3Abu60mAeyRqMAaq3pMeIKWRFWpzZek9LbGKk9J2U+Cl43FixzEDaYKk3zUoK7sFl98FA==',
    },
    roots: ['src'],
    resolution: 'bundler',
    paths: {
      '@reduxjs/toolkit': ['./src/index.ts'],
      '@reduxjs/toolkit/query': ['./src/query/index.ts'],
      '@reduxjs/toolkit/query/react': ['./src/query/react/index.ts'],
      '@reduxjs/toolkit/react': ['./src/react/index.ts'],
    },
  },
  {
    name: 'rxjs',
    style: 'TypeScript, classes and functions',
    pinned: {
      name: 'rxjs',
      version: '7.8.2',
      integrity: 'sha512-dhKf903U/PQZY6boNNtAGdWbG85WAbjT/1xYoZIC7FAY0yWapOBQVsVrDl58W86//e1VpMNBtRV4MaXfdMySFA==',
    },
    roots: ['src'],
    resolution: 'bundler',
  },
  {
    name: 'commander',
    style: 'JavaScript, modules, classes',
    pinned: {
      name: 'commander',
      version: '15.1.0',
      integrity: 'sha512-cgnQ88TRrWcC7pVq46RzJVRMktu3W2RcbnoidnfBsl1bmDCBwJS/udcIZpKoCrbAYYaCqsz1yZCVIgbIaU3ddQ==',
    },
    roots: ['lib', 'index.js'],
    resolution: 'nodenext',
  },
  {
    name: 'express',
    style: 'JavaScript, CommonJS, mixed-in objects',
    pinned: {
      name: 'express',
      version: '5.3.0',
      integrity: 'sha512-qCqy1xSoaugxOD4IVHb1ZWdkvCF2W3aE2okKouWj8VwJ+ztskSiXoBnCSJqfKT+cVPJhuJqe9YLbY425+Zh00g==',
    },
    roots: ['lib', 'index.js'],
    resolution: 'nodenext',
  },
  {
    name: 'semver',
    style: 'JavaScript, CommonJS, classes',
    pinned: {
      name: 'semver',
      version: '7.8.6',
      integrity: 'sha512-9lpSSU4Mly3mrtruwLs1eLK6+gzbzqeBFwRNjIjE+9LuDpWdYctrQlQ3ej1Ilgi7gknpsTRnPoLP8DpCHqHIJw==',
    },
    roots: ['bin', 'classes', 'functions', 'internal', 'ranges', 'index.js', 'preload.js'],
    resolution: 'nodenext',
  },
  {
    name: 'mocha',
    style: 'JavaScript, CommonJS, prototypes',
    pinned: {
      name: 'mocha',
      version: '12.0.3',
      integrity: 'sha512-beammieDdiWdkjANWeWPpkxUROYGi5FN88fPOkLiticz7HTg3Y+Pho3EYE6SUdcuWnZ3h2WD8EXCA55JF4o6wg==',
    },
    roots: ['bin', 'lib', 'index.js'],
    resolution: 'nodenext',
  },
  {
    name: 'eslint',
    style: 'JavaScript, CommonJS, documented types',
    pinned: {
      name: 'eslint',
      version: '10.15.0',
      integrity: 'sha512-+5Wg4p+ze3sG1WErYgUO/3H1IQIfFBymVUA0Fo/XTeBOLS6UQIUekpSJ8sdRkn7O7wjh84b55w/roqavH2aScg==',
    },
    roots: ['lib'],
    resolution: 'nodenext',
    measured: 120,
  },
]

/** A corpus, written to a folder of its own. */
export interface CorpusFolder extends Disposable {
  readonly folder: string
  /** The source files, relative to the folder, with `/`, sorted. */
  readonly files: readonly string[]
}

const repository = join(import.meta.dirname, '../../..')
/** The one folder for what is fetched that git ignores. */
const cache = join(repository, 'bench', '.cache')
const sourceFile = /\.[cm]?[jt]sx?$/
const leftOut = new Set([
  'node_modules',
  'dist',
  'tests',
  'test',
  '__tests__',
  'spec',
  'benchmarks',
  '.turbo',
  '.forge',
])
const testFile = /\.(test|spec|test-d|bench)\.[cm]?[jt]sx?$/

/**
 * Copies a corpus to a new temporary folder, fetching it where it is not here yet. Tests are left out.
 *
 * @throws {AccuracySetupError} it could not be fetched, is not what is pinned, or has no files.
 */
export async function layOut(spec: CorpusSpec): Promise<CorpusFolder> {
  const from = spec.pinned === undefined ? repository : await fetchPinned(spec.pinned)
  const folder = mkdtempSync(join(tmpdir(), `forge-accuracy-${spec.name}-`))
  for (const root of [...spec.roots, 'package.json'].flatMap((pattern) => expanded(from, pattern))) {
    cpSync(join(from, root), join(folder, root), {
      recursive: true,
      filter: (path) => !leftOut.has(basename(path)) && !testFile.test(path),
    })
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && sourceFile.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .toSorted((left, right) => (left < right ? -1 : 1))
  if (files.length === 0) throw new AccuracySetupError(`The corpus ${spec.name} has no source files`)
  return { folder, files, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

function expanded(from: string, pattern: string): readonly string[] {
  const [before, behind] = pattern.split('/*/')
  if (behind === undefined) return existsSync(join(from, pattern)) ? [pattern] : []
  return readdirSync(join(from, before!))
    .map((name) => `${before!}/${name}/${behind}`)
    .filter((path) => existsSync(join(from, path)))
}

async function fetchPinned(pinned: PinnedPackage): Promise<string> {
  const { name, version } = pinned
  const folder = join(cache, `${name.replaceAll('/', '-')}-${version}`)
  if (existsSync(folder)) return join(folder, 'package')
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  try {
    const run = promisify(execFile)
    await run('npm', ['pack', `${name}@${version}`, '--silent', '--ignore-scripts'], { cwd: unfinished })
    const tarball = readdirSync(unfinished).find((file) => file.endsWith('.tgz'))
    if (tarball === undefined) throw new AccuracySetupError(`npm pack ${name} wrote no tarball`)
    verify(pinned, readFileSync(join(unfinished, tarball)))
    await run('tar', ['-xzf', tarball], { cwd: unfinished })
    rmSync(join(unfinished, tarball))
    renameSync(unfinished, folder)
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true })
    if (cause instanceof AccuracySetupError) throw cause
    throw new AccuracySetupError(`${name}@${version} could not be fetched`, {
      hint: 'The first run needs a registry: run `npm pack` by hand to see what it says',
      cause,
    })
  }
  return join(folder, 'package')
}

function verify({ name, version, integrity }: PinnedPackage, bytes: Uint8Array): void {
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  if (found === integrity) return
  throw new AccuracySetupError(`${name}@${version} is not what is pinned`, {
    hint: 'Do not use it: either the registry serves something else, or the pin is wrong',
    details: { pinned: integrity, found },
  })
}
