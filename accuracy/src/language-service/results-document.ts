import ts from 'typescript'
import { type CorpusResult, renderGroups, renderResults } from './report.ts'

const title = '## Against the TypeScript language service'

/** `RESULTS.md` with the section of these results, which replaces the one from before; other sections stay. */
export function renderDocument(before: string, results: readonly CorpusResult[], today: Date): string {
  const sections = before.split(/^(?=## )/m).filter((section) => !section.startsWith(title))
  const [head = '', ...others] =
    sections[0]?.startsWith('# ') === true ? sections : ['# How right the graph is\n\n', ...sections]
  return [head, renderSection(results, today), ...others].join('').replace(/\n*$/, '\n')
}

function renderSection(results: readonly CorpusResult[], today: Date): string {
  const findings = results.flatMap(({ definitions }) => definitions.findings)
  return `${title}

Written by \`pnpm --filter @forge/accuracy language-service --write\` on ${today.toISOString().slice(0, 10)}, with typescript ${ts.version} and
Node ${process.versions.node}. What the columns mean stands in [README.md](README.md).

${renderResults(results)}

### What is commonest

Of all corpora, by class; the reason that Forge gives stands before the colon.

\`\`\`text
${renderGroups(findings, 8, 1).replaceAll('### ', '')}
\`\`\`

`
}
