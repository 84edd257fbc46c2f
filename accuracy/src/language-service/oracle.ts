import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import type { CorpusSpec } from './corpora.ts'
import { isAssignedPattern } from './identifiers.ts'
import { partsOf, placeOf, type Place } from './place.ts'

/** What the language service says about an identifier. */
export interface OracleAnswer {
  /** The names of all its declarations in the folder, those that are merged with them included. */
  readonly places: ReadonlySet<Place>
  /** Whether something outside the folder is meant, too, or alone. */
  readonly external: boolean
  /** Names in the folder that stand for something outside: `const { isIP } = require('node:net')`. */
  readonly aliases: ReadonlySet<Place>
  /** Whether all of it is declared in comments: in the JSDoc of JavaScript. */
  readonly inComment: boolean
  /** The kind of the first declaration in the folder. */
  readonly kind: string
  /** Whether that is declared as a member, or in the scope of a module or namespace. */
  readonly home: 'member' | 'module' | 'other'
  readonly file: string
}

/** The TypeScript language service over the files of a folder. */
export interface Oracle extends Disposable {
  readonly checker: ts.TypeChecker
  sourceFile(file: string): ts.SourceFile
  /** The text of a file, also of one that TypeScript has not read. */
  textOf(file: string): string
  /** What an identifier names; undefined where nothing is known. */
  answer(file: string, node: ts.Node): OracleAnswer | undefined
  /** Where the variable is declared that a shorthand property (`{ a }`) names; undefined of anything else. */
  shorthandVariable(node: ts.Node): ReadonlySet<Place> | undefined
  /** The places in the folder that refer to what is named at a place, declarations left out. */
  references(file: string, offset: number): readonly Place[]
}

/** What a language service has to know of a folder. */
export interface OracleSpec extends Pick<CorpusSpec, 'resolution' | 'paths'> {
  /**
   * Whether packages are installed in the folder, `@types/node` among them: what they declare counts as in the folder, and of a package without types the code is read.
   * Default: nothing is installed.
   */
  readonly installed?: boolean
  /** Keeps files that several language services read. */
  readonly registry?: ts.DocumentRegistry
}

