import ts from 'typescript'
import { contextOf } from './context.ts'
import type { CorpusSpec } from './corpora.ts'
import { type ForgeAnswer, type ForgeAnswers, type ForgeSymbol, placeOfSymbol } from './forge-answers.ts'
import { type Identifier, identifiersOf } from './identifiers.ts'
import type { Oracle, OracleAnswer } from './oracle.ts'
import { placeOf, type Place } from './place.ts'

/** The classes of identifiers, in the order of tables. */
export const identifierClasses = ['lexical', 'module', 'member', 'key', 'external'] as const

/** One of {@link identifierClasses}. */
export type IdentifierClass = (typeof identifierClasses)[number]

/** How many identifiers of a class there are, and what Forge said of them. */
export interface Tally {
  readonly identifiers: number
  readonly right: number
  readonly wrong: number
  /** Of the wrong ones those that give the right symbol among several. */
  readonly partly: number
  readonly missed: number
}

/** An identifier Forge did not get right. */
export interface Finding {
  readonly verdict: 'wrong' | 'missed'
  readonly class: IdentifierClass
  /** What it has in common with others. */
  readonly group: string
  readonly where: string
  readonly line: string
  readonly name: string
  readonly typescript: string
  readonly forge: string
}

/** How Forge did on the identifiers of a corpus. */
export interface Measurement {
  readonly classes: Readonly<Record<IdentifierClass, Tally>>
  /** Identifiers of which TypeScript knows nothing, or only what a comment declares. */
  readonly unknown: number
  readonly findings: readonly Finding[]
}

/** Both sides and what they are asked about. */
export interface Sides {
  readonly spec: CorpusSpec
  readonly oracle: Oracle
  readonly forge: ForgeAnswers
}

/** Asks both sides for the definition of each identifier of some files, and compares. */
export function measureDefinitions({ oracle, forge }: Sides, files: readonly string[]): Measurement {
  const classes = Object.fromEntries(
    identifierClasses.map((name) => [name, { identifiers: 0, right: 0, wrong: 0, partly: 0, missed: 0 }]),
  ) as Record<IdentifierClass, { -readonly [K in keyof Tally]: number }>
  const findings: Finding[] = []
  let unknown = 0
  for (const file of files) {
    const source = oracle.sourceFile(file)
    for (const identifier of identifiersOf(source)) {
      const { node } = identifier
      const place = placeOf(file, node.getStart(source))
      const expected = oracle.answer(file, node)
      if (expected === undefined || expected.inComment) {
        unknown++
        continue
      }
      // It declares what it names, as does `a.b = 1` in JavaScript.
      if (expected.places.has(place)) continue
      for (const question of questionsOf(oracle, identifier, { expected, given: forge.at(place) })) {
        const kind = classOf(question.identifier, question.expected, file)
        const verdict = judge(question)
        const tally = classes[kind]
        tally.identifiers++
        tally[verdict]++
        if (verdict === 'right') continue
        if (verdict === 'wrong' && isPartly(question)) tally.partly++
        findings.push({
          verdict,
          class: kind,
          group: groupOf(question, verdict, contextOf(question.identifier, oracle.checker)),
          ...situation(source, file, node),
          typescript: describePlaces(oracle, question.expected),
          forge: describeAnswer(oracle, question.given),
        })
      }
    }
  }
  return { classes, unknown, findings }
}

interface Answers {
  readonly expected: OracleAnswer
  readonly given: ForgeAnswer | undefined
}

interface Question extends Answers {
  readonly identifier: Identifier
}

/** What is to be judged: of a shorthand property the variable and, apart, the member that it is a key for. */
function questionsOf(oracle: Oracle, identifier: Identifier, answers: Answers): readonly Question[] {
  const variable = oracle.shorthandVariable(identifier.node)
  const { expected, given } = answers
  if (variable === undefined || variable.size === 0) return [{ identifier, ...answers }]
  const ofMembers = new Set([...expected.places].filter((place) => !variable.has(place)))
  const isVariable = (symbol: ForgeSymbol): boolean =>
    !memberKinds.has(symbol.kind) || isAmong(symbol, { ...expected, places: variable })
  const members = given?.symbols.filter((symbol) => !isVariable(symbol)) ?? []
  const name = {
    identifier,
    expected: { ...expected, places: variable },
    given: given && { ...given, symbols: given.symbols.filter(isVariable) },
  }
  // Where TypeScript knows of no member, one that Forge adds is left in, and wrong.
  if (ofMembers.size === 0) return [{ ...name, given }]
  return [
    name,
    {
      identifier: { node: identifier.node, form: 'key' },
      expected: { ...expected, places: ofMembers, kind: 'PropertySignature', home: 'member' },
      given: members.length === 0 ? undefined : { symbols: members, externals: [], reason: undefined },
    },
  ]
}

