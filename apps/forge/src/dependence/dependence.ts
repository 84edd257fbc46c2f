import type { GraphSymbol } from '@forge/graph'
import { type FunctionId, type Place, op, slice } from '@forge/pdg'
import { byCodeUnit } from '../by-code-unit.ts'
import { NoCodeError, PositionNotFoundError, SymbolNotFoundError } from '../errors.ts'
import { fileNotFound } from './file-not-found.ts'
import { checkFlow, checkSlice, checkTarget } from './check-input.ts'
import { functionPlace, isWritten, linesOf, spanOf, stepOf } from './code-places.ts'
import type {
  CodeSlice,
  CodeSliceOptions,
  DependenceTarget,
  FunctionDependences,
  FunctionFlow,
  SlicedFile,
  SliceEdge,
  SlicePlace,
} from './dependence-types.ts'
import { functionDependences } from './function-dependences.ts'
import { type FlowOptions, functionFlow } from './function-flow.ts'
import { functionAround, functionBeginningAt } from './function-at.ts'
import { ProjectProgram } from './project-program.ts'
import { assumedCalls, sliceEdges } from './slice-edges.ts'
import type { SourceFile } from './source-file.ts'
import { type ProjectSources, RevisionFiles } from './source-files.ts'

/** How many functions a slice may be in unless it is told otherwise. */
const usualLimit = 100
/** How many instructions are kept from one question to the next: those of half a million lines take some 300 MB with their dependences. */
const mostKept = 500_000

/** Questions about the flow of control. */
export interface FlowQuestions {
  /** The flow of control of the functions that a symbol is, of the one that begins at a place, or of the innermost one around it. Throws what {@link DependenceQuestions} throws. */
  of(target: DependenceTarget, options?: FlowOptions): Promise<readonly FunctionFlow[]>
}

/**
 * Questions about dependences.
 *
 * They throw `FORGE_GRAPH_INPUT` for what is no symbol, place or option, `FORGE_SYMBOL_NOT_FOUND`, `FORGE_POSITION_NOT_FOUND` for a file, a line or a column that is not there, `FORGE_NO_CODE` where nothing runs (a blank line, a comment, a type),
 * and `FORGE_SOURCE_CHANGED` for a file that is not as it was when it was indexed.
 */
export interface DependenceQuestions {
  /** What depends on what in the functions that a symbol is, in the one that begins at a place, or in the innermost one around it. */
  of(target: DependenceTarget): Promise<readonly FunctionDependences[]>
  /** What affects a place, or what it affects. */
  slice(options: CodeSliceOptions): Promise<CodeSlice>
}

/** Answers both from the files of a project, by what its graph knows. */
export class Dependence {
  readonly #sources: ProjectSources
  /** What was read for the questions before, as long as the graph is the same one. */
  #kept: { readonly revision: number; readonly program: ProjectProgram } | undefined
  readonly flow: FlowQuestions
  readonly dependences: DependenceQuestions

  constructor(sources: ProjectSources) {
    this.#sources = sources
    const flowOf: FlowQuestions['of'] = async (target, options = {}) => {
      checkTarget(target, flowOf)
      checkFlow(options, flowOf)
      return this.#functions(target, (file, id) => functionFlow(file, id, options))
    }
    const dependencesOf: DependenceQuestions['of'] = async (target) => {
      checkTarget(target, dependencesOf)
      return this.#functions(target, (file, id, program) => this.#dependencesOf(file, id, program))
    }
    const sliceOf: DependenceQuestions['slice'] = async (options) => {
      checkSlice(options, sliceOf)
      return this.#slice(options)
    }
    this.flow = { of: flowOf }
    this.dependences = { of: dependencesOf, slice: sliceOf }
  }

