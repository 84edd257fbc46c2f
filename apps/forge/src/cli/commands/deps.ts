import type { ProjectDependency, UsedName } from '../../projects/dependencies.ts'
import { askFrom, type GlobalDbOption, reasons } from '../all-projects.ts'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { counted, table } from '../render.ts'
import type { Terminal } from '../terminal.ts'

interface DepsOptions extends ListOptions, GlobalDbOption {
  readonly unused?: boolean
  readonly missing?: boolean
}

type Colors = Terminal['colors']

/** `forge deps [PACKAGE]`. */
export async function run(
  context: CommandContext,
  [name]: readonly [string | undefined],
  options: DepsOptions,
): Promise<Answer> {
  const open = await context.open()
  const { asked, project } = await askFrom(context, open, options)
  const all = await asked.dependencies(project)
  const wanted = [...(options.unused === true ? ['unused'] : []), ...(options.missing === true ? ['missing'] : [])]
  const found = all.filter(
    (one) => (name === undefined || one.name === name) && (wanted.length === 0 || wanted.includes(one.use)),
  )
  const shown = found.slice(0, rowLimit(options))
  const { colors } = context.terminal
  return {
    data: {
      dependencies: shown,
      total: found.length,
      used: count(all, 'used'),
      unused: count(all, 'unused'),
      missing: count(all, 'missing'),
    },
    text: [
      ...(found.length === 0 ? [nothingText(name, wanted)] : []),
      ...(name === undefined ? tableLines(shown, colors) : shown.flatMap((one) => detailLines(one, colors))),
      ...cutNote(shown.length, found.length),
    ].join('\n'),
    freshness: open.freshness,
    exit: found.length === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

function count(all: readonly ProjectDependency[], use: ProjectDependency['use']): number {
  return all.filter((one) => one.use === use).length
}

function nothingText(name: string | undefined, wanted: readonly string[]): string {
  if (name !== undefined) return `nothing here needs ${name}`
  return wanted.length === 0 ? 'nothing outside the project is declared or used' : `nothing is ${wanted.join(' or ')}`
}

function tableLines(dependencies: readonly ProjectDependency[], colors: Colors): string[] {
  const lines: string[] = []
  for (const [folder, inside] of Map.groupBy(dependencies, (one) => one.folder)) {
    if (lines.length > 0) lines.push('')
    lines.push(colors.bold(folder === '' ? '.' : folder))
    const rows = inside.map((one) => [one.name, declaredText(one), installedText(one), usedText(one)])
    lines.push(...table(rows).map((line, index) => paint(line, inside[index]!, colors)))
  }
  return lines
}

function paint(line: string, { use, unknown, installed }: ProjectDependency, colors: Colors): string {
  if (use === 'missing' || unknown > 0) return colors.red(line)
  return use === 'unused' || (installed === undefined && use !== 'own') ? colors.yellow(line) : line
}

function declaredText({ range, kind }: ProjectDependency): string {
  if (range === undefined) return 'not declared here'
  return kind === 'production' ? range : `${range} ${kind}`
}

function installedText({ installed, linked, use }: ProjectDependency): string {
  if (use === 'own') return ''
  if (installed === undefined) return 'not installed'
  return linked === undefined ? installed : `${installed} of ${linked}`
}

function usedText({ use, names, unknown }: ProjectDependency): string {
  const sites = names.reduce((sum, one) => sum + one.sites, 0)
  const all = `${counted(names.length, 'name')} in ${counted(sites, 'place')}`
  const gone = unknown === 0 ? '' : `, ${unknown} of them not there`
  if (use === 'used') return names.length === 0 ? 'used by packages below' : `${all}${gone}`
  if (use === 'missing') return `missing: ${all}${gone}`
  if (use === 'own') return 'a package of this project'
  if (use === 'peer') return 'needed by another dependency'
  return use === 'mentioned' ? 'named, not imported' : use
}

function detailLines(one: ProjectDependency, colors: Colors): string[] {
  const where = one.folder === '' ? '' : `  in ${one.folder}`
  return [
    `${colors.bold(one.name)}${where}  ${declaredText(one)}  ${installedText(one)}  ${colors.dim(usedText(one))}`,
    ...one.names.flatMap((used) => nameLines(used, colors)),
  ]
}

function nameLines({ specifier, name: path, files, sites, leads }: UsedName, colors: Colors): string[] {
  const title = path === '' ? specifier : `${specifier}#${path}`
  // Of members of what is imported the type is not always known, nor what code without types exports.
  const isMember = path.includes('.')
  return [
    `  ${title}  ${colors.dim(`${counted(sites, 'place')} in ${counted(files, 'file')}`)}`,
    ...leads.map(({ project, package: name, version, symbol, confidence, reason }) => {
      const of = `${project ?? name} ${version}`
      const why = reasons[reason]
      if (symbol === undefined) {
        const isKnown = !isMember && confidence !== 'ambiguous'
        return `    ${isKnown ? colors.red('not there') : colors.dim('not known')} in ${of}: ${why}`
      }
      return `    ${symbol} of ${of}${project === undefined ? '' : `: ${why}`}${confidence === 'exact' ? '' : `  ${colors.yellow(confidence)}`}`
    }),
  ]
}