/** Starts a language service over some files of a folder. */
export function createOracle(folder: string, files: readonly string[], spec: OracleSpec): Oracle {
  const texts = new Map(files.map((file) => [join(folder, file), readFileSync(join(folder, file), 'utf8')]))
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => optionsOf(folder, spec),
    getScriptFileNames: () => [...texts.keys()],
    getScriptVersion: () => '1',
    getScriptSnapshot(path) {
      const text = texts.get(path) ?? ts.sys.readFile(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: (path) => ts.sys.readFile(path),
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
  }
  const service = ts.createLanguageService(host, spec.registry ?? ts.createDocumentRegistry())
  const program = service.getProgram()!
  const checker = program.getTypeChecker()
  const nodesOfFile = new Map<string, Map<number, ts.Node>>()
  const expansions = new Map<Place, Expansion>()

  function inFolder(path: string): string | undefined {
    const isInside = texts.has(path) || (spec.installed === true && path.startsWith(`${folder}/`))
    return isInside ? path.slice(folder.length + 1) : undefined
  }

  function sourceFile(file: string): ts.SourceFile {
    return program.getSourceFile(join(folder, file))!
  }

  /** The declaration whose name, or whose first token, is at a place. */
  function declarationAt(file: string, start: number): ts.Node | undefined {
    let nodes = nodesOfFile.get(file)
    if (nodes === undefined) nodesOfFile.set(file, (nodes = declarationsOf(sourceFile(file))))
    return nodes.get(start)
  }

  function expand(file: string, start: number): Expansion {
    const place = placeOf(file, start)
    let expansion = expansions.get(place)
    if (expansion === undefined) expansions.set(place, (expansion = expanded(file, start)))
    return expansion
  }

  function expanded(file: string, start: number): Expansion {
    const places = new Set<Place>([placeOf(file, start)])
    const declaration = declarationAt(file, start)
    if (declaration === undefined) return { places, external: false, kind: 'unknown', home: 'other' }
    let symbol = symbolOf(declaration)
    if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) {
      const aliased = checker.getAliasedSymbol(symbol)
      if ((aliased.declarations ?? []).length === 0) {
        return { places, external: true, kind: 'import', home: 'other' }
      }
      places.clear()
      symbol = aliased
    }
    const declarations = [...(symbol?.declarations ?? [declaration])]
    if (ts.isConstructorDeclaration(declaration)) declarations.push(declaration.parent)
    let external = false
    for (const each of declarations) {
      const within = inFolder(each.getSourceFile().fileName)
      if (within === undefined) external = true
      else for (const at of placesOf(each, within)) places.add(at)
    }
    const first = declarations[0] ?? declaration
    return { places, external: external && places.size === 0, kind: kindOf(first), home: homeOf(first) }
  }

  function symbolOf(declaration: ts.Node): ts.Symbol | undefined {
    const name = ts.getNameOfDeclaration(declaration as ts.Declaration)
    const own = (declaration as { readonly symbol?: ts.Symbol }).symbol
    if (own !== undefined) return (checker as unknown as Merging).getMergedSymbol(own)
    return name === undefined ? undefined : checker.getSymbolAtLocation(name)
  }

  /**
   * The symbols a name stands for. Of a called name the language service tells the signature that is called, which may be one that
   * its value was given by: the name itself counts as well. So does the member that a shorthand of an assigned pattern takes out.
   */
  function namedSymbols(node: ts.Node): readonly ts.Symbol[] {
    const { parent } = node
    if (ts.isBindingElement(parent) || ts.isPropertyAssignment(parent) || ts.isJsxAttribute(parent)) return []
    if (ts.isShorthandPropertyAssignment(parent)) {
      if (!ts.isIdentifier(node) || parent.name !== node || !isAssignedPattern(parent.parent)) return []
      const taken = checker.getPropertySymbolOfDestructuringAssignment(node)
      return taken === undefined ? [] : [taken]
    }
    const symbol = checker.getSymbolAtLocation(node)
    if (symbol === undefined) return []
    return [(symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)]
  }

  function isInComment(place: Place): boolean {
    const { file: within, offset } = partsOf(place)
    return offset !== 'module' && isComment(sourceFile(within), offset)
  }

  function answer(file: string, node: ts.Node): OracleAnswer | undefined {
    const path = join(folder, file)
    const definitions = service.getDefinitionAtPosition(path, node.getStart(sourceFile(file))) ?? []
    const places = new Set<Place>()
    const aliases = new Set<Place>()
    let external = false
    let best: Omit<OracleAnswer, 'places' | 'aliases' | 'external' | 'inComment'> | undefined
    for (const { fileName, textSpan, kind } of definitions) {
      const within = inFolder(fileName)
      if (within === undefined) {
        external = true
        continue
      }
      if (kind === ts.ScriptElementKind.moduleElement && textSpan.start === 0) {
        places.add(placeOf(within, 'module'))
        best ??= { kind: 'module', home: 'module', file: within }
        continue
      }
      const expansion = expand(within, textSpan.start)
      if (expansion.external) {
        external = true
        for (const place of expansion.places) aliases.add(place)
        continue
      }
      for (const place of expansion.places) places.add(place)
      best ??= { kind: expansion.kind, home: expansion.home, file: fileOf(expansion, within) }
    }
    const own = namedSymbols(node)
    if (definitions.length > 0) {
      for (const declaration of own.flatMap((symbol) => symbol.declarations ?? [])) {
        const within = inFolder(declaration.getSourceFile().fileName)
        if (within === undefined) continue
        for (const place of placesOf(declaration, within)) places.add(place)
        best ??= { kind: kindOf(declaration), home: homeOf(declaration), file: within }
      }
    }
    if (best === undefined) {
      return external
        ? { places, aliases, external, inComment: false, kind: 'external', home: 'other', file: '' }
        : undefined
    }
    return { places, aliases, external, inComment: [...places].every(isInComment), ...best }
  }

  return {
    checker,
    sourceFile,
    textOf: (file) => (sourceFile(file) as ts.SourceFile | undefined)?.text ?? readFileSync(join(folder, file), 'utf8'),
    answer,
    shorthandVariable(node) {
      const { parent } = node
      if (!ts.isShorthandPropertyAssignment(parent) || parent.name !== node) return undefined
      const places = new Set<Place>()
      for (const declaration of checker.getShorthandAssignmentValueSymbol(parent)?.declarations ?? []) {
        const within = inFolder(declaration.getSourceFile().fileName)
        if (within === undefined) continue
        for (const start of placesOf(declaration, within)) {
          const { offset } = partsOf(start)
          if (offset === 'module') places.add(start)
          else for (const place of expand(within, offset).places) places.add(place)
        }
      }
      return places
    },
    references(file, offset) {
      const found = service.getReferencesAtPosition(join(folder, file), offset) ?? []
      const places: Place[] = []
      for (const { fileName, textSpan } of found) {
        const within = inFolder(fileName)
        if (within !== undefined) places.push(placeOf(within, textSpan.start))
      }
      return places
    },
    [Symbol.dispose]: () => service.dispose(),
  }
}

