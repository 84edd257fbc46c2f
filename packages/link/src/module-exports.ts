import { symbolFlag } from '@forge/lang'
import { kindCode, opCode } from './codes.ts'
import { ambiguous, elementOf, emptySet, exact, inferred } from './confident-sets.ts'
import { flatMap } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'
import { meaningsOfEntity } from './meanings.ts'

const wholeExport = 'export='
const star = '*'

/** What an import symbol is an alias of. */
export function importedNames(evaluation: Evaluation, symbol: number): number {
  const { program, sets } = evaluation
  evaluation.reads(inputKind.declaration, symbol)
  const file = program.owner[symbol]!
  const { symbols, exprs } = program.files[file]!.facts
  const expr = symbols.type[program.row[symbol]!]!
  if (expr < 0) return emptySet
  if (exprs.op[expr] === opCode.module) {
    const target = program.files[file]!.targets[exprs.a[expr]!]!
    if (target.kind === 'file') {
      const whole = evaluation.exportNamed(target.file, program.nameOf(wholeExport))
      if (whole !== emptySet) return whole
    }
  }
  return flatMap(sets, evaluation.named(file, expr), (entity) => originalOf(evaluation, entity))
}

function isDeclaration(kind: number): boolean {
  return kind === kindCode.function || kind === kindCode.class
}

/** The function or class that is imported through a property that is no more than another name of it: `module.exports = { name }`. */
function originalOf(evaluation: Evaluation, entity: number): number {
  const { program, sets } = evaluation
  if (entity >= 0 && (program.flags[entity]! & symbolFlag.shorthand) !== 0) {
    evaluation.reads(inputKind.declaration, entity)
    const file = program.owner[entity]!
    const { symbols, exprs } = program.files[file]!.facts
    const type = symbols.type[program.row[entity]!]!
    if (
      type >= 0 &&
      exprs.op[type] === opCode.symbol &&
      isDeclaration(program.kind[program.symbol(file, exprs.a[type]!)]!)
    ) {
      return evaluation.named(file, type)
    }
  }
  return sets.one(entity, exact)
}

/** The entity a module request leads to: a module symbol or a module outside the project. */
export function requestedModule(evaluation: Evaluation, file: number, request: number): number {
  const { program, externals, sets } = evaluation
  const target = program.files[file]!.targets[request]!
  if (target.kind === 'file') {
    evaluation.reads(inputKind.module, target.file)
    return sets.one(program.symbol(target.file, 0), exact)
  }
  if (target.kind === 'external') return sets.one(-1 - externals.root(target.name), exact)
  const { facts } = program.files[file]!
  const declared = evaluation.globals.module(facts.strings[facts.modules.specifier[request]!]!)
  return declared < 0 ? emptySet : sets.one(declared, exact)
}

/**
 * What a file exports under a name: its own exports of it, else those of the modules it exports all of.
 * Different things of one meaning from two of those are ambiguous. A `default` that is not there is
 * the whole export, and in JavaScript the module, as CommonJS modules are imported.
 */
export function exportedNames(evaluation: Evaluation, file: number, name: number): number {
  const { program, exportsByName, sets } = evaluation
  const { exports, language } = program.files[file]!.facts
  evaluation.reads(inputKind.export, file, name)
  let result = emptySet
  let found = false
  for (let row = exportsByName.first(file, name); row >= 0; row = exportsByName.next(file, row)) {
    found = true
    result = sets.union(result, evaluation.named(file, exports.expr[row]!))
  }
  if (found) return result
  const text = program.text(name)
  if (text === wholeExport) return emptySet
  if (text !== 'default') {
    for (const added of evaluation.augmentations.exports(file, name))
      result = sets.union(result, sets.one(added, exact))
    return result === emptySet ? exportedByStars(evaluation, file, name) : result
  }
  const whole = evaluation.exportNamed(file, program.nameOf(wholeExport))
  if (whole !== emptySet) return whole
  evaluation.reads(inputKind.module, file)
  const script = language === 'javascript' || language === 'jsx'
  return script && exports.count > 0 ? sets.one(program.symbol(file, 0), exact) : emptySet
}

function exportedByStars(evaluation: Evaluation, file: number, name: number): number {
  const { program, exportsByName, externals, sets } = evaluation
  const { facts, targets } = program.files[file]!
  const { exports, exprs } = facts
  evaluation.reads(inputKind.export, file, program.nameOf(star))
  let result = emptySet
  let conflict = false
  let outside = emptySet
  for (let row = exportsByName.first(file, program.nameOf(star)); row >= 0; row = exportsByName.next(file, row)) {
    const expr = exports.expr[row]!
    if (exprs.op[expr] !== opCode.module) continue
    const target = targets[exprs.a[expr]!]!
    if (target.kind === 'file') {
      const found = evaluation.exportNamed(target.file, name)
      conflict ||= overlaps(evaluation, result, found)
      result = sets.union(result, found)
    } else if (target.kind === 'external') {
      const member = externals.child(externals.root(target.name), name)
      outside = sets.union(outside, sets.one(-1 - member, inferred))
    }
  }
  if (result !== emptySet) return conflict ? sets.weaken(result, ambiguous) : result
  return sets.size(outside) > 1 ? sets.weaken(outside, ambiguous) : outside
}

/** Whether two sets have different entities that share a meaning. */
function overlaps(evaluation: Evaluation, left: number, right: number): boolean {
  const { sets } = evaluation
  for (let i = 0; i < sets.size(left); i++) {
    const x = elementOf(sets.at(left, i))
    for (let j = 0; j < sets.size(right); j++) {
      const y = elementOf(sets.at(right, j))
      if (x !== y && (meaningsOfEntity(evaluation, x) & meaningsOfEntity(evaluation, y)) !== 0) return true
    }
  }
  return false
}

/** The values a file exports under a name; for what is exported without a name too. */
export function exportedValues(evaluation: Evaluation, file: number, name: number): number {
  const { program, exportsByName, sets } = evaluation
  const { expr: exprs } = program.files[file]!.facts.exports
  evaluation.reads(inputKind.export, file, name)
  let result = emptySet
  let found = false
  for (let row = exportsByName.first(file, name); row >= 0; row = exportsByName.next(file, row)) {
    found = true
    result = sets.union(result, evaluation.valued(file, exprs[row]!))
  }
  if (found) return result
  return flatMap(sets, evaluation.exportNamed(file, name), (entity) => entityValues(evaluation, entity))
}

/** The values of what is named: of a symbol, or an external taken as itself. */
export function entityValues(evaluation: Evaluation, entity: number): number {
  if (entity >= 0) return evaluation.symbolValued(entity)
  return evaluation.sets.one(evaluation.values.of(entity, 0, 0), exact)
}

/**
 * What requiring a module gives: its whole export where it has one, and in any case the
 * namespace of what it exports.
 */
export function moduleValues(evaluation: Evaluation, module: number): number {
  const { program, sets, values } = evaluation
  const whole = evaluation.exportValued(program.owner[module]!, program.nameOf(wholeExport))
  return sets.union(whole, sets.one(values.of(module, 0, 0), exact))
}