  /** The project as it is now; what was read of it before is kept, unless that has become much. */
  async #program(): Promise<ProjectProgram> {
    const { graph } = this.#sources
    const revision = await graph.revision()
    const kept = this.#kept
    if (kept !== undefined && kept.revision === revision && kept.program.files.instructions < mostKept)
      return kept.program
    const program = new ProjectProgram(graph, await RevisionFiles.open(this.#sources))
    this.#kept = { revision, program }
    return program
  }

  async #functions<T>(
    target: DependenceTarget,
    show: (file: SourceFile, id: FunctionId, program: ProjectProgram) => T | Promise<T>,
  ): Promise<readonly T[]> {
    const program = await this.#program()
    const { files } = program
    if (!('id' in target)) {
      const file = await fileAt(files, target)
      return [await show(file, functionAt(file, target), program)]
    }
    const symbol = await this.#sources.graph.symbol(target.id)
    if (symbol === undefined) throw new SymbolNotFoundError(target.id, [])
    if (symbol.kind === 'external')
      throw noCodeOutside(symbol, await this.#sources.graph.findSymbol(symbol.name, { limit: 3 }))
    const file = symbol.file === '' ? undefined : await files.load(symbol.file)
    const functions = file?.functionsOf(target.id) ?? []
    if (file === undefined || functions.length === 0) throw noCodeOf(symbol, file)
    const shown: T[] = []
    for (const id of functions) checkRead(file, id)
    for (const id of functions) shown.push(await show(file, id, program))
    return shown
  }

  /** What depends on what; nothing is assumed for a call of which it is known what it calls. */
  async #dependencesOf(file: SourceFile, id: FunctionId, program: ProjectProgram): Promise<FunctionDependences> {
    const dependences = functionDependences(file, id)
    const known = new Map<number, boolean>()
    for (const { assumedFor } of dependences.edges) {
      if (assumedFor === null || known.has(assumedFor)) continue
      known.set(assumedFor, (await program.callees(id, assumedFor)).isComplete)
    }
    return {
      ...dependences,
      edges: dependences.edges.filter(({ assumedFor }) => assumedFor === null || known.get(assumedFor) === false),
    }
  }

  async #slice(options: CodeSliceOptions): Promise<CodeSlice> {
    const { direction = 'backward', within = false, exceptions = 'direct', depth, limit = usualLimit, signal } = options
    signal?.throwIfAborted()
    const program = await this.#program()
    const { files } = program
    const file = await fileAt(files, options)
    const from = criterion(file, options)
    const found = await slice(program, {
      from,
      direction,
      within,
      exceptions,
      limit,
      signal,
      ...(depth === undefined ? {} : { depth }),
    })
    const sliced = { slice: found.functions, program, files }
    const functions = [...found.functions]
      .map(([id, instructions]) => {
        const of = files.of(id)
        const written = instructions.filter((at) => isWritten(of.function(id), at))
        const away = found.distances.get(id)!
        const distances = new Map(instructions.map((at, index) => [at, away[index]!]))
        return { id, of, written, distances }
      })
      .filter(({ written }) => written.length > 0)
      .toSorted((a, b) => byCodeUnit(a.of.path, b.of.path) || a.id - b.id)
    return {
      direction,
      criterion: from.map((place) => stepOf(file, place.function, place.instruction)),
      cut: found.cut,
      files: slicedFiles(functions),
      functions: functions.map(({ id, of, written }) => ({
        ...functionPlace(of, id),
        steps: written.map((at) => stepOf(of, id, at)),
      })),
      assumed: (await assumedCalls(sliced)).map((place) =>
        stepOf(files.of(place.function), place.function, place.instruction),
      ),
      ...(options.edges === true
        ? edgesBetween(
            functions.map(({ id }) => id),
            await sliceEdges(sliced),
          )
        : {}),
    }
  }
}

/** A place in a file; without a column the whole line. */
interface LinePlace {
  readonly line: number
  readonly column?: number
}

async function fileAt(files: RevisionFiles, place: LinePlace & { readonly file: string }): Promise<SourceFile> {
  const { file, line, column } = place
  const source = await files.load(file)
  if (source === undefined) throw fileNotFound(file)
  const { lines } = source
  if (line > lines) {
    throw new PositionNotFoundError(`${file} has ${lines} lines, and no line ${line}`, {
      hint: 'Check the line; run `forge index` if the file has changed',
      details: { file, line, lines },
    })
  }
  const { start, end } = source.line(line)
  // Behind the last column is a place, too: where a cursor may be.
  if (column !== undefined && column > end - start + 1) {
    throw new PositionNotFoundError(`${file}:${line} has ${end - start} columns, and no column ${column}`, {
      hint: 'Check the column; run `forge index` if the file has changed',
      details: { file, line, column, columns: end - start },
    })
  }
  return source
}

/** The instructions at a place: all that begin on a line, or the narrowest around a column; else what goes on there. */
function criterion(file: SourceFile, place: LinePlace): Place[] {
  const found = criterionOrNone(file, place)
  if (found.length === 0) throw noCode(file, place)
  for (const { function: id } of found) checkRead(file, id)
  return found
}

