import { grouped, percent, table } from '../tables.ts'
import { type ReferenceClass, referenceClasses, type Verdict, type VerdictCounts, verdicts } from './compare-project.ts'
import type { ProjectResult } from './measure-projects.ts'

const titles: Readonly<Record<Verdict, string>> = {
  same: 'same place',
  build: 'another build',
  file: 'same file',
  other: 'other',
  missed: 'only TypeScript',
  only: 'only Forge',
}

/** Classes that count towards the overall figure. */
const counted: readonly ReferenceClass[] = ['name', 'member']

/** The sums of all projects. */
export function totalOf(results: readonly ProjectResult[], classes: readonly ReferenceClass[]): VerdictCounts {
  return Object.fromEntries(
    verdicts.map((verdict) => [
      verdict,
      results.reduce(
        (total, { comparison }) => total + classes.reduce((sum, name) => sum + comparison.classes[name][verdict], 0),
        0,
      ),
    ]),
  ) as VerdictCounts
}

/** Right answers among those that can be judged; undefined where there are none. */
function precisionOf({ same, build, file, other }: VerdictCounts): number | undefined {
  const given = same + build + file + other
  return given === 0 ? undefined : (same + build) / given
}

/** Right answers among all that TypeScript knows. */
function recallOf({ same, build, file, other, missed }: VerdictCounts): number {
  const known = same + build + file + other + missed
  return known === 0 ? 1 : (same + build) / known
}

/** The figures of all projects as Markdown. */
export function renderProjects(results: readonly ProjectResult[]): string {
  const files = results.reduce((sum, one) => sum + one.files, 0)
  const measured = results.reduce((sum, one) => sum + one.measured, 0)
  return [
    `${grouped(results.length)} projects with ${grouped(files)} source files, ${grouped(measured)} of which are asked about.`,
    table(
      ['class', 'identifiers', ...verdicts.map((verdict) => titles[verdict]), 'precision', 'recall'],
      [...referenceClasses.map((name) => row(name, results, [name])), row('**all**', results, counted)],
    ),
    renderAgreement(results),
  ].join('\n\n')
}

function row(title: string, results: readonly ProjectResult[], classes: readonly ReferenceClass[]): readonly string[] {
  const counts = totalOf(results, classes)
  const precision = precisionOf(counts)
  const identifiers = verdicts.reduce((sum, verdict) => sum + counts[verdict], 0)
  // What is global in Node is no name of a module of it.
  const isNode = classes.includes('Node')
  return [
    title,
    grouped(identifiers - (isNode ? counts.missed : 0)),
    ...verdicts.map((verdict) => (isNode && verdict === 'missed' ? '—' : grouped(counts[verdict]))),
    precision === undefined ? '—' : percent(precision),
    isNode ? '—' : percent(recallOf(counts)),
  ]
}

function renderAgreement(results: readonly ProjectResult[]): string {
  const sum = (key: keyof ProjectResult['agreement']): number =>
    results.reduce((total, { agreement }) => total + agreement[key], 0)
  const [same, other, onlyInstalled, onlyProject] = [
    sum('same'),
    sum('other'),
    sum('onlyInstalled'),
    sum('onlyProject'),
  ]
  const all = same + other + onlyInstalled + onlyProject
  return table(
    [
      'places that may mean a project',
      'same name',
      'another',
      'only what is installed',
      'only the project',
      'share of the same',
    ],
    [[...[all, same, other, onlyInstalled, onlyProject].map(grouped), percent(all === 0 ? 1 : same / all)]],
  )
}

/** What is not right, by class and verdict, with the commonest ids first and an example of each. */
export function renderFindings(results: readonly ProjectResult[], most: number): string {
  const all = results.flatMap(({ comparison }) => comparison.findings)
  const parts: string[] = []
  for (const name of referenceClasses) {
    for (const verdict of verdicts) {
      const those = all.filter((finding) => finding.class === name && finding.verdict === verdict)
      if (those.length === 0 || (name === 'Node' && verdict === 'missed') || verdict === 'build') continue
      parts.push(`${name}, ${titles[verdict]}: ${grouped(those.length)}`)
      const groups = [...Map.groupBy(those, groupOf)].toSorted(
        (left, right) => right[1].length - left[1].length || (left[0] < right[0] ? -1 : 1),
      )
      for (const [, members] of groups.slice(0, most)) {
        const { where, line, typescript, forge } = members[0]!
        parts.push(`${String(members.length).padStart(6)}  ${where}: ${line}`)
        parts.push(`            TypeScript: ${typescript}`, `            Forge: ${forge}`)
      }
      if (groups.length > most) parts.push(`        and ${grouped(groups.length - most)} more`)
    }
  }
  const disagreements = results.flatMap((one) => one.disagreements)
  if (disagreements.length > 0) parts.push('projects that do not agree with what is installed:')
  return [...parts, ...disagreements.slice(0, most * 4).map((text) => `        ${text}`)].join('\n')
}

function groupOf({ typescript, forge }: { readonly typescript: string; readonly forge: string }): string {
  return forge.startsWith('external:') ? forge : typescript.replaceAll(/:\d+/g, '')
}
