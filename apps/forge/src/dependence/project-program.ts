import type { Graph, OutlineSymbol, Site } from '@forge/graph'
import {
  type Callee,
  type Callees,
  type Caller,
  type FunctionId,
  type FunctionIr,
  type Place,
  type Procedure,
  type Program,
  type SharedAccess,
  locationCodes,
  op,
  throwsItself,
  variableCodes,
} from '@forge/pdg'
import { accesses, placesNamed } from './named-places.ts'
import { ProjectIterators, isUnlinked } from './project-iterators.ts'
import type { SourceFile, WantedAccess } from './source-file.ts'
import type { RevisionFiles } from './source-files.ts'

const [variableLocation, propertyLocation, elementLocation] = [
  locationCodes.variable,
  locationCodes.property,
  locationCodes.element,
]
const importedKind = variableCodes.imported
/** What may hold an object. */
const holderKinds: ReadonlySet<string> = new Set(['variable', 'constant'])
const accessorKinds: ReadonlySet<string> = new Set(['getter', 'setter'])

/**
 * A project as slices see it: what happens inside of a file is read from the file; what is called and named across files, the graph knows.
 *
 * A property is told apart by the symbol that the graph has for it, together with those that it overrides; places that could not be resolved count for every
 * symbol of their name. Elements, and names that are computed, are matched inside of a file; those of what is in a variable of a module also in the files that import it. A call that
 * the graph does not know is taken for one of the functions of its file that have the name.
 */
export class ProjectProgram implements Program {
  readonly files: RevisionFiles
  readonly #graph: Graph
  readonly #callees = new Map<FunctionId, Map<number, Promise<Callees>>>()
  readonly #callers = new Map<FunctionId, Promise<readonly Caller[]>>()
  readonly #throws = new Map<FunctionId, Map<number, Promise<boolean>>>()
  readonly #places = new Map<string, Promise<readonly Place[]>>()
  readonly #iterators: ProjectIterators
  readonly #generators = new Map<SourceFile, Promise<readonly FunctionId[]>>()
  readonly #relatives = new Map<string, Promise<readonly string[]>>()

  constructor(graph: Graph, files: RevisionFiles) {
    this.#graph = graph
    this.files = files
    this.#iterators = new ProjectIterators(graph, files)
  }

  procedure(id: FunctionId): Procedure {
    return this.files.of(id).procedure(id)
  }

  throws(id: FunctionId, call: number): Promise<boolean> {
    let ofFunction = this.#throws.get(id)
    if (ofFunction === undefined) this.#throws.set(id, (ofFunction = new Map()))
    let throws = ofFunction.get(call)
    if (throws === undefined) ofFunction.set(call, (throws = this.#findThrows(id, call)))
    return throws
  }

  async #findThrows(id: FunctionId, call: number): Promise<boolean> {
    const file = this.files.of(id)
    const own = file.program.callees(id - file.first, call)
    if (own.isComplete) return file.program.throws(id - file.first, call)
    for (const target of this.#targets(file, id, call)) {
      const { targetFile: path, targetStart: start, targetEnd: end } = target
      if (path === '' || !this.files.has(path, 'throw', { start, end })) continue
      const of = await this.files.load(path)
      if (of?.functionsOf(target.target).some((called) => throwsItself(of.function(called))) === true) return true
    }
    return false
  }

  /** What the graph says a call calls. */
  #targets(file: SourceFile, id: FunctionId, call: number): readonly Site[] {
    const { start, instructions } = file.function(id)
    if (instructions.a[call]! < 0) return []
    const at = start + instructions.a[call]!
    return file
      .sitesIn(at, start + instructions.b[call]!)
      .filter((site) => site.start === at && (site.kind === 'calls' || site.kind === 'instantiates'))
  }

