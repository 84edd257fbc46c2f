import type { Augmentations } from './augmentations.ts'
import { baseValues } from './bases.ts'
import { createConfidentSets, emptySet } from './confident-sets.ts'
import type { Evaluation } from './evaluation.ts'
import { nameOfExpr, valuesOfExpr } from './expressions.ts'
import { createExportsByName } from './exports-by-name.ts'
import { createExternals } from './externals.ts'
import { createFixpoint, taintedCell } from './fixpoint.ts'
import { createFlowRecord } from './flow-record.ts'
import { createFlows } from './flows.ts'
import { createGenericParameters } from './generic-parameters.ts'
import type { Memo } from './fixpoint.ts'
import { memberNames, memberValues } from './members.ts'
import { exportedNames, exportedValues, importedNames } from './module-exports.ts'
import { createProjectGlobals } from './project-globals.ts'
import type { Program } from './program.ts'
import { awaitedValues, callValues, constructedValues, elementValues, methodValues } from './results.ts'
import { symbolValues } from './symbol-values.ts'
import { createStoreNames } from './store-names.ts'
import { createTripleTable } from './triple-table.ts'
import { createValues } from './values.ts'

type Compute = (evaluation: Evaluation, a: number, b: number) => number

/** What each kind of question is answered by. */
const answers: readonly Compute[] = [
  nameOfExpr,
  valuesOfExpr,
  importedNames,
  symbolValues,
  exportedNames,
  exportedValues,
  memberNames,
  memberValues,
  methodValues,
  baseValues,
  callValues,
  constructedValues,
  awaitedValues,
  elementValues,
]

/** Makes the evaluation of a program; nothing is evaluated before it is asked. */
export function createEvaluation(program: Program, augmentations: Augmentations): Evaluation {
  const sets = createConfidentSets()
  const externals = createExternals(program)
  const fixpoint = createFixpoint((kind, a, b) => answers[kind]!(evaluation, a, b))

  /** About an expression: a file and a row. */
  function aboutExprs(answer: Compute): (file: number, expr: number) => number {
    const kind = answers.indexOf(answer)
    const memos: (Memo | undefined)[] = program.files.map(() => undefined)
    return (file, expr) => {
      if (expr < 0) return emptySet
      const memo = (memos[file] ??= { cells: new Int32Array(program.files[file]!.facts.exprs.count) })
      const state = memo.cells[expr]!
      return state > 0 && state < taintedCell ? state - 1 : fixpoint.solve(memo, expr, kind, file, expr)
    }
  }

  /** About one thing that has a number: a symbol or a value. */
  function aboutOne(answer: Compute, count: number): (of: number) => number {
    const kind = answers.indexOf(answer)
    const memo: Memo = { cells: new Int32Array(count) }
    return (of) => {
      grow(memo, of)
      return fixpoint.solve(memo, of, kind, of, 0)
    }
  }

  /** About a name of a file or of a value. */
  function aboutNames(answer: Compute): (of: number, name: number) => number {
    const kind = answers.indexOf(answer)
    const memo: Memo = { cells: new Int32Array(512) }
    const pairs = createTripleTable()
    return (of, name) => {
      const cell = pairs.intern(of, name, 0)
      grow(memo, cell)
      return fixpoint.solve(memo, cell, kind, of, name)
    }
  }

  const symbols = program.owner.length
  const evaluation: Evaluation = {
    program,
    augmentations,
    exportsByName: createExportsByName(program),
    externals,
    sets,
    values: createValues(program, sets),
    flows: createFlows(createFlowRecord(sets), fixpoint),
    stores: createStoreNames(program),
    genericParameters: createGenericParameters(program),
    globals: createProjectGlobals(program, externals, sets),
    observe: fixpoint.observe,
    named: aboutExprs(nameOfExpr),
    valued: aboutExprs(valuesOfExpr),
    imported: aboutOne(importedNames, symbols),
    symbolValued: aboutOne(symbolValues, symbols),
    exportNamed: aboutNames(exportedNames),
    exportValued: aboutNames(exportedValues),
    memberNamed: aboutNames(memberNames),
    memberValued: aboutNames(memberValues),
    methodCalled: aboutNames(methodValues),
    basesOf: aboutOne(baseValues, 256),
    called: aboutOne(callValues, 256),
    constructed: aboutOne(constructedValues, 256),
    awaited: aboutOne(awaitedValues, 256),
    elements: aboutOne(elementValues, 256),
  }
  return evaluation
}

function grow(memo: Memo, cell: number): void {
  if (cell < memo.cells.length) return
  const cells = new Int32Array(Math.max(memo.cells.length * 2, cell + 1))
  cells.set(memo.cells)
  memo.cells = cells
}
