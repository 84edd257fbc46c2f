import { baseValues } from './bases.ts'
import { createConfidentSets, emptySet } from './confident-sets.ts'
import type { Evaluation } from './evaluation.ts'
import { nameOfExpr, valuesOfExpr } from './expressions.ts'
import { createExternals } from './externals.ts'
import { createFixpoint } from './fixpoint.ts'
import type { Memo } from './fixpoint.ts'
import { memberNames, memberValues } from './members.ts'
import { exportedNames, exportedValues, importedNames } from './module-exports.ts'
import { createProjectGlobals } from './project-globals.ts'
import type { Program } from './program.ts'
import { symbolValues } from './symbol-values.ts'
import { createTripleTable } from './triple-table.ts'
import { createValues } from './values.ts'

const question = {
  named: 0,
  valued: 1,
  imported: 2,
  symbol: 3,
  exportNamed: 4,
  exportValued: 5,
  memberNamed: 6,
  memberValued: 7,
  bases: 8,
} as const

/** Makes the evaluation of a program; nothing is evaluated before it is asked. */
export function createEvaluation(program: Program): Evaluation {
  const sets = createConfidentSets()
  const externals = createExternals(program)
  const values = createValues(program, sets)
  const total = program.owner.length
  const namedMemos: (Memo | undefined)[] = program.files.map(() => undefined)
  const valuedMemos: (Memo | undefined)[] = program.files.map(() => undefined)
  const importedMemo: Memo = { cells: new Int32Array(total) }
  const symbolMemo: Memo = { cells: new Int32Array(total) }
  const exportNamedMemo: Memo = { cells: new Int32Array(256) }
  const exportValuedMemo: Memo = { cells: new Int32Array(256) }
  const memberNamedMemo: Memo = { cells: new Int32Array(1024) }
  const memberValuedMemo: Memo = { cells: new Int32Array(1024) }
  const basesMemo: Memo = { cells: new Int32Array(256) }
  const exportCells = createTripleTable()
  const memberCells = createTripleTable(1024)

  const fixpoint = createFixpoint((kind, a, b) => {
    switch (kind) {
      case question.named:
        return nameOfExpr(evaluation, a, b)
      case question.valued:
        return valuesOfExpr(evaluation, a, b)
      case question.imported:
        return importedNames(evaluation, a)
      case question.symbol:
        return symbolValues(evaluation, a)
      case question.exportNamed:
        return exportedNames(evaluation, a, b)
      case question.exportValued:
        return exportedValues(evaluation, a, b)
      case question.memberNamed:
        return memberNames(evaluation, a, b)
      case question.memberValued:
        return memberValues(evaluation, a, b)
      default:
        return baseValues(evaluation, a)
    }
  })

  function ofExpr(memos: (Memo | undefined)[], kind: number, file: number, expr: number): number {
    if (expr < 0) return emptySet
    const memo = (memos[file] ??= { cells: new Int32Array(program.files[file]!.facts.exprs.count) })
    const state = memo.cells[expr]!
    return state > 0 ? state - 1 : fixpoint.solve(memo, expr, kind, file, expr)
  }

  function ofPair(memo: Memo, cell: number, kind: number, a: number, b: number): number {
    if (cell >= memo.cells.length) {
      const cells = new Int32Array(Math.max(memo.cells.length * 2, cell + 1))
      cells.set(memo.cells)
      memo.cells = cells
    }
    return fixpoint.solve(memo, cell, kind, a, b)
  }

  const evaluation: Evaluation = {
    program,
    externals,
    sets,
    values,
    globals: createProjectGlobals(program, externals, sets),
    named: (file, expr) => ofExpr(namedMemos, question.named, file, expr),
    valued: (file, expr) => ofExpr(valuedMemos, question.valued, file, expr),
    imported: (symbol) => fixpoint.solve(importedMemo, symbol, question.imported, symbol, 0),
    symbolValued: (symbol) => fixpoint.solve(symbolMemo, symbol, question.symbol, symbol, 0),
    exportNamed: (file, name) =>
      ofPair(exportNamedMemo, exportCells.intern(file, name, 0), question.exportNamed, file, name),
    exportValued: (file, name) =>
      ofPair(exportValuedMemo, exportCells.intern(file, name, 0), question.exportValued, file, name),
    memberNamed: (value, name) =>
      ofPair(memberNamedMemo, memberCells.intern(value, name, 0), question.memberNamed, value, name),
    memberValued: (value, name) =>
      ofPair(memberValuedMemo, memberCells.intern(value, name, 0), question.memberValued, value, name),
    basesOf: (value) => ofPair(basesMemo, value, question.bases, value, 0),
  }
  return evaluation
}
