import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'oxc-parser'
import type { SaveKind } from '../measurements.ts'
import type { Expected } from './systems/system.ts'

/** A file as it is saved next, and what only an answer that has the save can say. */
export interface Save {
  readonly kind: SaveKind
  readonly text: string
  readonly expected: Expected
}

/** What to make a save of. */
export interface SaveRequest {
  readonly root: string
  /** The files to choose from, relative to the root. */
  readonly files: readonly string[]
  readonly kind: SaveKind
  /** Tells this save from all others of the run. */
  readonly index: number
  readonly random: () => number
}

const sourceFile = /\.[cm]?[jt]sx?$/
/** Larger files are left out: one of the peers does not read them. */
const mostBytes = 2 ** 20

/** The source files below a folder in the order of their paths, without what is larger than 1 MiB. */
export function savedFiles(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => sourceFile.test(file) && statSync(join(root, file)).size <= mostBytes)
    .toSorted()
}

/**
 * Makes the next save of a kind, in a file that is chosen by chance among those where there is place for it.
 *
 * @throws {Error} no file has one.
 */
export function nextSave({ root, files, kind, index, random }: SaveRequest): Save {
  const left = [...files]
  while (left.length > 0) {
    const [file] = left.splice(Math.floor(random() * left.length), 1)
    const save = makers[kind]({ file: file!, text: readFileSync(join(root, file!), 'utf8'), index, random })
    if (save !== undefined) return { kind, ...save }
  }
  throw new Error(`No file has a place for a save of the kind "${kind}"`)
}

interface Draft {
  readonly file: string
  readonly text: string
  readonly index: number
  readonly random: () => number
}

const makers: Readonly<Record<SaveKind, (draft: Draft) => Omit<Save, 'kind'> | undefined>> = {
  comment({ file, text, index, random }) {
    const functions = topFunctions(file, text)
    const at = Math.floor(random() * (functions.length - 1))
    const [changed, below] = functions.slice(at, at + 2)
    if (changed === undefined || below === undefined) return undefined
    const added = `\n  // What holds here since save ${index}`
    const line = lineAt(text, below.start) + 1
    return { text: inserted(text, changed.body, added), expected: { file, name: below.name, holds: { line } } }
  },
  call({ file, text, index, random }) {
    const functions = topFunctions(file, text)
    // Where the name is there already, a stale answer may pass, or something else may bear it.
    const pairs = functions.flatMap((caller) =>
      functions
        .filter(({ name }) => !text.slice(caller.start, caller.end).includes(name))
        .map((callee) => [caller, callee] as const),
    )
    const pair = pairs[Math.floor(random() * pairs.length)]
    if (pair === undefined) return undefined
    const [caller, callee] = pair
    const added = `\n  ${callee.name}(${index});`
    const expected = { file, name: caller.name, holds: { calls: callee.name } }
    return { text: inserted(text, caller.body, added), expected }
  },
  function({ file, text, index }) {
    const name = `savedJustNow${index}`
    const added = `\nexport function ${name}(of: number): string {\n  return String(of + ${index})\n}\n`
    return { text: text + added, expected: { file, name, holds: { line: lineAt(text, text.length) + 1 } } }
  },
}

/** A function that is declared at the top of a module, under a name of its own. */
interface TopFunction {
  readonly name: string
  readonly start: number
  /** Right behind the brace that opens its body. */
  readonly body: number
  readonly end: number
}

function topFunctions(file: string, text: string): readonly TopFunction[] {
  const functions = parseSync(file, text).program.body.flatMap((statement): readonly TopFunction[] => {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declared?.type !== 'FunctionDeclaration' || declared.id === null || declared.body === null) return []
    const { id, body, end } = declared
    return [{ name: id.name, start: statement.start, body: body.start + 1, end }]
  })
  return functions.filter(({ name }) => isDeclaredOnce(name, text))
}

/** What is declared more than once, such as a function with overloads or with a type of its name, may be found at either place. */
function isDeclaredOnce(name: string, text: string): boolean {
  if (!/^\w+$/.test(name)) return false
  const declaration = new RegExp(
    String.raw`\b(?:function\*?|const|let|class|interface|type|enum|namespace) ${name}\b`,
    'g',
  )
  return [...text.matchAll(declaration)].length === 1
}

function inserted(text: string, at: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at)
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