function criterionOrNone(file: SourceFile, { line, column }: LinePlace): Place[] {
  const { start, end } = file.line(line)
  const offset = column === undefined ? undefined : start + column - 1
  if (hasUnread(file, offset ?? start, offset ?? end)) return []
  const starting: Place[] = []
  const around: { readonly place: Place; readonly length: number }[] = []
  for (const [index, ir] of file.ir.functions.entries()) {
    if (ir.start > end || ir.end < start) continue
    for (let at = 0; at < ir.instructions.count; at++) {
      if (!isWritten(ir, at)) continue
      const place = { function: file.first + index, instruction: at }
      const { start: from, end: to } = spanOf(file, place.function, at)
      if (offset === undefined && from >= start && from < end + 1) starting.push(place)
      const isAround = offset === undefined ? from < start && to > start : from <= offset && offset < to
      if (isAround && ir.instructions.op[at] !== op.closure) around.push({ place, length: to - from })
    }
  }
  if (starting.length > 0) return starting
  // What goes on around a comment does not go on in it.
  const isNone = offset === undefined ? isBlankOrComment(file, line) : file.isComment(offset, offset + 1)
  if (around.length > 0 && isNone) return []
  const narrowest = Math.min(...around.map(({ length }) => length))
  return around
    .filter(({ place, length }) => length === narrowest && !isInOtherFunction(file, place, start))
    .map(({ place }) => place)
}

/** Whether a line, by its first offset, is in the body of a function that an instruction makes: the instruction does not go on there. */
function isInOtherFunction(file: SourceFile, { function: id, instruction }: Place, line: number): boolean {
  const { start, end } = spanOf(file, id, instruction)
  return file.ir.functions.some((ir, index) => {
    const isOther = index + file.first !== id && ir.kind !== 'fields'
    return isOther && ir.start >= start && ir.end <= end && ir.start < line && ir.end > line
  })
}

function isBlankOrComment(file: SourceFile, line: number): boolean {
  const { start, end } = file.line(line)
  return file.text.slice(start, end).trim() === '' || file.isComment(start, end)
}

/** The function that begins at a place, else the innermost one around it. */
function functionAt(file: SourceFile, place: LinePlace): FunctionId {
  const { start, end } = file.line(place.line)
  const offset = place.column === undefined ? undefined : start + place.column - 1
  const around = hasUnread(file, offset ?? start, offset ?? end) ? undefined : functionAround(file, place)
  const found =
    functionBeginningAt(file, place) ??
    (place.column === undefined ? undefined : around) ??
    criterionOrNone(file, place)[0]?.function ??
    around
  if (found === undefined) throw noCode(file, place)
  checkRead(file, found)
  return found
}

/** Throws for a module of whose own code a part could not be read. Other functions that could not be read as a whole are not there. */
function checkRead(file: SourceFile, id: FunctionId): void {
  if (file.function(id).kind !== 'module' || file.unread.unread.every(({ isFunction }) => isFunction)) return
  throw notRead(file, `The code of ${file.path} could not be read as a whole`)
}

/** That something is left out, for the first error of the file. */
function notRead(file: SourceFile, message: string): NoCodeError {
  const [diagnostic] = file.unread.diagnostics
  const line = file.lineOf(diagnostic?.start ?? 0)
  const isTooDeep = file.ir.functions.length === 0
  return new NoCodeError(`${message}: ${diagnostic?.message ?? 'it has an error'} (line ${line})`, {
    hint: isTooDeep ? 'Take what is nested out into functions of their own' : `Mend line ${line}, then ask again`,
    details: { file: file.path, line },
  })
}

/** Whether something between two offsets, both included, could not be read. */
function hasUnread(file: SourceFile, start: number, end: number): boolean {
  return file.unread.unread.some((part) => part.start <= end && part.end > start)
}

function noCodeOutside({ id, kind, qualifiedName }: GraphSymbol, similar: readonly GraphSymbol[]): NoCodeError {
  return new NoCodeError(`${qualifiedName} is outside of the project: its code is not in the index`, {
    hint:
      similar.length === 0
        ? 'Name a function of the project, or point at a line'
        : `Did you mean ${similar.map((symbol) => symbol.qualifiedName).join(', ')}?`,
    details: { symbol: id, kind, similar: similar.map((symbol) => symbol.id) },
  })
}

