import ts from 'typescript'
import { replaceSection } from '../results-document.ts'
import { type CorpusResult, renderGroups, renderResults } from './report.ts'

const title = '## Against the TypeScript language service'

/** `RESULTS.md` with the section of these results in the place of the one from before. */
export function renderDocument(before: string, results: readonly CorpusResult[], today: Date): string {
  return replaceSection(before, title, renderSection(results, today))
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
