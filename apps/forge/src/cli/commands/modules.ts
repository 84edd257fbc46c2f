import type { ModuleDependency } from '@forge/graph'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { count, counted, table } from '../render.ts'
import type { Terminal } from '../terminal.ts'

/** `forge modules [PATH]`. */
export async function run(
  context: CommandContext,
  [path]: readonly [string | undefined],
  options: ListOptions,
): Promise<Answer> {
  return path === undefined ? allModules(context, options) : dependenciesOf(context, path, options)
}

async function allModules(context: CommandContext, options: ListOptions): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const modules = (await forge.analysis.modules()).toSorted((a, b) => b.importedBy - a.importedBy)
  const shown = modules.slice(0, rowLimit(options))
  const rows = shown.map((row) => [
    count(row.importedBy),
    count(row.imports),
    count(row.external),
    row.instability.toFixed(2),
    count(row.symbols),
    count(row.lines),
    row.path,
  ])
  return {
    data: { modules: shown, total: modules.length },
    text: [
      ...(modules.length === 0
        ? ['no file is indexed']
        : table([['imported by', 'imports', 'external', 'instability', 'symbols', 'lines', 'file'], ...rows], '')),
      ...cutNote(shown.length, modules.length),
    ].join('\n'),
    freshness,
    exit: modules.length === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

async function dependenciesOf(context: CommandContext, given: string, options: ListOptions): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const path = forge.pathInProject(given, context.cwd)
  const dependencies = await forge.analysis.dependencies(path)
  const isInside = (file: string): boolean => path === '' || file === path || file.startsWith(`${path}/`)
  const out = dependencies.filter(({ from }) => isInside(from))
  const into = dependencies.filter(({ from }) => !isInside(from))
  const shown = [...out, ...into].slice(0, rowLimit(options))
  const { colors } = context.terminal
  return {
    data: { path, dependencies: shown, total: dependencies.length },
    text: [
      `${path === '' ? '.' : path}  ${colors.dim(`${counted(out.length, 'import')} out, ${count(into.length)} in`)}`,
      ...shown.map((dependency) => dependencyLine(dependency, colors)),
      ...cutNote(shown.length, dependencies.length),
    ].join('\n'),
    freshness,
    exit: dependencies.length === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

function dependencyLine({ from, to, names, onlyTypes }: ModuleDependency, colors: Terminal['colors']): string {
  return `  ${from} -> ${to}  ${colors.dim(`${counted(names, 'name')}${onlyTypes ? ', types only' : ''}`)}`
}
