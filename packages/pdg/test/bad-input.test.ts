import {
  buildPdg,
  controlFlow,
  createAccesses,
  createFlowGraph,
  dominanceFrontiers,
  dominatorTree,
  FileProgram,
  flowGraphFrom,
  type FunctionIr,
  slice,
  type SliceOptions,
} from '@forge/pdg'
import { packIr } from '@forge/pdg/store'
import { describe, expect, it } from 'vitest'
import { lowerTiny } from './tiny-language.ts'

const graph = createFlowGraph({ size: 2, edges: [[0, 1]] })
const file = lowerTiny('a=b;?a;f(c=a);^c')
const ir = file.functions[0]!
const { instructions, locations, variables } = ir

describe('what is no graph', () => {
  it.each<[string, () => unknown, object]>([
    [
      'columns that are lists',
      () => flowGraphFrom({ size: 2, from: [Number.NaN], to: [0.5], kind: [0] } as never),
      { from: 1 },
    ],
    ['columns that are missing', () => flowGraphFrom({ size: 2 } as never), { from: undefined }],
    [
      'variables that cannot be counted',
      () => createAccesses({ variables: Number.NaN, accesses: [] }),
      { variables: Number.NaN },
    ],
    [
      'more variables than fit into memory',
      () => createAccesses({ variables: 2 ** 30, accesses: [] }),
      { variables: 2 ** 30 },
    ],
    ['accesses that are no list', () => createAccesses({ variables: 1 } as never), { accesses: 'undefined' }],
    [
      'an access that is no list',
      () => createAccesses({ variables: 1, accesses: [null as never] }),
      { accesses: 'object' },
    ],
    [
      'a bound that is no number',
      () => dominanceFrontiers(dominatorTree(graph), { most: Number.NaN }),
      { most: Number.NaN },
    ],
  ])('is refused: %s', (_, make, details) => {
    expect(make).toThrow(
      expect.objectContaining({
        code: 'FORGE_PDG_FLOW_GRAPH',
        hint: expect.any(String),
        details: expect.objectContaining(details),
      }),
    )
  })
})

/** A function with other columns. */
function withColumns(columns: Partial<FunctionIr['instructions']>): FunctionIr {
  return { ...ir, instructions: { ...instructions, ...columns } }
}

function withLocations(columns: Partial<FunctionIr['locations']>): FunctionIr {
  return { ...ir, locations: { ...locations, ...columns } }
}

describe('tables of no function', () => {
  const everywhere = (value: number) => Int32Array.from(instructions.next, () => value)
  it.each<[string, string, FunctionIr]>([
    ['nothing', 'a table is missing', undefined as never],
    ['no locations', 'a table is missing', { ...ir, locations: undefined as never }],
    ['a column that is too short', 'instructions.op', withColumns({ op: new Uint8Array(1) })],
    ['a count that is too high', 'instructions.op', withColumns({ count: 1e9 })],
    ['a count that is none', 'instructions.op', withColumns({ count: Number.NaN })],
    ['operands without an end', 'instructions.operands', withColumns({ operands: new Int32Array(0) })],
    ['operands that end elsewhere', 'instructions.operands', withColumns({ operandRef: new Int32Array(1) })],
    [
      'operands that go back',
      'instructions.operands',
      withColumns({ operands: instructions.operands.map((at, row) => (row === 3 ? 99 : at)) }),
    ],
    ['no entry', 'entry, exit and raise', withColumns({ op: new Uint8Array(instructions.count) })],
    [
      'an operation that is none',
      'instructions.op',
      withColumns({ op: instructions.op.map((code, row) => (row > 2 ? 99 : code)) }),
    ],
    ['a next instruction that is none', 'instructions.next', withColumns({ next: everywhere(999) })],
    ['another one that is none', 'instructions.other', withColumns({ other: everywhere(-2) })],
    ['a handler that is none', 'instructions.handler', withColumns({ handler: everywhere(500) })],
    [
      'an operand of no kind',
      'instructions.operandKind',
      withColumns({ operandKind: instructions.operandKind.map(() => 6) }),
    ],
    [
      'an operand that is none',
      'instructions.operandRef',
      withColumns({ operandRef: instructions.operandRef.map(() => 77) }),
    ],
    ['a function inside that is none', 'instructions.a', { ...ir, children: [] }],
    [
      'variables of no kind',
      'variables.kind',
      { ...ir, variables: { ...variables, kind: variables.kind.map(() => 50) } },
    ],
    ['locations of no kind', 'locations.kind', withLocations({ kind: locations.kind.map(() => 4) })],
    ['a location in itself', 'locations.base', withLocations({ base: locations.base.map((_, row) => row) })],
    ['a location of no variable', 'locations.ref', withLocations({ ref: locations.ref.map(() => 1e6) })],
  ])('have no graph: %s', (_, column, tables) => {
    const error = expect.objectContaining({
      code: 'FORGE_PDG_IR',
      hint: expect.any(String),
      details: { column: expect.stringContaining(column), row: expect.any(Number) },
    })
    expect(() => buildPdg(tables)).toThrow(error)
    expect(() => controlFlow(tables)).toThrow(error)
  })

  it('are not packed where their columns have different lengths', () => {
    expect(() => packIr(withColumns({ op: new Uint8Array(1) }))).toThrow(
      expect.objectContaining({ code: 'FORGE_PDG_IR' }),
    )
  })
})

describe('what cannot be sliced', () => {
  const from = [{ function: 0, instruction: 4 }]
  it.each<[string, Partial<SliceOptions>, object]>([
    ['a function that is none', { from: [{ function: 9, instruction: 0 }] }, { function: 9 }],
    ['an instruction behind the last', { from: [{ function: 0, instruction: 99 }] }, { function: 0, instruction: 99 }],
    ['an instruction before the first', { from: [{ function: 0, instruction: -1 }] }, { instruction: -1 }],
    [
      'an instruction that is no number',
      { from: [{ function: 0, instruction: Number.NaN }] },
      { instruction: Number.NaN },
    ],
    ['a list that is none', { from: undefined as never }, { from: undefined }],
    ['a place that is none', { from: [null as never] }, { from: [null] }],
    ['another direction', { direction: 'sideways' as never }, { direction: 'sideways' }],
    ['other exceptions', { exceptions: 'none' as never }, { exceptions: 'none' }],
  ])('is %s', async (_, options, details) => {
    await expect(slice(new FileProgram(file), { from, direction: 'backward', ...options })).rejects.toMatchObject({
      code: 'FORGE_PDG_SLICE',
      hint: expect.any(String),
      details,
    })
  })
})
