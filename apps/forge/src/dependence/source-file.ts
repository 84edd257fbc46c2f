import type { Graph, OutlineSymbol, Site } from '@forge/graph'
import {
  type ControlFlow,
  controlFlow,
  FileProgram,
  type FileIr,
  type FunctionId,
  type FunctionIr,
  locationCodes,
  op,
  operandCodes,
  type Place,
  type Procedure,
} from '@forge/pdg'
import type { LoadedFile } from '@forge/pdg/store'
import { commentsOf } from './comments.ts'
import { namedTooLarge } from './named-too-large.ts'
import { lowered } from './source-text.ts'

type Unread = Pick<ReturnType<typeof lowered>, 'diagnostics' | 'unread'>
/** The functions of a file, with their graphs where they are kept. */
type FileGraphs = Pick<LoadedFile, 'ir' | 'pdgs'>

/** What holds code of its own: the owners of functions. */
const ownerKinds: ReadonlySet<string> = new Set([
  'module',
  'function',
  'method',
  'constructor',
  'getter',
  'setter',
  'class',
  'variable',
  'constant',
  'property',
])

/** The names of the methods that make iterators. */
export const iteratorNames: ReadonlySet<string> = new Set(['[Symbol.iterator]', '[Symbol.asyncIterator]'])

/** What of a location an instruction does, and by what name. */
export interface WantedAccess {
  readonly how: 'read' | 'written'
  readonly name: string
  /** Whether only properties are wanted, no variables. Default false. */
  readonly isMember?: boolean
}

/** What a file is made from. */
interface FileInput {
  readonly path: string
  readonly text: string
  readonly language: string
}

/** What the graph says of a file. */
interface FileSymbols {
  readonly outline: readonly OutlineSymbol[]
  readonly sites: readonly Site[]
}

/** A file of the project with its functions, and what the graph says of it. */
export class SourceFile {
  readonly path: string
  readonly text: string
  readonly ir: FileIr
  readonly program: FileProgram
  /** The id of its first function; those of the others follow. */
  readonly first: FunctionId
  readonly outline: readonly OutlineSymbol[]
  readonly sites: readonly Site[]
  readonly #language: string
  readonly #kept: FileGraphs | undefined
  #unread: Unread | undefined
  #runsAccessors: boolean | undefined
  #comments: ReturnType<typeof commentsOf> | undefined
  readonly #lineStarts: number[] = [0]
  #bySymbol: Map<string, FunctionId[]> | undefined
  #variableSymbols: readonly (string | undefined)[] | undefined
  #owners: readonly (OutlineSymbol | undefined)[] | undefined
  #byName: ReadonlyMap<string, readonly OutlineSymbol[]> | undefined
  #byNameStart: ReadonlyMap<number, readonly OutlineSymbol[]> | undefined
  #calls: Map<number, { readonly function: number; readonly call: number }[]> | undefined

