import ts from 'typescript'
import { type CorpusResult, renderGroups, renderResults } from './report.ts'

/** The whole of `RESULTS.md`. */
export function renderDocument(results: readonly CorpusResult[], today: Date): string {
  const findings = results.flatMap(({ definitions }) => definitions.findings)
  return `# How right the graph is

## Against the TypeScript language service

Written by \`pnpm --filter @forge/accuracy language-service --write\` on ${today.toISOString().slice(0, 10)}, with typescript ${ts.version} and
Node ${process.versions.node}. What the columns mean stands in [README.md](README.md).

${renderResults(results)}

### What is commonest

\`\`\`text
${renderGroups(findings, 8, 1).replaceAll('### ', '')}
\`\`\`
`
}
