/** Holds where names of other packages lead against the TypeScript language service, on packages of npm that need each other. */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fetchClosure, layOutProjects } from '@forge/bench/package-closure'
import ts from 'typescript'
import { measureProjects, type ProjectResult } from './projects/measure-projects.ts'
import { renderFindings, renderProjects } from './projects/report.ts'
import { replaceSection } from './results-document.ts'

const usage = `Usage: pnpm --filter @forge/accuracy projects [--most N] [--verbose] [--json] [--write]

Indexes the packages that fastify and pino need, each as a project of its own, and compares where their names of each other lead.

  --most N   ask about at most N files of each project, spread over all (default 25)
  --verbose  also the commonest of what is not right, with examples of both answers
  --json     the figures as JSON
  --write    write accuracy/RESULTS.md
`

const title = '## Across projects'
const defaultMost = 25

async function main(args: readonly string[]): Promise<number> {
  const values = parse(args)
  if (typeof values === 'string') {
    process.stderr.write(`${values}\n\n${usage}`)
    return 2
  }
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  const { folder: installed } = await fetchClosure(new AbortController().signal)
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'forge-accuracy-projects-')))
  try {
    const roots = layOutProjects(installed, folder).map(({ root }) => root)
    const report = (line: string): void => void process.stderr.write(`${line}\n`)
    const results = await measureProjects({ folder, roots, most: values.most, report })
    if (values.json) process.stdout.write(`${JSON.stringify(results.map(withoutFindings), null, 2)}\n`)
    else process.stdout.write(`\n${renderProjects(results)}\n`)
    if (values.verbose) process.stdout.write(`\n${renderFindings(results, 20)}\n`)
    if (values.write) write(results)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return 0
}

/** The options; what is wrong with them as a text. */
function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: args.filter((arg) => arg !== '--'),
      options: {
        most: { type: 'string', default: String(defaultMost) },
        verbose: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const most = Number(values.most)
    if (!Number.isSafeInteger(most) || most < 1) return `--most must be a positive number, not ${values.most}`
    if (values.write && most !== defaultMost) return '--write is for the default number of files'
    return { ...values, most }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function write(results: readonly ProjectResult[]): void {
  const document = join(import.meta.dirname, '..', 'RESULTS.md')
  const before = existsSync(document) ? readFileSync(document, 'utf8') : ''
  writeFileSync(document, replaceSection(before, title, renderSection(results, new Date())))
}

function renderSection(results: readonly ProjectResult[], today: Date): string {
  return `${title}

Written by \`pnpm --filter @forge/accuracy projects --write\` on ${today.toISOString().slice(0, 10)}, with typescript ${ts.version} and
Node ${process.versions.node}. What the columns mean stands in [README.md](README.md).

${renderProjects(results)}

### What is commonest across projects

\`\`\`text
${renderFindings(results, 6)}
\`\`\`
`
}

function withoutFindings({ comparison, disagreements: _texts, ...rest }: ProjectResult): object {
  return { ...rest, classes: comparison.classes }
}

process.exitCode = await main(process.argv.slice(2))