function noCodeOf(symbol: GraphSymbol, file: SourceFile | undefined): NoCodeError {
  const { id, qualifiedName, kind, range } = symbol
  if (file !== undefined && hasUnread(file, range.start.offset, range.end.offset)) {
    return notRead(file, `${qualifiedName} could not be read`)
  }
  const members = (file?.outline ?? []).filter(
    (member) => member.id.startsWith(`${id}.`) && file!.functionsOf(member.id).length > 0,
  )
  return new NoCodeError(`${qualifiedName} has no code that runs by itself`, {
    hint:
      members.length === 0
        ? 'Name a function, a method, a class with fields or a module, or point at a line'
        : `Name one of its members:\n${members.map((member) => `  ${member.id}`).join('\n')}`,
    details: { symbol: id, kind },
  })
}

function noCode(file: SourceFile, place: LinePlace): NoCodeError {
  const { line, column } = place
  const { start, end } = file.line(line)
  const message = `There is no code at ${file.path}:${line}`
  if (!isBlankOrComment(file, line) && hasUnread(file, start, end)) {
    return notRead(file, `${message}: it could not be read`)
  }
  return new NoCodeError(`${message}: ${whyNoCode(file, place)}`, {
    hint: 'Point at a statement or an expression',
    details: { file: file.path, line, ...(column === undefined ? {} : { column }) },
  })
}

function whyNoCode(file: SourceFile, { line, column }: LinePlace): string {
  const { start, end } = file.line(line)
  if (file.text.slice(start, end).trim() === '') return 'the line is blank'
  if (file.isComment(start, end)) return 'it is a comment'
  if (column === undefined || criterionOrNone(file, { line }).length === 0) return 'nothing on it runs'
  const at = start + column - 1
  return file.isComment(at, at + 1) ? `column ${column} is in a comment` : `nothing at column ${column} runs`
}

/** What of a function belongs to a slice: its instructions that somebody wrote, and how far away each is. */
interface SlicedCode {
  readonly id: FunctionId
  readonly of: SourceFile
  readonly written: readonly number[]
  readonly distances: ReadonlyMap<number, number>
}

/** The edges between functions that are shown, by their places among these. */
function edgesBetween(
  functions: readonly FunctionId[],
  { edges, cut }: { readonly edges: readonly SliceEdge[]; readonly cut: number },
): Required<Pick<CodeSlice, 'edges' | 'edgesCut'>> {
  const index = new Map(functions.map((id, at) => [id, at]))
  const placed = ({ function: id, step }: SlicePlace): SlicePlace => ({ function: index.get(id) ?? -1, step })
  return {
    edges: edges
      .map((edge) => ({ ...edge, from: placed(edge.from), on: placed(edge.on) }))
      .filter(({ from, on }) => from.function >= 0 && on.function >= 0),
    edgesCut: cut,
  }
}

function slicedFiles(functions: readonly SlicedCode[]): SlicedFile[] {
  const files = new Map<SourceFile, { lines: Map<number, number>; functions: FunctionId[] }>()
  for (const { id, of, written, distances } of functions) {
    let entry = files.get(of)
    if (entry === undefined) files.set(of, (entry = { lines: new Map(), functions: [] }))
    entry.functions.push(id)
    for (const at of written) {
      for (const line of linesOf(of, of.function(id), at)) {
        entry.lines.set(line, Math.min(entry.lines.get(line) ?? Infinity, distances.get(at)!))
      }
    }
  }
  return [...files].map(([file, { lines, functions: ids }]) => {
    const sorted = [...lines].toSorted(([a], [b]) => a - b)
    return {
      file: file.path,
      lines: sorted.map(([line]) => line),
      distances: sorted.map(([, distance]) => distance),
      ofLines: linesOfFunctions(file, ids),
    }
  })
}

/** How many lines functions have, those of one inside another counted once. */
function linesOfFunctions(file: SourceFile, ids: readonly FunctionId[]): number {
  const lines = new Set<number>()
  for (const id of ids) {
    const { start, end, kind } = file.function(id)
    // Behind the last line break there is no line that anybody wrote.
    if (kind === 'module') return file.lines - (file.text.endsWith('\n') ? 1 : 0)
    for (let line = file.lineOf(start); line <= file.lineOf(end); line++) lines.add(line)
  }
  return lines.size
}
