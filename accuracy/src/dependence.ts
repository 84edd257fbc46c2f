/** Holds what depends on what against what programs do when they run: see `dependence/`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { withForgeSlices } from './dependence/forge-slices.ts'
import { handSlices } from './dependence/hand-slices.ts'
import { measureHandSlice, measureProgram, type ProgramResult } from './dependence/measure.ts'
import { type ExecutedProgram, executedPrograms } from './dependence/programs.ts'
import { randomProgram } from './dependence/random-programs.ts'
import { type Measured, renderDetails, renderSection, renderTables, title } from './dependence/report.ts'
import { fileSlices } from './dependence/static-slices.ts'
import { replaceSection } from './results-document.ts'

const usage = `Usage: pnpm --filter @forge/accuracy dependence [options]

Runs programs, notes what each value was made of and what decided about each step, changes values and looks what that changes, and says whether Forge's
slices have all of it. Then compares slices with the smallest ones, which were made by hand.

  --category NAME  only the programs of one category
  --random N       how many programs that are made by chance (default 300), and for each five of them one with more of the language
  --seed N         the first of their seeds (default 1)
  --changes N      how many values are changed in each run (default 40)
  --project        slices of a project of Forge, in place of those of a file
  --verbose        also each dependence that is missing, and each line that a slice has more than the one by hand
  --json           the results as JSON
  --write          replaces the section of these results in RESULTS.md; measures the programs by hand with --project, too
`

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      category: { type: 'string' },
      random: { type: 'string', default: '300' },
      seed: { type: 'string', default: '1' },
      changes: { type: 'string', default: '40' },
      project: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  })
  if (values.help === true) {
    process.stdout.write(usage)
    return 0
  }
  const [count, seed, changes] = [Number(values.random), Number(values.seed), Number(values.changes)]
  if (![count, seed, changes].every((number) => Number.isInteger(number) && number >= 0) || changes === 0) {
    process.stderr.write('--random, --seed and --changes take whole numbers, --changes from 1\n')
    return 2
  }
  const random = Array.from({ length: count }, (_, at): ExecutedProgram => ({
    category: 'by chance',
    name: `seed ${seed + at}`,
    code: randomProgram(seed + at),
  }))
  const more = Array.from({ length: Math.floor(count / 5) }, (_, at): ExecutedProgram => ({
    category: 'by chance, more',
    name: `seed ${seed + at}`,
    code: randomProgram(seed + at, 'more'),
  }))
  const all = [...executedPrograms, ...random, ...more]
  const programs = all.filter(({ category }) => values.category === undefined || category === values.category)
  if (programs.length === 0) {
    const known = new Set(all.map(({ category }) => category))
    process.stderr.write(`There is no category ${values.category}: ${[...known].join(', ')}\n`)
    return 2
  }
  const measured = await measure(programs, { changes, isProject: values.project })
  if (values.json) process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`)
  else process.stdout.write(renderTables(measured))
  if (values.verbose && !values.json) process.stdout.write(renderDetails(measured))
  if (values.write) {
    const document = join(import.meta.dirname, '..', 'RESULTS.md')
    const before = existsSync(document) ? readFileSync(document, 'utf8') : ''
    // The programs by hand once more, as `forge slice` answers.
    const indexed = await measure(executedPrograms, { changes, isProject: true })
    writeFileSync(document, replaceSection(before, title, renderSection(measured, indexed.results, new Date())))
  }
  return 0
}

async function measure(
  programs: readonly ExecutedProgram[],
  { changes, isProject }: { readonly changes: number; readonly isProject: boolean },
): Promise<Measured> {
  const results: ProgramResult[] = []
  for (const [index, program] of programs.entries()) {
    if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${programs.length} programs`)
    const { code } = program
    results.push(
      isProject
        ? await withForgeSlices(code, (slices) => measureProgram(program, slices, { changes }))
        : await measureProgram(program, fileSlices(code), { changes }),
    )
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K')
  const byHand = await Promise.all(handSlices.map((slice) => measureHandSlice(slice, fileSlices(slice.code).direct)))
  return { results, byHand }
}

process.exitCode = await main(process.argv.slice(2))