  callees(id: FunctionId, call: number): Promise<Callees> {
    let ofFunction = this.#callees.get(id)
    if (ofFunction === undefined) this.#callees.set(id, (ofFunction = new Map()))
    let callees = ofFunction.get(call)
    if (callees === undefined) ofFunction.set(call, (callees = this.#findCallees(id, call)))
    return callees
  }

  async #findCallees(id: FunctionId, call: number): Promise<Callees> {
    const file = this.files.of(id)
    const own = file.program.callees(id - file.first, call)
    const functions: Callee[] = own.functions.map((callee) => ({ ...callee, function: callee.function + file.first }))
    const { a, op: ops } = file.function(id).instructions
    if (own.isComplete || a[call]! < 0) return { functions, isComplete: own.isComplete }
    const targets = this.#targets(file, id, call)
    const isOutside = targets.some((site) => site.targetKind === 'external')
    for (const target of targets) {
      if (target.targetKind === 'external') continue
      const through = isIndirect(targets, target.target)
      for (const called of await this.#functionsOf(target, ops[call] === op.construct)) {
        functions.push({ function: called, isIndirect: through })
      }
    }
    const named =
      targets.length === 0 ? file.program.named(id - file.first, call) : file.program.assigned(id - file.first, call)
    for (const one of named) functions.push({ function: one + file.first, isIndirect: false })
    if (targets.length === 0) return { functions: unique(functions), isComplete: false }
    const isKnown = functions.length > own.functions.length && !isOutside
    return { functions: unique(functions), isComplete: isKnown }
  }

  accessors(id: FunctionId, instruction: number): readonly FunctionId[] | Promise<readonly FunctionId[]> {
    const file = this.files.of(id)
    const isAsking = file.program.asks(id - file.first, instruction)
    const taken = isAsking && file.runsAccessors ? file.iteratorSites(id, instruction) : []
    if (taken.length > 0) return this.#iterators.iteratorsAt(taken)
    const own = this.#accessorsOf(file, id, instruction)
    if (!isAsking || !isUnlinked(file.function(id), instruction)) return own
    return this.#iterators.iterablesOf(file).then(async (iterables) => [...(await own), ...iterables])
  }

  #accessorsOf(
    file: SourceFile,
    id: FunctionId,
    instruction: number,
  ): readonly FunctionId[] | Promise<readonly FunctionId[]> {
    if (!file.runsAccessors) return []
    const named = file.accessSites(id, instruction)
    // What the graph does not know is told by its name; what it knows may be no getter or setter.
    const isOutside =
      file.function(id).instructions.op[instruction] === op.call &&
      named.every(({ targetKind }) => targetKind === 'external')
    if (named.length === 0 || isOutside)
      return file.program.accessors(id - file.first, instruction).map((one) => one + file.first)
    const run = named.filter(({ kind, targetKind }) => kind === 'calls' && accessorKinds.has(targetKind))
    return run.length === 0 ? [] : this.#accessorsAt(file.function(id), instruction, run)
  }

