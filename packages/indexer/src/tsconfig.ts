import { posix } from 'node:path'
import { isRecord, type ConfigFiles } from './config-files.ts'
import { joinPath, parentOf, upwards, within } from './project-paths.ts'

/** What a `tsconfig.json` or `jsconfig.json` says about module resolution, all it extends included. */
export interface Tsconfig {
  readonly path: string
  /** The folder non-relative names are tried in. */
  readonly baseUrl?: string | undefined
  readonly paths?: readonly PathMapping[] | undefined
  readonly rootDir?: string | undefined
  readonly outDir?: string | undefined
  /** Patterns of the files it is about, relative to the project. Without `include` and `files`, all in its folder. */
  readonly include?: readonly string[] | undefined
  readonly files?: readonly string[] | undefined
  /** The paths of the configs it refers to. */
  readonly references: readonly string[]
}

/** One entry of `paths`: a name with at most one `*`, and the places it may stand for. */
export interface PathMapping {
  readonly pattern: string
  /** Relative to the project; undefined for one that leads out of it. */
  readonly targets: readonly (string | undefined)[]
}

/** Finds the configuration of a file. */
export class Tsconfigs {
  readonly #files: ConfigFiles
  readonly #packageFolder: (name: string, folder: string) => string | undefined
  readonly #parsed = new Map<string, Tsconfig | undefined>()
  readonly #nearest = new Map<string, Tsconfig | undefined>()

  /** `packageFolder` gives the folder of the workspace package that a name means in a folder, for configs that extend one. */
  constructor(files: ConfigFiles, packageFolder: (name: string, folder: string) => string | undefined) {
    this.#files = files
    this.#packageFolder = packageFolder
  }

  /**
   * The config that governs the file: the nearest one above it, or where that one
   * only refers to others (a "solution"), the first of those that includes the file.
   */
  of(file: string): Tsconfig | undefined {
    const nearest = this.nearest(parentOf(file))
    if (nearest === undefined || nearest.references.length === 0 || includes(nearest, file)) return nearest
    const seen = new Set([nearest.path])
    const queue = [...nearest.references]
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      if (seen.has(path)) continue
      seen.add(path)
      const config = this.#parse(path, [])
      if (config === undefined) continue
      if (includes(config, file)) return config
      queue.push(...config.references)
    }
    return nearest
  }

  /** The config of the folder or of the nearest one above it. */
  nearest(folder: string): Tsconfig | undefined {
    if (this.#nearest.has(folder)) return this.#nearest.get(folder)
    let found: Tsconfig | undefined
    for (const at of upwards(folder)) {
      const path = ['tsconfig.json', 'jsconfig.json'].map((name) => within(at, name)).find((p) => this.#files.has(p))
      if (path !== undefined) {
        found = this.#parse(path, [])
        break
      }
    }
    this.#nearest.set(folder, found)
    return found
  }

  #parse(path: string, extendedBy: readonly string[]): Tsconfig | undefined {
    if (this.#parsed.has(path)) return this.#parsed.get(path)
    const json = this.#files.json(path)
    let config: Tsconfig | undefined
    if (json !== undefined) config = this.#build(path, json, [...extendedBy, path])
    this.#parsed.set(path, config)
    return config
  }

  #build(path: string, json: Readonly<Record<string, unknown>>, chain: readonly string[]): Tsconfig {
    const folder = parentOf(path)
    const options = record(json['compilerOptions'])
    const bases = texts(json['extends'] ?? []).flatMap((name) => this.#extended(path, name, chain) ?? [])
    const place = (value: unknown): string | undefined =>
      typeof value === 'string' ? joinPath(folder, unroot(value)) : undefined
    const places = (value: unknown): string[] | undefined =>
      value === undefined ? undefined : texts(value).flatMap((item) => place(item) ?? [])
    const own: Omit<Tsconfig, 'path' | 'references'> = {
      baseUrl: place(options['baseUrl']),
      paths: isRecord(options['paths'])
        ? mappings(options['paths'], place(options['baseUrl']) ?? folder, folder)
        : undefined,
      rootDir: place(options['rootDir']),
      outDir: place(options['outDir']),
      include: places(json['include']),
      files: places(json['files']),
    }
    const merged: Partial<Tsconfig> = {}
    for (const config of [...bases, own]) {
      Object.assign(merged, Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)))
    }
    const references = list(json['references']).flatMap((reference) => this.#reference(folder, reference) ?? [])
    return { ...merged, path, references }
  }

  /** A config that is extended; one of a package outside the project has no say, it may not be installed. */
  #extended(path: string, name: string, chain: readonly string[]): Tsconfig | undefined {
    const target = name.startsWith('.') ? joinPath(parentOf(path), name) : this.#packageConfig(name, parentOf(path))
    if (target === undefined) return undefined
    const found = [target, `${target}.json`, within(target, 'tsconfig.json')].find((p) => this.#files.has(p))
    if (found === undefined) {
      if (name.startsWith('.')) this.#files.report(path, `It extends ${name}, which is not there`)
      return undefined
    }
    if (chain.includes(found)) {
      this.#files.report(path, `It extends itself by way of ${found}`)
      return undefined
    }
    return this.#parse(found, chain)
  }

  #packageConfig(name: string, from: string): string | undefined {
    const parts = name.split('/')
    const length = name.startsWith('@') ? 2 : 1
    const folder = this.#packageFolder(parts.slice(0, length).join('/'), from)
    return folder === undefined ? undefined : within(folder, parts.slice(length).join('/'))
  }

  #reference(folder: string, reference: unknown): string | undefined {
    const path = record(reference)['path']
    const target = typeof path === 'string' ? joinPath(folder, path) : undefined
    if (target === undefined) return undefined
    return [target, within(target, 'tsconfig.json')].find((p) => this.#files.has(p))
  }
}

