import { identifiersOf, type Identifier } from '../language-service/identifiers.ts'
import type { Oracle } from '../language-service/oracle.ts'
import { partsOf, placeOf, type Place } from '../language-service/place.ts'
import type { ForgeLeads, Lead } from './forge-leads.ts'

/** The classes of identifiers, in the order of tables. */
export const referenceClasses = ['name', 'member', 'key', 'Node'] as const

/** One of {@link referenceClasses}. */
export type ReferenceClass = (typeof referenceClasses)[number]

/** How Forge's answer about an identifier compares with TypeScript's, in the order of tables. */
export const verdicts = ['same', 'build', 'file', 'other', 'missed', 'only'] as const

/** One of {@link verdicts}. */
export type Verdict = (typeof verdicts)[number]

/** How many identifiers of a class there are, by verdict. */
export type VerdictCounts = Readonly<Record<Verdict, number>>

/** An identifier that both sides do not say the same of. */
export interface ReferenceFinding {
  readonly class: ReferenceClass
  readonly verdict: Verdict
  readonly where: string
  readonly line: string
  readonly typescript: string
  readonly forge: string
}

/** How Forge did on the identifiers of a project that name something of another package. */
export interface ProjectComparison {
  readonly classes: Readonly<Record<ReferenceClass, VerdictCounts>>
  readonly findings: readonly ReferenceFinding[]
}

/** Compares what both sides say of each identifier of some files. */
export function compareProject(oracle: Oracle, { at }: ForgeLeads, files: readonly string[]): ProjectComparison {
  const classes = Object.fromEntries(
    referenceClasses.map((name) => [name, Object.fromEntries(verdicts.map((verdict) => [verdict, 0]))]),
  ) as Record<ReferenceClass, Record<Verdict, number>>
  const findings: ReferenceFinding[] = []
  for (const file of files) {
    const source = oracle.sourceFile(file)
    for (const identifier of identifiersOf(source)) {
      const start = identifier.node.getStart(source)
      const leads = at.get(placeOf(file, start)) ?? []
      const answer = oracle.answer(file, identifier.node)
      const places = answer === undefined || answer.inComment ? new Set<Place>() : answer.places
      const expected = new Set([...places].filter(isInstalled).map((place) => normal(oracle, place)))
      const given = leads.map((lead) => new Set([...lead.places].map((place) => normal(oracle, place))))
      const verdict = judge({ oracle, places, expected, leads, given })
      if (verdict === undefined) continue
      const led = new Set<Place>()
      for (const each of given) for (const place of each) led.add(place)
      const kind = classOf(identifier, [...expected, ...led])
      classes[kind][verdict]++
      if (verdict === 'same') continue
      const { line, character } = source.getLineAndCharacterOfPosition(start)
      findings.push({
        class: kind,
        verdict,
        where: `${file}:${line + 1}:${character + 1}`,
        line: lineAt(oracle, file, start).trim().slice(0, 120),
        typescript: describe(oracle, places),
        forge: `${leads.map(({ outside }) => outside).join(', ')} → ${describe(oracle, led)}`,
      })
    }
  }
  return { classes, findings }
}

interface Answers {
  readonly oracle: Oracle
  /** All that TypeScript gives. */
  readonly places: ReadonlySet<Place>
  /** Of these those in other packages. */
  readonly expected: ReadonlySet<Place>
  readonly leads: readonly Lead[]
  /** Where each of the leads leads. */
  readonly given: readonly ReadonlySet<Place>[]
}

/** Undefined where neither side says that it is of another package. */
function judge({ oracle, places, expected, leads, given }: Answers): Verdict | undefined {
  const isGiven = given.some((each) => each.size > 0)
  if (!isGiven) {
    // What is declared here, such as a variable that holds a function of another package, is named by that as well.
    return expected.size === 0 || (leads.length === 0 && expected.size < places.size) ? undefined : 'missed'
  }
  if (expected.size === 0) return places.size === 0 ? 'only' : 'other'
  const agrees = (is: (place: Place) => boolean): boolean => given.every((each) => each.size === 0 || holds(each, is))
  if (agrees((place) => expected.has(place))) return 'same'
  const builds = new Set([...expected].map((place) => buildOf(oracle, place)))
  if (agrees((place) => builds.has(buildOf(oracle, place)))) return 'build'
  const inFiles = new Set([...expected].map((place) => partsOf(place).file))
  return agrees((place) => inFiles.has(partsOf(place).file)) ? 'file' : 'other'
}

/**
 * Whether something is true of where one id leads. What goes by one name may be several things: a module and what it exports as a whole, a function and the
 * property that holds it, a type and the promise of it. TypeScript gives one of them.
 */
function holds(places: ReadonlySet<Place>, is: (place: Place) => boolean): boolean {
  return [...places].some(is)
}

/** The name of a module that is declared by name begins behind its quote. */
function normal(oracle: Oracle, place: Place): Place {
  const { file, offset } = partsOf(place)
  return offset !== 'module' && /["']/.test(oracle.textOf(file)[offset]!) ? placeOf(file, offset + 1) : place
}

/** Packages bring the same declarations as `.d.ts` and `.d.cts`: a text that is one for both. */
function buildOf(oracle: Oracle, place: Place): string {
  const { file, offset } = partsOf(place)
  const name = file.replace(/\.([cm])?(ts|js)$/, '.$2')
  return offset === 'module' ? name : `${name}:${lineAt(oracle, file, offset)}`
}

function lineAt(oracle: Oracle, file: string, offset: number): string {
  const text = oracle.textOf(file)
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, (text.indexOf('\n', offset) + 1 || text.length + 1) - 1)
}

function isInstalled(place: Place): boolean {
  return place.startsWith('node_modules/')
}

function classOf({ form }: Identifier, places: readonly Place[]): ReferenceClass {
  return places.some((place) => /^node_modules\/(?:@types\/node|undici-types)\//.test(place)) ? 'Node' : form
}

function describe(oracle: Oracle, places: ReadonlySet<Place>): string {
  if (places.size === 0) return 'nothing'
  return [...places]
    .map((place) => {
      const { file, offset } = partsOf(place)
      return offset === 'module' ? file : `${file}:${oracle.textOf(file).slice(0, offset).split('\n').length}`
    })
    .join(', ')
}
