import { type Adjacency, createFlowGraph, flowKinds, type FunctionIr, type FunctionPdg } from '@forge/pdg'
import * as fc from 'fast-check'

const int = fc.oneof(fc.integer({ min: -1, max: 40 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }))
const byte = fc.integer({ min: 0, max: 255 })
/** With halves of pairs, marks of byte order, and what takes four bytes. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\ud800', 'a\udc00b', '\ufeff', '😀', '__proto__'),
)

const ints = (length: number): fc.Arbitrary<Int32Array> =>
  fc.array(int, { minLength: length, maxLength: length }).map((values) => Int32Array.from(values))
const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.array(byte, { minLength: length, maxLength: length }).map((values) => Uint8Array.from(values))

/** Where the parts of each row begin, and the last end. */
const offsets = (rows: number): fc.Arbitrary<Int32Array> =>
  fc.array(fc.integer({ min: 0, max: 4 }), { minLength: rows, maxLength: rows }).map((lengths) => {
    let end = 0
    return Int32Array.from([0, ...lengths.map((length) => (end += length))])
  })

const instructions = fc.integer({ min: 0, max: 12 }).chain((count) =>
  offsets(count).chain((operands) =>
    fc.record({
      count: fc.constant(count),
      op: bytes(count),
      start: ints(count),
      end: ints(count),
      a: ints(count),
      b: ints(count),
      flags: bytes(count),
      next: ints(count),
      other: ints(count),
      handler: ints(count),
      operands: fc.constant(operands),
      operandKind: bytes(operands[count]!),
      operandRef: ints(operands[count]!),
    }),
  ),
)

const variables = fc.array(text, { maxLength: 6 }).chain((name) =>
  fc.record({
    count: fc.constant(name.length),
    name: fc.constant(name),
    kind: bytes(name.length),
    flags: bytes(name.length),
    start: ints(name.length),
  }),
)

const locations = fc
  .integer({ min: 0, max: 8 })
  .chain((count) => fc.record({ count: fc.constant(count), kind: bytes(count), base: ints(count), ref: ints(count) }))

/** Tables of the shape of a function, of no function. */
export const anyIr: fc.Arbitrary<FunctionIr> = fc.record({
  name: text,
  kind: fc.constantFrom('module', 'function', 'arrow', 'method', 'constructor', 'getter', 'setter', 'fields'),
  start: fc.nat(),
  end: fc.nat(),
  parent: fc.integer({ min: -1, max: 100 }),
  isAsync: fc.boolean(),
  isGenerator: fc.boolean(),
  instructions,
  variables,
  locations,
  names: fc.array(text, { maxLength: 5 }),
  children: fc.array(fc.nat(), { maxLength: 4 }),
  captures: fc.array(fc.array(int, { maxLength: 4 }), { maxLength: 4 }),
  ways: fc
    .uniqueArray(fc.tuple(fc.nat(), fc.array(int, { maxLength: 4 })), { selector: ([at]) => at, maxLength: 3 })
    .map((ways) => new Map(ways)),
})

const adjacency: fc.Arbitrary<Adjacency> = fc
  .integer({ min: 0, max: 8 })
  .chain((rows) =>
    offsets(rows).chain((starts) =>
      fc.record({ offsets: fc.constant(starts), nodes: ints(starts[rows]!), kinds: bytes(starts[rows]!) }),
    ),
  )

const graph = fc
  .integer({ min: 2, max: 10 })
  .chain((size) =>
    fc
      .array(
        fc.tuple(
          fc.integer({ min: 0, max: size - 2 }),
          fc.integer({ min: 0, max: size - 1 }),
          fc.constantFrom(...flowKinds),
        ),
        { maxLength: 20 },
      )
      .map((edges) => createFlowGraph({ size, edges })),
  )

const data = fc.integer({ min: 0, max: 12 }).chain((nodes) =>
  offsets(nodes).chain((starts) =>
    fc.record({
      nodes: fc.constant(nodes),
      offsets: fc.constant(starts),
      source: ints(starts[nodes]!),
      location: ints(starts[nodes]!),
      flags: bytes(starts[nodes]!),
      via: ints(starts[nodes]!),
    }),
  ),
)

/** Tables of the shape of a program dependence graph, of no function. Half of the flow graphs have edges by their ends that do not follow from the others. */
export const anyPdg: fc.Arbitrary<FunctionPdg> = fc.record({
  flow: fc.record({
    graph: fc.oneof(
      graph,
      fc
        .tuple(graph, adjacency)
        .map(([{ size, entry, exit, successors }, predecessors]) => ({ size, entry, exit, successors, predecessors })),
    ),
    blockOf: fc.nat({ max: 10 }).chain(ints),
    first: fc.nat({ max: 10 }).chain(ints),
  }),
  control: adjacency,
  data,
})
