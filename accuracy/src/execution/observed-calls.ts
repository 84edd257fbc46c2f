import { SourceMap, type SourceMapPayload } from 'node:module'
import path from 'node:path'
import { compileFunction, createContext, runInContext } from 'node:vm'
import ts from 'typescript'
import { enterName, type FunctionRange, instrument, type InstrumentedProgram } from './instrument.ts'
import type { ProgramFile } from './programs.ts'

/** A function of a program, or the top of one of its files. */
export interface CodePlace {
  readonly file: string
  /** None: the top of the file. */
  readonly fn: FunctionRange | undefined
}

/** A call that was made: of a function by another one, or by the top of a file. */
export interface ObservedCall {
  readonly caller: CodePlace
  readonly callee: CodePlace
}

/** Longer than any program of ours runs, in milliseconds. */
const timeout = 5_000
const folder = 'program/'

/** A file as it runs. */
interface RunningFile extends InstrumentedProgram {
  readonly path: string
  /** The number of its first function. */
  readonly first: number
  /** What the engine is given. */
  readonly javascript: string
  readonly lines: readonly number[]
  /** From `javascript` to `text`, where they differ. */
  readonly map: SourceMap | undefined
}

/**
 * Runs a program and notes who called each function when it was entered: the nearest function of the program below it on the
 * stack, so that whoever calls `map` calls what it is given. A function that is entered with none below it, from a promise, was called by
 * nobody that can be told. A generator is entered when it is called, not when its values are asked for.
 *
 * A program of one `.js` file runs as a script, others as CommonJS modules, which TypeScript makes of what they are. The
 * elements of JSX are called where they are made, with their properties; of a class, `render` is.
 */
export async function observeCalls(program: readonly ProgramFile[]): Promise<readonly ObservedCall[]> {
  const files = prepare(program)
  const calls = new Map<string, ObservedCall>()
  const context = createContext({ h: element })
  // The stack is made by the context of the program.
  const sites: (error: Error) => readonly (readonly [file: string, line: number, column: number])[] = runInContext(
    `Error.stackTraceLimit = 50
     Error.prepareStackTrace = (_, sites) => sites
       .filter((site) => site.getFileName()?.startsWith(${JSON.stringify(folder)}))
       .map((site) => [site.getFileName(), site.getLineNumber(), site.getColumnNumber()]);
     () => new Error('here').stack`,
    context,
  )
  context[enterName] = (number: number): void => {
    const below = sites(new Error('here'))
      .slice(1)
      .map((site) => placeOf(files, site))
      .find((place) => place !== undefined)
    if (below === undefined) return
    const callee = files.findLast(({ first }) => first <= number)!
    const place = { file: callee.path, fn: callee.functions[number - callee.first] }
    calls.set(`${below.file} ${below.fn?.start} ${number}`, { caller: below, callee: place })
  }
  run(files, context)
  // Promises of the program are settled by now, or in the next turns.
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  return [...calls.values()]
}

function prepare(program: readonly ProgramFile[]): readonly RunningFile[] {
  const files: RunningFile[] = []
  let first = 0
  for (const { path: file, code } of program) {
    const instrumented = instrument(code, file, first)
    const isScript = program.length === 1 && file.endsWith('.js')
    const compiled = isScript ? undefined : compile(file, instrumented.text)
    const javascript = compiled?.outputText ?? instrumented.text
    const map =
      compiled === undefined ? undefined : new SourceMap(JSON.parse(compiled.sourceMapText!) as SourceMapPayload)
    files.push({ ...instrumented, path: file, first, javascript, lines: lineStartsOf(instrumented.text), map })
    first += instrumented.functions.length
  }
  return files
}

function compile(fileName: string, text: string): ts.TranspileOutput {
  return ts.transpileModule(text, {
    fileName,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      jsx: ts.JsxEmit.React,
      jsxFactory: 'h',
      sourceMap: true,
      esModuleInterop: true,
    },
  })
}

function run(files: readonly RunningFile[], context: ReturnType<typeof createContext>): void {
  const [main] = files
  if (main!.map === undefined) {
    runInContext(main!.javascript, context, { filename: folder + main!.path, timeout })
    return
  }
  const modules = new Map<string, { exports: unknown }>()
  const load = (file: RunningFile): unknown => {
    const known = modules.get(file.path)
    if (known !== undefined) return known.exports
    const module = { exports: {} }
    modules.set(file.path, module)
    const require = (specifier: string): unknown => {
      const wanted = path.posix.join(path.posix.dirname(file.path), specifier)
      const found = files.find((each) => each.path === wanted || each.path.replace(/\.\w+$/, '') === wanted)
      if (found === undefined) throw new Error(`${file.path} requires ${specifier}, which is no file of the program`)
      return load(found)
    }
    compileFunction(file.javascript, ['exports', 'require', 'module'], {
      filename: folder + file.path,
      parsingContext: context,
    }).call(module.exports, module.exports, require, module)
    return module.exports
  }
  load(main!)
}

/** What JSX makes: what its component gives. */
function element(component: unknown, given: object | null, ...children: unknown[]): unknown {
  const properties =
    children.length === 0 ? { ...given } : { ...given, children: children.length === 1 ? children[0] : children }
  if (typeof component !== 'function') return properties
  const { prototype } = component as { prototype?: { render?: unknown } }
  if (typeof prototype?.render !== 'function') return (component as (given: object) => unknown)(properties)
  return new (component as new (given: object) => { render(): unknown })(properties).render()
}

/** The function a place of the stack is in; undefined in what TypeScript has added. */
function placeOf(
  files: readonly RunningFile[],
  [name, line, column]: readonly [string, number, number],
): CodePlace | undefined {
  const file = files.find((each) => folder + each.path === name)!
  const at = file.map === undefined ? [line - 1, column - 1] : originalOf(file.map, line - 1, column - 1)
  if (at === undefined) return undefined
  const index = innermost(file.instrumented, file.lines[at[0]!]! + at[1]!)
  return { file: file.path, fn: index < 0 ? undefined : file.functions[index] }
}

function originalOf(map: SourceMap, line: number, column: number): readonly number[] | undefined {
  const entry = map.findEntry(line, column)
  return 'originalLine' in entry ? [entry.originalLine, entry.originalColumn] : undefined
}

function innermost(functions: readonly FunctionRange[], offset: number): number {
  let found = -1
  for (const [index, { start, end }] of functions.entries()) {
    if (start <= offset && offset < end) found = index
  }
  return found
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
