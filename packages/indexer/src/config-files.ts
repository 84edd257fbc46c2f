import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser'
import { parse as parseYaml } from 'yaml'
import type { Diagnostic } from './diagnostic.ts'

/** Reads the text of a file of the project; undefined when that fails. */
export type ReadText = (path: string) => string | undefined

/**
 * The configuration files of a project: each is read once, and only when asked for.
 *
 * Invariant: only files of the project are seen, so that the answer is the
 * same whether or not dependencies are installed and output is built.
 */
export class ConfigFiles {
  readonly #paths: ReadonlySet<string>
  readonly #read: ReadText
  readonly #objects = new Map<string, Readonly<Record<string, unknown>> | undefined>()
  readonly #diagnostics: Diagnostic[] = []

  constructor(paths: ReadonlySet<string>, read: ReadText) {
    this.#paths = paths
    this.#read = read
  }

  /** What was wrong with the files read so far. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics
  }

  /** The files read so far. */
  get seen(): readonly string[] {
    return [...this.#objects.keys()]
  }

  /** Whether the project has the file. */
  has(path: string): boolean {
    return this.#paths.has(path)
  }

  /** Notes that a file cannot be understood. */
  report(path: string, message: string): void {
    this.#diagnostics.push({ path, code: 'bad-config', message })
  }

  /** The object in a JSON file, comments and trailing commas allowed; of a broken one what can be read. */
  json(path: string): Readonly<Record<string, unknown>> | undefined {
    return this.#object(path, (text) => {
      const errors: ParseError[] = []
      const value: unknown = parse(text, errors, { allowTrailingComma: true, disallowComments: false })
      const [first] = errors
      if (first !== undefined) {
        const line = text.slice(0, first.offset).split('\n').length
        this.report(path, `Line ${line}: ${printParseErrorCode(first.error)}`)
      }
      return value
    })
  }

  /** The object in a YAML file. */
  yaml(path: string): Readonly<Record<string, unknown>> | undefined {
    return this.#object(path, (text) => {
      try {
        return parseYaml(text, { maxAliasCount: 100, logLevel: 'error' })
      } catch (error) {
        this.report(path, error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'It is not YAML')
        return undefined
      }
    })
  }

  #object(path: string, parseText: (text: string) => unknown): Readonly<Record<string, unknown>> | undefined {
    if (this.#objects.has(path)) return this.#objects.get(path)
    const text = this.#paths.has(path) ? this.#read(path) : undefined
    let object: Readonly<Record<string, unknown>> | undefined
    if (text !== undefined && text.trim() !== '') {
      const value = parseText(text.startsWith('\uFEFF') ? text.slice(1) : text)
      if (isRecord(value)) object = value
      else if (value !== undefined) this.report(path, 'It does not hold an object')
    }
    this.#objects.set(path, object)
    return object
  }
}

/** Whether the value is a plain object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
