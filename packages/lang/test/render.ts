import {
  describeSymbols,
  exprOps,
  extract,
  moduleRequestKinds,
  occurrenceRoles,
  parameterPlace,
  symbolFlag,
  symbolKinds,
} from '@forge/lang'
import type { Facts, Language } from '@forge/lang'

/** What to show of the facts of a fixture. */
export interface Shown {
  /** Symbol lines: kind, descriptor, flags; with `= type` and `=> returns` where known. */
  readonly symbols?: boolean
  readonly occurrences?: boolean
  readonly exports?: boolean
  readonly modules?: boolean
  readonly diagnostics?: boolean
  /** Adds `in owner` to occurrences. */
  readonly owners?: boolean
}

/** An expression as text: names of symbols are descriptors, unbound names start with `free `. */
function renderExpr(facts: Facts, row: number, names: readonly string[] = describeSymbols(facts).descriptors): string {
  if (row < 0) return '-'
  const { exprs, strings, lists, modules } = facts
  const a = exprs.a[row]!
  const b = exprs.b[row]!
  const list = (at: number): string => {
    const items: string[] = []
    for (let i = 1; i <= lists[at]!; i += 1) items.push(renderExpr(facts, lists[at + i]!, names))
    return items.join(', ')
  }
  const symbol = (at: number): string => (at === 0 ? '<module>' : names[at]!)
  const op = exprOps[exprs.op[row]!]!
  switch (op) {
    case 'unknown':
      return '?'
    case 'symbol':
      return symbol(a)
    case 'free':
      return `free ${strings[a]!}`
    case 'module':
      return `'${strings[modules.specifier[a]!]!}'`
    case 'member':
      return `${renderExpr(facts, a, names)}.${strings[b]!}`
    case 'call':
      return `${renderExpr(facts, a, names)}(${b < 0 ? '' : list(b)})`
    case 'construct':
      return `new ${renderExpr(facts, a, names)}${b < 0 ? '' : `(${list(b)})`}`
    case 'parameter':
      return `${b === parameterPlace.receiver ? 'receiver' : b >= parameterPlace.rest ? `argument ${b - parameterPlace.rest}+` : `argument ${b}`} of ${symbol(a)}`
    case 'literal':
      return JSON.stringify(strings[a]!)
    case 'alike':
    case 'unlike':
      return `${op} ${list(b)}`
    case 'predicate':
      return `what ${renderExpr(facts, a, names)} says`
    case 'narrowed':
      return `${renderExpr(facts, a, names)} or ${list(b)}`
    case 'applied':
      return `${renderExpr(facts, a, names)}<${list(b)}>`
    case 'spread':
      return `...${renderExpr(facts, a, names)}`
    case 'this':
      return `this<${symbol(a)}${b === 1 ? ' static' : ''}>`
    case 'super':
      return `super<${symbol(a)}${b === 1 ? ' static' : ''}>`
    case 'instance':
      return b < 0 ? `of ${renderExpr(facts, a, names)}` : `of ${renderExpr(facts, a, names)}<${list(b)}>`
    case 'await':
      return `await ${renderExpr(facts, a, names)}`
    case 'element':
      return `each ${renderExpr(facts, a, names)}`
    case 'union':
      return `(${list(a)})`.replaceAll(', ', ' | ')
    case 'builtin':
      return strings[a]!
  }
}

function place(facts: Facts, offset: number): string {
  let line = 0
  while (line + 1 < facts.lineStarts.length && facts.lineStarts[line + 1]! <= offset) line += 1
  return `${line + 1}:${offset - facts.lineStarts[line]! + 1}`
}

const flagNames = Object.entries(symbolFlag)

/** Facts as readable lines. */
function render(facts: Facts, text: string, shown: Shown): string {
  const { symbols, occurrences, exports, modules, strings, diagnostics } = facts
  const names = describeSymbols(facts).descriptors
  const lines: string[] = []
  if (shown.symbols === true) {
    for (let row = 1; row < symbols.count; row += 1) {
      const flags = flagNames.filter(([, bit]) => (symbols.flags[row]! & bit) !== 0).map(([name]) => name)
      const type = symbols.type[row]! < 0 ? '' : ` = ${renderExpr(facts, symbols.type[row]!, names)}`
      const returns = symbols.returns[row]! < 0 ? '' : ` => ${renderExpr(facts, symbols.returns[row]!, names)}`
      const flagText = flags.length === 0 ? '' : ` [${flags.join(' ')}]`
      lines.push(`${symbolKinds[symbols.kind[row]!]!} ${names[row]!}${flagText}${type}${returns}`)
    }
  }
  if (shown.occurrences === true) {
    for (let row = 0; row < occurrences.count; row += 1) {
      const start = occurrences.start[row]!
      const named = text.slice(start, occurrences.end[row])
      const role = occurrenceRoles[occurrences.role[row]!]!
      const owner = occurrences.in[row]!
      const inside = shown.owners === true ? ` in ${owner === 0 ? '<module>' : names[owner]!}` : ''
      lines.push(
        `${place(facts, start)} ${named} ${role} -> ${renderExpr(facts, occurrences.expr[row]!, names)}${inside}`,
      )
    }
  }
  if (shown.modules === true) {
    for (let row = 0; row < modules.count; row += 1) {
      lines.push(`${moduleRequestKinds[modules.kind[row]!]!} '${strings[modules.specifier[row]!]!}'`)
    }
  }
  if (shown.exports === true) {
    for (let row = 0; row < exports.count; row += 1) {
      lines.push(`export ${strings[exports.name[row]!]!} = ${renderExpr(facts, exports.expr[row]!, names)}`)
    }
  }
  if (shown.diagnostics === true) {
    for (const { code, message, start, end } of diagnostics) {
      lines.push(`${code} ${place(facts, start)}-${place(facts, end)} ${message}`)
    }
  }
  return lines.join('\n')
}

/** The facts of a fixture as lines; leading line breaks and indentation of the fixture are taken off. */
export function factsOf(text: string, shown: Shown, language: Language = 'typescript'): string {
  return render(extract({ text, language }), text, shown)
}
