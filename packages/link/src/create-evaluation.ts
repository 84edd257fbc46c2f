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
import type { Dependences } from './dependences.ts'
import type { FlowRecord } from './flow-record.ts'
import { createInputs, type Inputs } from './inputs.ts'
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

/** What all evaluations of a program share. */
export type World = Pick<
  Evaluation,
  'program' | 'exportsByName' | 'externals' | 'sets' | 'values' | 'globals' | 'stores' | 'genericParameters'
> & {
  readonly record: FlowRecord
  readonly inputs: Inputs
  /** Whether it is known what each answer depends on, so that the program can be updated. */
  readonly isTracked: boolean
}

/** Makes what the evaluations of a program share. */
export function createWorld(program: Program, isTracked: boolean): World {
  const sets = createConfidentSets()
  const externals = createExternals(program)
  return {
    program,
    sets,
    externals,
    values: createValues(program, sets),
    exportsByName: createExportsByName(program),
    stores: createStoreNames(program),
    genericParameters: createGenericParameters(program),
    globals: createProjectGlobals(program, externals, sets),
    record: createFlowRecord(sets),
    inputs: createInputs(),
    isTracked,
  }
}

/** An evaluation with what it takes to update it. */
export interface UpdatableEvaluation extends Evaluation {
  readonly dependences: Dependences
  /** See {@link Fixpoint.hasGivenUp}. */
  hasGivenUp(): boolean
  /** The answers about the expressions of a file go to other rows: `rows` has the new row of each old one, -1 for none. Returns the lost answers. */
  moveExprs(file: number, rows: Int32Array): readonly number[]
}

/** Makes an evaluation; nothing is evaluated before it is asked. A small one takes memory for no more than what it is asked. */
export function createEvaluation(world: World, augmentations: Augmentations, isSmall = false): UpdatableEvaluation {
  const { program, record, inputs, isTracked, ...shared } = world
  const fixpoint = createFixpoint((kind, a, b) => answers[kind]!(evaluation, a, b))
  const exprMemos: (Memo | undefined)[][] = []

  /** About an expression: a file and a row. */
  function aboutExprs(answer: Compute): (file: number, expr: number) => number {
    const kind = answers.indexOf(answer)
    const memos: (Memo | undefined)[] = program.files.map(() => undefined)
    exprMemos.push(memos)
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
    if (isSmall) {
      const about = aboutNames(answer)
      return (of) => about(of, 0)
    }
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

  const symbols = program.count()
  const evaluation: UpdatableEvaluation = {
    ...shared,
    program,
    augmentations,
    flows: createFlows(record, inputs, fixpoint),
    reads: isTracked ? (kind, a, b) => fixpoint.dependOnInput(inputs.number(kind, a, b)) : () => undefined,
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
    dependences: fixpoint.dependences,
    hasGivenUp: fixpoint.hasGivenUp,
    moveExprs(file, rows) {
      const lost: number[] = []
      for (const memos of exprMemos) {
        const old = memos[file]
        memos[file] = undefined
        if (old === undefined) continue
        const { count } = program.files[file]!.facts.exprs
        const memo: Memo = { cells: new Int32Array(count), nodes: new Int32Array(count) }
        for (let row = 0; row < old.cells.length; row++) {
          const node = old.nodes?.[row] ?? 0
          const to = rows[row]!
          if (to < 0) {
            if (node !== 0) lost.push(node)
            continue
          }
          memo.cells[to] = old.cells[row]!
          memo.nodes![to] = node
          if (node !== 0) fixpoint.dependences.move(node, memo, to)
        }
        memos[file] = memo
      }
      return lost
    },
  }
  return evaluation
}

function grow(memo: Memo, cell: number): void {
  if (cell < memo.cells.length) return
  const cells = new Int32Array(Math.max(memo.cells.length * 2, cell + 1))
  cells.set(memo.cells)
  memo.cells = cells
}