/** Where `name` may lead by the config's `paths`, best first; undefined when no entry is about it. */
export function mapPath(paths: readonly PathMapping[], name: string): PathMapping['targets'] | undefined {
  let best: PathMapping | undefined
  let bestLength = -1
  for (const mapping of paths) {
    const star = mapping.pattern.indexOf('*')
    if (star === -1) {
      if (mapping.pattern === name) return mapping.targets
    } else if (star > bestLength && matchesStar(mapping.pattern, star, name)) {
      best = mapping
      bestLength = star
    }
  }
  if (best === undefined) return undefined
  const middle = name.slice(bestLength, name.length - (best.pattern.length - bestLength - 1))
  return best.targets.map((target) => target?.replace('*', () => middle))
}

function matchesStar(pattern: string, star: number, name: string): boolean {
  return (
    name.length >= pattern.length - 1 &&
    name.startsWith(pattern.slice(0, star)) &&
    name.endsWith(pattern.slice(star + 1))
  )
}

function includes(config: Tsconfig, file: string): boolean {
  if (config.files?.includes(file) === true) return true
  const patterns = config.include ?? (config.files === undefined ? [parentOf(config.path)] : [])
  return patterns.some(
    (pattern) =>
      pattern === '' ||
      file.startsWith(`${pattern}/`) ||
      posix.matchesGlob(file, pattern) ||
      posix.matchesGlob(file, `${pattern}/**`),
  )
}

function mappings(paths: Readonly<Record<string, unknown>>, pathsFolder: string, folder: string): PathMapping[] {
  return Object.entries(paths).map(([pattern, targets]) => ({
    pattern,
    targets: texts(targets).map((target) =>
      target.startsWith('${configDir}') ? joinPath(folder, unroot(target)) : joinPath(pathsFolder, target),
    ),
  }))
}

/** Without `${configDir}`, which stands for the config's own folder. */
function unroot(path: string): string {
  return path.replace(/^\$\{configDir\}\/?/, './')
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function texts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string')
}