  async #accessorsAt(ir: FunctionIr, instruction: number, sites: readonly Site[]): Promise<readonly FunctionId[]> {
    const found = new Set<FunctionId>()
    for (const { target, targetFile, name } of sites) {
      const file = await this.files.load(targetFile)
      for (const one of pairOf(target).flatMap((symbol) => file?.functionsOf(symbol) ?? [])) {
        const how = file!.function(one).kind === 'getter' ? 'read' : 'written'
        if (accesses(ir, instruction, { how, name })) found.add(one)
      }
    }
    return [...found]
  }

  /** The instructions that run a getter or a setter. */
  async #accessorCallers(file: SourceFile, id: FunctionId): Promise<readonly Caller[]> {
    const { kind, name } = file.function(id)
    const places: Place[] = []
    for (const { function: index, call: instruction } of file.program.callers(id - file.first)) {
      const place = { function: index + file.first, instruction }
      if ((await this.accessors(place.function, instruction)).includes(id)) places.push(place)
    }
    const owner = file.owner(id - file.first)
    const symbols = owner === undefined || !accessorKinds.has(owner.kind) ? [] : pairOf(owner.id)
    const wanted: WantedAccess = { how: kind === 'getter' ? 'read' : 'written', name }
    for (const symbol of symbols) {
      if ((await this.#graph.symbol(symbol)) === undefined) continue
      for (const { site } of await this.#graph.callers(symbol)) {
        const from = await this.files.load(site.file)
        if (from !== undefined) places.push(...placesNamed(from, site.range.start.offset, wanted))
      }
    }
    return unique(places.map((place) => ({ function: place.function, call: place.instruction, isIndirect: false })))
  }

  resumers(id: FunctionId): Promise<readonly Place[]> {
    return this.#once(`resume ${id}`, () => this.#findResumers(id))
  }

  /** What lets a generator go on in its file, and what may do so in the files that call it. */
  async #findResumers(id: FunctionId): Promise<readonly Place[]> {
    const own = this.files.of(id)
    const places: Place[] = []
    const add = ({ first }: SourceFile, inFile: readonly Place[]): void => {
      for (const { function: index, instruction } of inFile) places.push({ function: index + first, instruction })
    }
    add(own, own.program.resumers(id - own.first))
    const callers = await this.callers(id)
    for (const file of new Set(callers.map((caller) => this.files.of(caller.function)))) {
      if (file !== own) add(file, file.program.asking)
    }
    return places
  }

  async resumes(id: FunctionId, instruction: number): Promise<readonly FunctionId[]> {
    const file = this.files.of(id)
    const own = file.program.resumes(id - file.first, instruction).map((one) => one + file.first)
    return file.program.asks(id - file.first, instruction) ? [...own, ...(await this.#generatorsOf(file))] : own
  }

  /** The generators of other files that a file calls. */
  #generatorsOf(file: SourceFile): Promise<readonly FunctionId[]> {
    let generators = this.#generators.get(file)
    if (generators === undefined) this.#generators.set(file, (generators = this.#findGenerators(file)))
    return generators
  }

  async #findGenerators({ path, sites }: SourceFile): Promise<readonly FunctionId[]> {
    const found = new Set<FunctionId>()
    for (const { kind, target, targetFile, targetStart: start, targetEnd: end } of sites) {
      if (kind !== 'calls' || targetFile === '' || targetFile === path) continue
      if (!this.files.has(targetFile, '*', { start, end })) continue
      const of = await this.files.load(targetFile)
      for (const one of of?.functionsOf(target) ?? []) if (of!.function(one).isGenerator) found.add(one)
    }
    return [...found]
  }

  callers(id: FunctionId): Promise<readonly Caller[]> {
    let callers = this.#callers.get(id)
    if (callers === undefined) this.#callers.set(id, (callers = this.#findCallers(id)))
    return callers
  }

  async #findCallers(id: FunctionId): Promise<readonly Caller[]> {
    const file = this.files.of(id)
    const index = id - file.first
    if (accessorKinds.has(file.function(id).kind)) return this.#accessorCallers(file, id)
    const found: Caller[] = file.program.callers(index).map(({ function: caller, call, isIndirect: through }) => ({
      function: caller + file.first,
      call,
      isIndirect: through,
    }))
    for (const { function: caller, call } of file.program.callersByName(index)) {
      const place = { function: caller + file.first, call }
      const { functions } = await this.callees(place.function, call)
      if (functions.some((one) => one.function === id)) found.push({ ...place, isIndirect: false })
    }
    if (file.program.ofIterators.includes(index)) {
      for (const { function: caller, instruction: call } of await this.#iterators.placesOf(file, index))
        found.push({ function: caller, call, isIndirect: false })
    }
    const owner = file.owner(index)
    if (owner === undefined || owner.kind === 'module' || !file.functionsOf(owner.id).includes(id)) return found
    for (const symbol of [owner.id, ...(await this.#madeWith(owner))]) {
      for (const { site } of await this.#graph.callers(symbol)) {
        const from = await this.files.load(site.file)
        const { offset } = site.range.start
        for (const place of from?.callsAt(offset) ?? []) {
          found.push({ ...place, isIndirect: isIndirect(from!.sitesIn(offset, site.range.end.offset), symbol) })
        }
      }
    }
    return unique(found)
  }

  /** For a class, or its constructor: the classes derived from it that have no constructor, so that `new` of them runs what it has. */
  async #madeWith({ id, kind }: Pick<OutlineSymbol, 'id' | 'kind'>): Promise<readonly string[]> {
    if (kind !== 'class' && kind !== 'constructor') return []
    const classes = new Set([kind === 'class' ? id : id.slice(0, id.lastIndexOf('.'))])
    for (const one of classes) {
      for (const { kind: edge, direction, symbol } of await this.#graph.neighbours(one)) {
        if (edge !== 'extends' || direction !== 'in' || symbol.kind !== 'class') continue
        const file = await this.files.load(symbol.file)
        if (file?.outline.some((other) => other.id === `${symbol.id}.constructor`) === false) classes.add(symbol.id)
      }
    }
    return [...classes].slice(1)
  }

  writers(access: SharedAccess): Promise<readonly Place[]> {
    return this.#shared('written', access)
  }

  readers(access: SharedAccess): Promise<readonly Place[]> {
    return this.#shared('read', access)
  }

  /** The functions that a call of a symbol runs: for a class its constructor, or that of its base, and what initialises its fields. */
  async #functionsOf(
    site: Pick<Site, 'target' | 'targetKind' | 'targetFile'>,
    isConstruct: boolean,
  ): Promise<readonly FunctionId[]> {
    const file = site.targetFile === '' ? undefined : await this.files.load(site.targetFile)
    if (file === undefined) return []
    if (site.targetKind !== 'class') return file.functionsOf(site.target)
    const own = file.outline.find(({ id, kind }) => kind === 'constructor' && id === `${site.target}.constructor`)
    if (own !== undefined) return file.functionsOf(own.id)
    const fields = file.functionsOf(site.target).filter((id) => file.function(id).kind === 'fields')
    if (!isConstruct) return fields
    const bases = (await this.#graph.neighbours(site.target)).filter(
      (edge) => edge.kind === 'extends' && edge.direction === 'out' && edge.symbol.kind === 'class',
    )
    const ofBases = await Promise.all(
      bases.map(({ symbol: base }) =>
        this.#functionsOf({ target: base.id, targetKind: 'class', targetFile: base.file }, true),
      ),
    )
    return [...fields, ...ofBases.flat()]
  }

  #shared(how: 'read' | 'written', access: SharedAccess): Promise<readonly Place[]> {
    const { function: id, node, location, what } = access
    return this.#once(`${how} ${what} ${id} ${node} ${location}`, () => this.#findShared(how, access))
  }

  async #findShared(how: 'read' | 'written', access: SharedAccess): Promise<readonly Place[]> {
    const file = this.files.of(access.function)
    const { locations, variables } = file.function(access.function)
    const own = { ...access, function: access.function - file.first }
    const here = (places: readonly Place[]): Place[] =>
      places.map((place) => ({ ...place, function: place.function + file.first }))
    const inFile = (): Place[] => here(how === 'read' ? file.program.readers(own) : file.program.writers(own))
    const { kind, ref, base } = locations
    if (access.what === 'content') return [...inFile(), ...(await this.#contentElsewhere(file, own, how))]
    if (kind[access.location] === elementLocation) {
      const of = { ...own, location: base[access.location]! }
      return [...inFile(), ...(await this.#contentElsewhere(file, of, how))]
    }
    if (kind[access.location] === variableLocation) {
      if (variables.kind[ref[access.location]!] === importedKind) return this.#imported(file, access)
      return how === 'written' ? inFile() : [...inFile(), ...(await this.#importers(file, own))]
    }
    if (kind[access.location] !== propertyLocation) return inFile()
    const found = await this.#property(file, access, how)
    const given = await this.#contentElsewhere(file, { ...own, location: base[access.location]! }, how)
    return found === undefined
      ? [...inFile(), ...given]
      : [...here(file.program.computed(how, own)), ...found, ...given]
  }

  /** Where other files access what is in the object of a variable of a module, theirs or this one's. */
  async #contentElsewhere(
    file: SourceFile,
    { function: index, node, location }: SharedAccess,
    how: 'read' | 'written',
  ): Promise<readonly Place[]> {
    const { names, locations } = file.ir.functions[index]!
    const { kind, ref } = locations
    if (location >= 0 && kind[location] === propertyLocation) {
      const name = names[ref[location]!]!
      const symbols = await this.#symbolsNamed(file, { function: index + file.first, node }, name)
      const places = await Promise.all(
        [...symbols].map((symbol) =>
          this.#once(`${how} in the ${name} of ${symbol} but ${file.path}`, () =>
            this.#findPropertyContent(symbol, { but: file.path, how, name }),
          ),
        ),
      )
      return places.flat()
    }
    if (location < 0 || kind[location] !== variableLocation) return []
    const { function: holder, variable } = file.program.declaration(index, ref[location]!)
    if (holder !== 0) return []
    const symbol = file.symbolOfVariable(variable)
    return symbol === undefined
      ? []
      : this.#once(`${how} in ${symbol} but ${file.path}`, () => this.#findContent(symbol, { but: file.path, how }))
  }

  /** Where other files access what is in the object that a property has. */
  async #findPropertyContent(
    id: string,
    { but, how, name }: { readonly but: string; readonly how: 'read' | 'written'; readonly name: string },
  ): Promise<readonly Place[]> {
    const symbol = id.startsWith('external:') ? undefined : await this.#graph.symbol(id)
    if (symbol === undefined) return []
    const paths = new Set([symbol.file])
    for (const { role, file } of await this.#graph.references(id)) if (role !== 'type') paths.add(file)
    paths.delete(but)
    const places: Place[] = []
    for (const path of paths) {
      const file = await this.files.load(path)
      for (const { function: index, instruction } of file?.program.contentOf(how, name) ?? [])
        places.push({ function: index + file!.first, instruction })
    }
    return places
  }

  async #findContent(
    id: string,
    { but, how }: { readonly but: string; readonly how: 'read' | 'written' },
  ): Promise<readonly Place[]> {
    const symbol = await this.#graph.symbol(id)
    if (symbol === undefined || !holderKinds.has(symbol.kind)) return []
    const paths = new Set([symbol.file])
    for (const { role, file } of await this.#graph.references(id)) if (role === 'import') paths.add(file)
    paths.delete(but)
    const places: Place[] = []
    for (const path of paths) {
      const file = await this.files.load(path)
      for (const variable of file?.variablesOf(id) ?? []) {
        const found = file!.program.content(how, variable)
        for (const { function: index, instruction } of found) {
          places.push({ function: index + file!.first, instruction })
        }
      }
    }
    return places
  }

  /** What is imported: whatever writes it in its own file. */
  async #imported(file: SourceFile, { function: id, node }: SharedAccess): Promise<readonly Place[]> {
    const { start, instructions } = file.function(id)
    const sites = file.sitesIn(start + instructions.start[node]!, start + instructions.end[node]!)
    const targets = new Set(sites.filter((site) => site.targetKind !== 'module').map(({ target }) => target))
    const places = await Promise.all([...targets].map((target) => this.#placesOf(target, 'written')))
    return places.flat()
  }

  /** The places in other files that read a variable of a module. */
  async #importers(file: SourceFile, { function: index, location }: SharedAccess): Promise<readonly Place[]> {
    const { ref } = file.ir.functions[index]!.locations
    const { function: holder, variable } = file.program.declaration(index, ref[location]!)
    const { start, variables } = file.ir.functions[holder]!
    const nameStart = start + variables.start[variable]!
    const isDefault = variables.name[variable] === 'default'
    const symbol = isDefault
      ? file.outline.find((one) => one.id === `${file.path}#default`)
      : file.declaredAt(nameStart)
    if (holder !== 0 || symbol === undefined) return []
    const places: Place[] = []
    for (const { role, range, file: path } of await this.#graph.references(symbol.id)) {
      // By the name it is imported under, or as a member of a namespace.
      if (!['import', 'read', 'call'].includes(role) || path === file.path) continue
      const from = await this.files.load(path)
      if (from !== undefined) places.push(...placesNamed(from, range.start.offset, { how: 'read', name: symbol.name }))
    }
    return places
  }

  /** Accesses of a property by the symbol that it is; `undefined` where the graph does not know it. */
  async #property(
    file: SourceFile,
    access: SharedAccess,
    how: 'read' | 'written',
  ): Promise<readonly Place[] | undefined> {
    const { names, locations } = file.function(access.function)
    const name = names[locations.ref[access.location]!]!
    const all = await this.#symbolsNamed(file, access, name)
    if (all.size === 0) return undefined
    const places = await Promise.all([...all].map((symbol) => this.#placesOf(symbol, how)))
    return [...places.flat(), ...(await this.#unresolved(name, how))]
  }

  /** The symbols that a property of a name is at an instruction, those among them that it overrides; none for a merge. */
  async #symbolsNamed(
    file: SourceFile,
    { function: id, node }: Pick<SharedAccess, 'function' | 'node'>,
    name: string,
  ): Promise<ReadonlySet<string>> {
    const { start, instructions } = file.function(id)
    if (node >= instructions.count) return new Set()
    const [from, to] = [start + instructions.start[node]!, start + instructions.end[node]!]
    const named = file.sitesIn(from, to).filter((site) => site.name === name && site.role !== 'through')
    const declared = file.declaredIn(name, { start: from, end: to })
    const symbols = new Set([...named.map(({ target }) => target), ...declared.map(({ id: own }) => own)])
    return new Set((await Promise.all([...symbols].map((symbol) => this.#related(symbol)))).flat())
  }

  /** A symbol and those that stand for the same member, in bases and in what derives from them. */
  #related(symbol: string): Promise<readonly string[]> {
    let related = this.#relatives.get(symbol)
    if (related === undefined) this.#relatives.set(symbol, (related = this.#findRelated(symbol)))
    return related
  }

  async #findRelated(symbol: string): Promise<readonly string[]> {
    const found = new Set([symbol])
    for (const one of found) {
      if (one.startsWith('external:')) continue
      for (const { kind, symbol: other } of await this.#graph.neighbours(one)) {
        if (kind === 'overrides') found.add(other.id)
      }
    }
    return [...found]
  }

  /** Where a symbol is written, its declaration included, or read. */
  #placesOf(symbol: string, how: 'read' | 'written'): Promise<readonly Place[]> {
    return this.#once(`${how} ${symbol}`, () => this.#findPlacesOf(symbol, how))
  }

  /** Places that are found once. */
  #once(key: string, find: () => Promise<readonly Place[]>): Promise<readonly Place[]> {
    let places = this.#places.get(key)
    if (places === undefined) this.#places.set(key, (places = find()))
    return places
  }

  async #findPlacesOf(id: string, how: 'read' | 'written'): Promise<readonly Place[]> {
    if (id.startsWith('external:')) return []
    const symbol = await this.#graph.symbol(id)
    if (symbol === undefined) return []
    const wanted: WantedAccess = { how, name: symbol.name }
    const places: Place[] = []
    const file = await this.files.load(symbol.file)
    const declared = file?.outline.find((one) => one.id === id)
    if (file !== undefined && declared !== undefined && how === 'written') {
      places.push(...placesNamed(file, declared.nameStart, wanted))
    }
    for (const reference of await this.#graph.references(id)) {
      // What is counted up is read, too.
      if ((how === 'written' && reference.role !== 'write') || reference.role === 'type') continue
      const from = await this.files.load(reference.file)
      if (from !== undefined) places.push(...placesNamed(from, reference.range.start.offset, wanted))
    }
    return places
  }

  /** Accesses of a name that could not be resolved: they may be of any symbol that is called so. */
  #unresolved(name: string, how: 'read' | 'written'): Promise<readonly Place[]> {
    return this.#once(`${how} anything ${name}`, () => this.#findUnresolved(name, how))
  }

  async #findUnresolved(name: string, how: 'read' | 'written'): Promise<readonly Place[]> {
    const places: Place[] = []
    for (const { file, range, call } of await this.#graph.unresolvedNamed(name)) {
      if (how === 'written' && (call || !this.files.mayBeWritten(file, range.start.offset, range.end.offset))) continue
      const from = await this.files.load(file)
      if (from !== undefined) places.push(...placesNamed(from, range.start.offset, { how, name, isMember: true }))
    }
    return places
  }
}

/** The ids that a getter and a setter of one property may have, by that of one of them. */
function pairOf(symbol: string): readonly string[] {
  const name = symbol.replaceAll(/~(?:set|static)/g, '')
  return [name, `${name}~static`, `${name}~set`]
}

/** Whether a call runs a symbol because it gives it to something outside of the project, by the sites of the call. */
function isIndirect(sites: readonly Site[], symbol: string): boolean {
  const isOutside = sites.some(({ kind, targetKind }) => kind === 'calls' && targetKind === 'external')
  return isOutside && sites.some(({ role, target }) => role === 'through' && target === symbol)
}

function unique<Row extends { readonly function: FunctionId }>(rows: readonly Row[]): Row[] {
  const seen = new Map<string, Row>()
  for (const row of rows) seen.set(JSON.stringify(row), row)
  return [...seen.values()]
}