interface Expansion {
  readonly places: ReadonlySet<Place>
  readonly external: boolean
  readonly kind: string
  readonly home: OracleAnswer['home']
}

/** A part of the checker that TypeScript does not declare. */
interface Merging {
  getMergedSymbol(symbol: ts.Symbol): ts.Symbol
}

function fileOf({ places }: Expansion, file: string): string {
  for (const place of places) return place.slice(0, place.lastIndexOf(':'))
  return file
}

function placesOf(declaration: ts.Node, file: string): readonly Place[] {
  if (ts.isSourceFile(declaration)) return [placeOf(file, 'module')]
  const name = ts.getNameOfDeclaration(declaration as ts.Declaration)
  const start = placeOf(file, (name ?? declaration).getStart())
  // What stands behind `export default` and `module.exports =` may be declared by that, too.
  const inner = exportedBy(declaration)
  if (inner !== undefined) return [start, placeOf(file, declaration.getStart()), ...placesOf(inner, file)]
  const holder = holderOf(declaration)
  return holder === undefined ? [start] : [start, placeOf(file, holder.getStart())]
}

/** The name a function or class without an own one is held by: `const name = function () {}`, also where it has one. */
function holderOf(node: ts.Node): ts.Node | undefined {
  if (!ts.isFunctionExpression(node) && !ts.isArrowFunction(node) && !ts.isClassExpression(node)) return undefined
  const { parent } = node
  if (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent)) {
    return parent.name
  }
  return ts.isBinaryExpression(parent) && ts.isPropertyAccessExpression(parent.left) ? parent.left.name : undefined
}

function exportedBy(node: ts.Node): ts.Node | undefined {
  if (ts.isExportAssignment(node)) return node.expression
  const assigned = ts.isBinaryExpression(node) ? node : node.parent
  if (!ts.isBinaryExpression(assigned)) return undefined
  return node === assigned || node === assigned.left ? assigned.right : undefined
}

function kindOf(declaration: ts.Node): string {
  return ts.SyntaxKind[declaration.kind]
}

function homeOf(declaration: ts.Node): OracleAnswer['home'] {
  if (ts.isSourceFile(declaration)) return 'module'
  const { parent } = declaration as { parent: ts.Node | undefined }
  if (parent === undefined) return 'other'
  if (ts.isClassLike(parent) || ts.isInterfaceDeclaration(parent) || ts.isTypeLiteralNode(parent)) return 'member'
  if (ts.isObjectLiteralExpression(parent) || ts.isEnumDeclaration(parent)) return 'member'
  return 'other'
}

/** The declarations of a file by the start of their names, and those without one by their own. */
function declarationsOf(source: ts.SourceFile): Map<number, ts.Node> {
  const found = new Map<number, ts.Node>()
  const visit = (node: ts.Node): void => {
    if ((node as { readonly symbol?: ts.Symbol }).symbol !== undefined && !ts.isSourceFile(node)) {
      const name = ts.getNameOfDeclaration(node as ts.Declaration)
      const start = (name ?? node).getStart(source)
      // A function that is assigned shares its name with what it is assigned to, which comes first.
      if (!found.has(start)) found.set(start, node)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** Whether an offset is in the comment before a node: no token is there. */
function isComment(source: ts.SourceFile, offset: number): boolean {
  let node: ts.Node = source
  for (;;) {
    const child: ts.Node | undefined = ts.forEachChild(node, (each) =>
      each.pos <= offset && offset < each.end ? each : undefined,
    )
    if (child === undefined) return node !== source && offset < node.getStart(source)
    if (offset < child.getStart(source)) return true
    node = child
  }
}

function optionsOf(folder: string, spec: OracleSpec): ts.CompilerOptions {
  const node = spec.resolution === 'nodenext'
  return {
    target: ts.ScriptTarget.ESNext,
    module: node ? ts.ModuleKind.NodeNext : ts.ModuleKind.ESNext,
    moduleResolution: node ? ts.ModuleResolutionKind.NodeNext : ts.ModuleResolutionKind.Bundler,
    jsx: ts.JsxEmit.Preserve,
    allowJs: true,
    checkJs: false,
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: spec.installed === true ? ['node'] : [],
    ...(spec.installed === true ? { maxNodeModuleJsDepth: 1 } : {}),
    ...(spec.paths === undefined
      ? {}
      : {
          paths: Object.fromEntries(
            Object.entries(spec.paths).map(([name, targets]) => [name, targets.map((target) => join(folder, target))]),
          ),
        }),
  }
}