const memberKinds = new Set(['property', 'method', 'getter', 'setter'])

function classOf({ form }: Identifier, expected: OracleAnswer, file: string): IdentifierClass {
  if (expected.places.size === 0) return 'external'
  if (form === 'key') return 'key'
  if (form === 'member' && expected.home === 'member') return 'member'
  if (form === 'member' && !reachedByModule(expected)) return 'member'
  return expected.file === file && form === 'name' ? 'lexical' : 'module'
}

/** Whether what stands behind a dot is declared in the scope of a module or namespace. */
function reachedByModule({ kind, home }: OracleAnswer): boolean {
  return home === 'module' || moduleKinds.has(kind)
}

const moduleKinds = new Set([
  'FunctionDeclaration',
  'ClassDeclaration',
  'InterfaceDeclaration',
  'TypeAliasDeclaration',
  'EnumDeclaration',
  'ModuleDeclaration',
  'VariableDeclaration',
  'ExportAssignment',
  'ExportSpecifier',
])

function judge({ given, expected }: Answers): 'right' | 'wrong' | 'missed' {
  const symbols = given?.symbols ?? []
  if (expected.places.size === 0) {
    return symbols.every((symbol) => expected.aliases.has(placeOfSymbol(symbol))) ? 'right' : 'wrong'
  }
  if (symbols.length > 0) return symbols.every((symbol) => isAmong(symbol, expected)) ? 'right' : 'wrong'
  if (given === undefined || given.externals.length === 0) return 'missed'
  // What the project adds to a global is both: inside and outside.
  return expected.external ? 'right' : 'wrong'
}

/** Whether a symbol of Forge's is what TypeScript says. */
export function isAmong(symbol: ForgeSymbol, { places }: OracleAnswer): boolean {
  // What a CommonJS module exports as a whole stands for the module.
  if (symbol.id === `${symbol.file}#default` && places.has(placeOf(symbol.file, 'module'))) return true
  return places.has(placeOfSymbol(symbol)) || places.has(placeOf(symbol.file, symbol.start))
}

function isPartly({ given, expected }: Answers): boolean {
  return given !== undefined && given.symbols.some((symbol) => isAmong(symbol, expected))
}

function groupOf({ given, expected }: Answers, verdict: Finding['verdict'], context: string): string {
  if (verdict === 'missed') {
    return `${given?.reason ?? (given === undefined ? 'no occurrence' : 'external')}: ${context}`
  }
  const symbols = given?.symbols ?? []
  const kinds = symbols.length === 0 ? 'external' : [...new Set(symbols.map(({ kind }) => kind))].toSorted().join(' + ')
  const partly = isPartly({ given, expected }) ? ' (one of several is right)' : ''
  return `${expected.kind} taken for ${kinds}${partly}: ${context}`
}

function situation(source: ts.SourceFile, file: string, node: ts.Node): Pick<Finding, 'where' | 'line' | 'name'> {
  const start = node.getStart(source)
  const { line, character } = source.getLineAndCharacterOfPosition(start)
  const lineStart = source.getPositionOfLineAndCharacter(line, 0)
  const lineEnd = source.text.indexOf('\n', start)
  return {
    where: `${file}:${line + 1}:${character + 1}`,
    line: source.text
      .slice(lineStart, lineEnd === -1 ? undefined : lineEnd)
      .trim()
      .slice(0, 200),
    name: node.getText(source),
  }
}

function describePlaces(oracle: Oracle, { places, external, kind }: OracleAnswer): string {
  if (places.size === 0) return 'outside'
  const shown = [...places].slice(0, 3).map((place) => describePlace(oracle, place))
  return `${kind} ${shown.join(', ')}${places.size > 3 ? ', …' : ''}${external ? ', and outside' : ''}`
}

function describePlace(oracle: Oracle, place: Place): string {
  const cut = place.lastIndexOf(':')
  const file = place.slice(0, cut)
  const offset = place.slice(cut + 1)
  if (offset === 'module') return file
  const { line, character } = oracle.sourceFile(file).getLineAndCharacterOfPosition(Number(offset))
  return `${file}:${line + 1}:${character + 1}`
}

function describeAnswer(oracle: Oracle, given: ForgeAnswer | undefined): string {
  if (given === undefined) return 'nothing'
  if (given.reason !== undefined) return `unresolved, ${given.reason}`
  const symbols = given.symbols.map((symbol) => {
    const at = symbol.kind === 'module' ? '' : ` ${describePlace(oracle, placeOf(symbol.file, symbol.nameStart))}`
    return `${symbol.kind} ${symbol.id}${at}`
  })
  return [...symbols, ...given.externals].join(', ')
}
