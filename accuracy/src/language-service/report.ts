import { grouped, percent, table } from '../tables.ts'
import type { Finding, IdentifierClass, Measurement, Tally } from './measure.ts'
import { identifierClasses } from './measure.ts'
import type { ReferenceTally } from './references.ts'

/** A corpus and how Forge did on it. */
export interface CorpusResult {
  readonly name: string
  readonly label: string
  readonly style: string
  readonly files: number
  readonly measured: number
  readonly seconds: number
  readonly definitions: Measurement
  readonly references: ReferenceTally
}

/** Classes that count towards an overall figure: those with an internal definition that a name stands for. */
const counted: readonly IdentifierClass[] = ['lexical', 'module', 'member']

/** Right answers among those given. */
export function precisionOf({ right, wrong }: Tally): number {
  return right + wrong === 0 ? 1 : right / (right + wrong)
}

/** Right answers among those there are. */
export function recallOf({ identifiers, right }: Tally): number {
  return identifiers === 0 ? 1 : right / identifiers
}

/** The sum of tallies. */
function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0)
  return {
    identifiers: sum((tally) => tally.identifiers),
    right: sum((tally) => tally.right),
    wrong: sum((tally) => tally.wrong),
    partly: sum((tally) => tally.partly),
    missed: sum((tally) => tally.missed),
  }
}

/** The figures of all corpora as Markdown: definitions by class, overall, and references. */
export function renderResults(results: readonly CorpusResult[]): string {
  const rows = results.flatMap((result) => [
    ...identifierClasses.map((name) => tallyRow(result.name, name, result.definitions.classes[name])),
    tallyRow(result.name, '**all**', overall([result])),
  ])
  const total = identifierClasses.map((name) =>
    tallyRow('**all**', name, sumOf(results.map(({ definitions }) => definitions.classes[name]))),
  )
  return [
    table(
      ['corpus', 'what it is', 'style', 'files', 'measured', 'no answer of TypeScript'],
      results.map(({ name, label, style, files, measured, definitions }) => [
        name,
        label,
        style,
        grouped(files),
        grouped(measured),
        grouped(definitions.unknown),
      ]),
    ),
    table(
      ['corpus', 'class', 'identifiers', 'right', 'wrong', 'of them partly', 'missed', 'precision', 'recall'],
      [...total, tallyRow('**all**', '**all**', overall(results)), ...rows],
    ),
    table(
      ['corpus', 'symbols', 'references', 'of relatives', 'found by Forge', 'in both', 'precision', 'recall'],
      results.map(({ name, references }) => referenceRow(name, references)),
    ),
  ].join('\n\n')
}

function overall(results: readonly CorpusResult[]): Tally {
  return sumOf(results.flatMap(({ definitions }) => counted.map((name) => definitions.classes[name])))
}

function tallyRow(corpus: string, kind: string, tally: Tally): readonly string[] {
  const { identifiers, right, wrong, partly, missed } = tally
  const external = kind === 'external'
  return [
    corpus,
    kind,
    grouped(identifiers),
    grouped(right),
    grouped(wrong),
    grouped(partly),
    external ? '—' : grouped(missed),
    percent(precisionOf(tally)),
    external ? '—' : percent(recallOf(tally)),
  ]
}

function referenceRow(name: string, tally: ReferenceTally): readonly string[] {
  const { symbols, expected, related, given, both } = tally
  const precision = given === 0 ? 1 : tally.right / given
  const recall = expected === 0 ? 1 : both / expected
  const counts = [symbols, expected, related, given, both].map(grouped)
  return [name, ...counts, percent(precision), percent(recall)]
}

/** Examples of references that only one side has. */
export function renderReferences({ findings }: ReferenceTally, count: number): string {
  return `### references\n${spread(findings, count).join('\n')}`
}

/** The commonest groups of what was not right, by class and verdict, each with the first examples. */
export function renderGroups(findings: readonly Finding[], groups: number, examples: number): string {
  const parts: string[] = []
  for (const name of identifierClasses) {
    for (const verdict of ['wrong', 'missed'] as const) {
      const those = findings.filter((finding) => finding.class === name && finding.verdict === verdict)
      if (those.length === 0) continue
      const byGroup = [...Map.groupBy(those, ({ group }) => group)].toSorted(
        (left, right) => right[1].length - left[1].length || (left[0] < right[0] ? -1 : 1),
      )
      parts.push(`### ${name}, ${verdict}: ${grouped(those.length)}`)
      for (const [group, members] of byGroup.slice(0, groups)) {
        parts.push(`${String(members.length).padStart(6)}  ${group}`)
        for (const finding of spread(members, examples)) parts.push(exampleOf(finding))
      }
      if (byGroup.length > groups) parts.push(`        and ${byGroup.length - groups} more groups`)
    }
  }
  return parts.join('\n')
}

/** Up to `count` of them, from everywhere. */
function spread<T>(all: readonly T[], count: number): readonly T[] {
  if (all.length <= count) return all
  return Array.from({ length: count }, (_, index) => all[Math.floor((index * all.length) / count)]!)
}

function exampleOf({ where, name, line, typescript, forge }: Finding): string {
  return `          ${where} \`${name}\`: ${line}\n              TypeScript: ${typescript}\n              Forge: ${forge}`
}