  private constructor(
    { path, text, language }: FileInput,
    graph: FileSymbols,
    { first, kept }: { readonly first: FunctionId; readonly kept: FileGraphs | undefined },
  ) {
    this.path = path
    this.text = text
    this.#language = language
    this.#kept = kept
    if (kept === undefined) {
      const { functions, ...unread } = lowered(text, language)
      this.ir = { functions }
      this.#unread = unread
    } else {
      this.ir = kept.ir
    }
    this.program = new FileProgram(this.ir, { followsValues: false })
    this.first = first
    this.outline = graph.outline
    this.sites = graph.sites
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1)
  }

  /** Reads what the graph says of a file; what it gives makes the file, with the ids of its functions from `first` on, of what is kept of them or of the text. */
  static async load(
    graph: Graph,
    input: FileInput,
  ): Promise<(first: FunctionId, kept: FileGraphs | undefined) => SourceFile> {
    const [outline, sites] = await Promise.all([graph.outline(input.path), graph.sites(input.path)])
    return (first, kept) => new SourceFile(input, { outline, sites }, { first, kept })
  }

  /** What of the text could not be read, and why. */
  get unread(): Unread {
    if (this.#unread === undefined) {
      const { diagnostics, unread } = lowered(this.text, this.#language)
      this.#unread = { diagnostics, unread }
    }
    return this.#unread
  }

  /** Whether two offsets are in one comment, or nothing but comments is between them. */
  isComment(start: number, end: number): boolean {
    // What is nested too deeply to be read has no functions, and would end the parser.
    this.#comments ??= this.ir.functions.length === 0 ? [] : commentsOf(this.text, this.#language)
    const within = this.#comments.filter((comment) => comment.start < end && comment.end > start)
    let at = start
    for (const comment of within) {
      if (this.text.slice(at, comment.start).trim() !== '') return false
      at = Math.max(at, comment.end)
    }
    return within.length > 0 && this.text.slice(at, end).trim() === ''
  }

  /** A function by its id, with its dependences. Throws `FORGE_PDG_TOO_LARGE`. */
  procedure(id: FunctionId): Procedure {
    const index = id - this.first
    const pdg = this.#kept?.pdgs[index]
    if (pdg !== undefined) return { ir: this.ir.functions[index]!, pdg }
    const ir = this.function(id)
    return namedTooLarge(() => this.program.procedure(index), ir, {
      file: this.path,
      line: () => this.lineOf(ir.start),
    })
  }

  /** The flow of control of a function: without its dependences, unless they are kept. */
  flow(id: FunctionId): ControlFlow {
    return this.#kept?.pdgs[id - this.first]?.flow ?? controlFlow(this.function(id))
  }

  /** A function by its id. */
  function(id: FunctionId): FunctionIr {
    return this.ir.functions[id - this.first]!
  }

  get lines(): number {
    return this.#lineStarts.length
  }

  /** Offsets of a line, from 1; without its line break. */
  line(line: number): { readonly start: number; readonly end: number } {
    const start = this.#lineStarts[line - 1]!
    const next = this.#lineStarts[line] ?? this.text.length + 1
    return { start, end: Math.max(start, next - 1) }
  }

  /** The line of an offset, from 1. */
  lineOf(offset: number): number {
    let low = 0
    let high = this.#lineStarts.length
    while (low + 1 < high) {
      const middle = (low + high) >>> 1
      if (this.#lineStarts[middle]! <= offset) low = middle
      else high = middle
    }
    return low + 1
  }

  /** The symbols of a name that are named between two offsets, both included. */
  declaredIn(name: string, { start, end }: { readonly start: number; readonly end: number }): OutlineSymbol[] {
    this.#byName ??= Map.groupBy(this.outline, (symbol) => symbol.name)
    return (this.#byName.get(name) ?? []).filter(({ nameStart, nameEnd }) => nameStart >= start && nameEnd <= end)
  }

  /** The symbol whose name begins at an offset. */
  declaredAt(offset: number): OutlineSymbol | undefined {
    this.#byNameStart ??= Map.groupBy(this.outline, ({ nameStart }) => nameStart)
    return this.#byNameStart.get(offset)?.find(({ nameEnd }) => nameEnd > offset)
  }

  /** The symbol whose code a function is: the innermost around it. */
  owner(index: number): OutlineSymbol | undefined {
    return (this.#owners ??= this.#findOwners())[index]
  }

  #findOwners(): (OutlineSymbol | undefined)[] {
    const { functions } = this.ir
    const symbols = this.outline.filter(({ kind }) => kind !== 'module' && ownerKinds.has(kind))
    const owners = Array.from<OutlineSymbol | undefined>({ length: functions.length })
    // Those that begin before what is looked at and do not end before it, in the order of the outline.
    const open: OutlineSymbol[] = []
    let next = 0
    for (const [index, { start, end }] of [...functions.entries()].toSorted(([, a], [, b]) => a.start - b.start)) {
      for (; next < symbols.length && symbols[next]!.start <= start; next++) open.push(symbols[next]!)
      while (open.length > 0 && open.at(-1)!.end < start) open.pop()
      owners[index] = open.findLast((symbol) => symbol.end >= end)
    }
    for (const [index, { kind }] of functions.entries()) {
      if (kind === 'module') owners[index] = this.outline.find((symbol) => symbol.kind === 'module')
    }
    return owners
  }

  /** The functions that a symbol is: those of its code that are not inside others of it. */
  functionsOf(symbol: string): readonly FunctionId[] {
    this.#bySymbol ??= this.#findSymbols()
    return this.#bySymbol.get(symbol) ?? []
  }

  #findSymbols(): Map<string, FunctionId[]> {
    const found = new Map<string, FunctionId[]>()
    for (const [index, { parent }] of this.ir.functions.entries()) {
      const symbol = this.owner(index)?.id
      if (symbol === undefined || (parent >= 0 && this.owner(parent)?.id === symbol)) continue
      const functions = found.get(symbol)
      if (functions === undefined) found.set(symbol, [this.first + index])
      else functions.push(this.first + index)
    }
    return found
  }

  /** The calls that are named at an offset. */
  callsAt(offset: number): readonly { readonly function: FunctionId; readonly call: number }[] {
    this.#calls ??= this.#findCalls()
    return this.#calls.get(offset) ?? []
  }

  #findCalls(): Map<number, { readonly function: FunctionId; readonly call: number }[]> {
    const found = new Map<number, { readonly function: FunctionId; readonly call: number }[]>()
    for (const [index, { instructions, start }] of this.ir.functions.entries()) {
      for (let at = 0; at < instructions.count; at++) {
        const code = instructions.op[at]
        if ((code !== op.call && code !== op.construct) || instructions.a[at]! < 0) continue
        const offset = start + instructions.a[at]!
        const calls = found.get(offset)
        if (calls === undefined) found.set(offset, [{ function: this.first + index, call: at }])
        else calls.push({ function: this.first + index, call: at })
      }
    }
    return found
  }

  /** What the graph says is named or called between two offsets, both included. */
  sitesIn(start: number, end: number): Site[] {
    let low = 0
    let high = this.sites.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.sites[middle]!.start < start) low = middle + 1
      else high = middle
    }
    const found: Site[] = []
    for (; low < this.sites.length && this.sites[low]!.start <= end; low++) {
      if (this.sites[low]!.end <= end) found.push(this.sites[low]!)
    }
    return found
  }

  /** Whether getters, setters or iterators may run in it: it has some, or the graph says so. */
  get runsAccessors(): boolean {
    return (this.#runsAccessors ??=
      this.program.hasAccessors ||
      this.sites.some(
        ({ kind, targetKind, name }) =>
          kind === 'calls' && (targetKind === 'getter' || targetKind === 'setter' || iteratorNames.has(name)),
      ))
  }

  /** What the graph says is named by the names of the properties that an instruction reads or writes. */
  accessSites(id: FunctionId, instruction: number): Site[] {
    const { start, instructions, locations, names } = this.function(id)
    const { operands, operandRef, operandKind } = instructions
    const wanted: string[] = []
    for (let row = operands[instruction]!; row < operands[instruction + 1]!; row++) {
      const how = operandKind[row]
      const to = operandRef[row]!
      if (how === operandCodes.value || how === operandCodes.usedValue) continue
      if (locations.kind[to] === locationCodes.property) wanted.push(names[locations.ref[to]!]!)
    }
    if (wanted.length === 0) return []
    const [from, to] = [start + instructions.start[instruction]!, start + instructions.end[instruction]!]
    return this.sitesIn(from, to).filter(({ name }) => wanted.includes(name))
  }

  /** What the graph says makes the iterators of what an instruction takes apart. */
  iteratorSites(id: FunctionId, instruction: number): Site[] {
    const { start, instructions } = this.function(id)
    const [from, to] = [start + instructions.start[instruction]!, start + instructions.end[instruction]!]
    return this.sitesIn(from, to).filter(({ kind, name, targetFile }) => {
      return kind === 'calls' && targetFile !== '' && iteratorNames.has(name)
    })
  }

  /** The instructions around a part of the text that ask an iterator for more. */
  askingAround(start: number, end: number): Place[] {
    return this.program.asking
      .filter(({ function: index, instruction: at }) => {
        const { start: from, instructions } = this.ir.functions[index]!
        return from + instructions.start[at]! <= start && from + instructions.end[at]! >= end
      })
      .map(({ function: index, instruction }) => ({ function: index + this.first, instruction }))
  }

  /** The symbol that a variable of the module is, or that is imported by it; `undefined` for none that other files know. */
  symbolOfVariable(variable: number): string | undefined {
    return (this.#variableSymbols ??= this.#findVariableSymbols())[variable]
  }

  #findVariableSymbols(): readonly (string | undefined)[] {
    const [module] = this.ir.functions
    const symbols = new Map<number, string>()
    for (const { start, target, targetKind } of this.sites) {
      if (targetKind !== 'module' && !symbols.has(start)) symbols.set(start, target)
    }
    for (const { nameStart, nameEnd, id } of this.outline.toReversed()) {
      if (nameEnd > nameStart) symbols.set(nameStart, id)
    }
    return Array.from(module!.variables.start, (start) => symbols.get(module!.start + start))
  }

  /** The variables of the module that are a symbol. */
  variablesOf(symbol: string): readonly number[] {
    const { count, start } = this.ir.functions[0]!.variables
    return Array.from({ length: count }, (_, variable) => variable).filter(
      (variable) => start[variable]! >= 0 && this.symbolOfVariable(variable) === symbol,
    )
  }

  /** The functions around an offset, the innermost first. */
  functionsAt(offset: number): number[] {
    return this.ir.functions
      .map((_, index) => index)
      .filter((index) => {
        const { start, end } = this.ir.functions[index]!
        return start <= offset && offset <= end
      })
      .toReversed()
  }
}
