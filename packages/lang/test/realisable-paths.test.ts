import { lower } from '@forge/lang'
import {
  buildPdg,
  dataFlag,
  entryAt,
  exitAt,
  FileProgram,
  flowKinds,
  type FunctionPdg,
  op,
  operandCodes,
  type Place,
  raiseAt,
  slice,
} from '@forge/pdg'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'

/** What a statement may be; `call` is the number of a function of the program. */
type Statement =
  | { readonly type: 'assign' | 'return'; readonly to: number; readonly from: readonly [number, number] }
  | { readonly type: 'call'; readonly to: number; readonly call: number; readonly from: readonly [number, number] }
  | { readonly type: 'if'; readonly of: number; readonly body: readonly Statement[] }

const variable = fc.nat({ max: 3 })
const operands = fc.tuple(variable, variable)
const { body } = fc.letrec<{ body: readonly Statement[]; statement: Statement }>((tie) => ({
  body: fc.array(tie('statement'), { minLength: 1, maxLength: 4, size: 'max' }),
  statement: fc.oneof(
    { depthSize: 'small', maxDepth: 2 },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('call'), to: variable, call: fc.nat(99), from: operands }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('assign'), to: variable, from: operands }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('return'), to: variable, from: operands }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('if'), of: variable, body: tie('body') }) },
  ),
}))

/** Programs of numbers alone: a module and functions of two parameters, which call those that come after them, or any. */
const anyProgram = fc
  .record({ bodies: fc.array(body, { minLength: 2, maxLength: 4 }), isRecursive: fc.boolean() })
  .map(({ bodies, isRecursive }) => {
    const [module, ...functions] = bodies
    const written = functions.map((one, at) => {
      const calls = isRecursive ? functions.map((_, to) => to) : functions.map((_, to) => to).slice(at + 1)
      return `function f${at}(v0, v1) {\nlet v2 = 0, v3 = 0\n${textOf(one, calls)}\nreturn v2\n}`
    })
    const start = textOf(
      module!.filter(({ type }) => type !== 'return'),
      [...functions.keys()],
    ).replaceAll('return', 'use')
    return `${written.join('\n')}\nlet v0 = 0, v1 = 0, v2 = 0, v3 = 0\n${start}\nuse(v0)\nlog(v1)\n`
  })

function textOf(statements: readonly Statement[], calls: readonly number[]): string {
  return statements
    .map((one) => {
      if (one.type === 'if') return `if (v${one.of}) {\n${textOf(one.body, calls)}\n}`
      const [left, right] = one.from
      if (one.type === 'return') return `return (v${left} + v${right})`
      const called = one.type === 'call' ? calls[one.call % calls.length] : undefined
      return `v${one.to} = ${called === undefined ? `v${left} + v${right}` : `f${called}(v${left}, v${right})`}`
    })
    .join('\n')
}

/** How deep the calls are that are looked at: a program of so few functions has no way that needs more. */
const deepest = 6
/** A recursive program may have too many ways. */
const mostReached = 20_000

/** A node as it is reached: below these calls, which are known, or with none by whichever. */
interface Reached {
  readonly function: number
  readonly node: number
  readonly calls: readonly Place[]
  /** Of a call: whether what it gives back matters. */
  readonly isValue: boolean
}

/** A backward slice by the definition: every way back through the calls, each of which is left where it was entered. */
function sliceByCallStrings(text: string, from: Place): string[] {
  const { functions } = lower({ text, language: 'javascript' })
  const pdgs = functions.map((ir) => buildPdg(ir))
  const calleeOf = ({ function: id, instruction }: Place): number => {
    const { start, instructions } = functions[id]!
    if (instructions.op[instruction] !== op.call) return -1
    const called = text.slice(start + instructions.a[instruction]!, start + instructions.b[instruction]!)
    return functions.findIndex(({ kind, name }) => kind === 'function' && name === called)
  }
  const places = functions.flatMap(({ instructions }, id) =>
    Array.from({ length: instructions.count }, (_, instruction): Place => ({ function: id, instruction })),
  )
  const callersOf = (id: number): readonly Place[] => places.filter((place) => calleeOf(place) === id)

  const seen = new Set<string>()
  const found = new Set<string>()
  const open: Reached[] = []
  const reach = (one: Reached): void => {
    const key = `${one.function} ${one.node} ${one.isValue} ${one.calls.map((call) => `${call.function}:${call.instruction}`).join()}`
    if (one.calls.length > deepest || seen.has(key)) return
    seen.add(key)
    fc.pre(seen.size < mostReached)
    open.push(one)
  }
  /** Goes to what the calls of a function pass to it. */
  const leave = ({ function: id, calls }: Reached, nodesOf: (call: Place) => readonly number[]): void => {
    for (const call of calls.length > 0 ? [calls.at(-1)!] : callersOf(id)) {
      for (const node of nodesOf(call))
        reach({ function: call.function, node, calls: calls.slice(0, -1), isValue: false })
    }
  }
  reach({ function: from.function, node: from.instruction, calls: [], isValue: true })
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { function: id, node, calls, isValue } = at
    const { instructions } = functions[id]!
    const { data } = pdgs[id]!
    if (node < instructions.count) {
      if (node > raiseAt) found.add(`${id} ${node}`)
      const { predicates, isStarted } = decisions(pdgs[id]!, node)
      for (const one of predicates) reach({ ...at, node: one, isValue: true })
      if (isStarted) leave(at, (call) => [call.instruction])
      if (instructions.op[node] === op.parameter) {
        const place = instructions.a[node]!
        leave(at, (call) => argumentsOf(call).filter((one) => functions[call.function]!.instructions.a[one] === place))
      }
      const callee = calleeOf({ function: id, instruction: node })
      if (callee >= 0 && isValue) {
        reach({ function: callee, node: exitAt, calls: [...calls, { function: id, instruction: node }], isValue: true })
      }
    }
    for (let row = data.offsets[node]!; row < data.offsets[node + 1]!; row++) {
      const source = data.source[row]!
      // No function of the program puts anything into what it is given.
      if (data.via[row]! >= 0 && calleeOf({ function: id, instruction: data.via[row]! }) >= 0) continue
      const isPassed = source < instructions.count && instructions.op[source] === op.argument
      if ((data.flags[row]! & dataFlag.outside) !== 0) {
        // The name of a function, which the module declares.
        const name = calleeOf({ function: id, instruction: node })
        if (name >= 0) reach({ function: 0, node: declarationOf(name), calls: [], isValue: true })
      } else if (!isPassed || calleeOf({ function: id, instruction: node }) < 0) {
        reach({ ...at, node: source, isValue: true })
      }
    }
  }
  return [...found].toSorted()

  function argumentsOf({ function: id, instruction: call }: Place): readonly number[] {
    const { operands: rows, operandKind, operandRef, op: ops } = functions[id]!.instructions
    const given = [...operandRef.keys()].slice(rows[call], rows[call + 1])
    const values = given.filter((row) => operandKind[row] === operandCodes.value)
    return values.map((row) => operandRef[row]!).filter((one) => ops[one] === op.argument)
  }

  /** The instruction of the module that gives a function its name. */
  function declarationOf(id: number): number {
    const { op: ops, a } = functions[0]!.instructions
    const closure = ops.findIndex((code, at) => code === op.closure && functions[0]!.children[a[at]!] === id)
    const { offsets, source } = pdgs[0]!.data
    return ops.findIndex((_, at) => source.subarray(offsets[at], offsets[at + 1]).includes(closure))
  }
}

/** On what it depends whether an instruction is executed: instructions, and whether the function is called. */
function decisions(
  { flow, control }: FunctionPdg,
  instruction: number,
): { readonly predicates: readonly number[]; readonly isStarted: boolean } {
  const block = flow.blockOf[instruction]!
  const predicates: number[] = []
  let isStarted = instruction <= raiseAt && instruction >= entryAt
  for (let at = control.offsets[block]!; at < control.offsets[block + 1]!; at++) {
    const from = control.nodes[at]!
    if (from === flow.graph.entry && flowKinds[control.kinds[at]!] === 'next') isStarted = true
    else predicates.push(flow.first[from + 1]! - 1)
  }
  return { predicates, isStarted }
}

it('is in a backward slice if and only if a way leads there that leaves each call where it has entered it', async () => {
  await fc.assert(
    fc.asyncProperty(anyProgram, fc.nat(), async (text, seed) => {
      const { functions } = lower({ text, language: 'javascript' })
      const program = new FileProgram({ functions })
      const places = functions.flatMap(({ instructions }, id) =>
        Array.from({ length: instructions.count }, (_, instruction): Place => ({ function: id, instruction })),
      )
      const from = places[seed % places.length]!
      fc.pre(from.instruction > raiseAt)
      const { functions: found } = await slice(program, { from: [from], direction: 'backward' })
      const all = [...found].flatMap(([id, instructions]) => instructions.map((one) => `${id} ${one}`))
      expect(all.toSorted()).toEqual(sliceByCallStrings(text, from))
    }),
    { numRuns: 200 },
  )
})

it('is in a forward slice if and only if it has where that begins in its backward slice', async () => {
  await fc.assert(
    fc.asyncProperty(anyProgram, fc.nat(), async (text, seed) => {
      // Left out are jumps, since what is skipped depends on them and not on what they give back, and calls of what is not known.
      const known = text.replaceAll(/^(?:return \(|use\(|log\().*$/gm, '')
      const { functions } = lower({ text: known, language: 'javascript' })
      const program = new FileProgram({ functions })
      const places = functions.flatMap(({ instructions }, id) =>
        Array.from({ length: instructions.count }, (_, instruction): Place => ({ function: id, instruction })).slice(
          raiseAt + 1,
        ),
      )
      const from = places[seed % places.length]!
      const forward = await slice(program, { from: [from], direction: 'forward' })
      for (const place of places) {
        const backward = await slice(program, { from: [place], direction: 'backward' })
        const isAffected = forward.functions.get(place.function)?.includes(place.instruction) === true
        const isNeeded = backward.functions.get(from.function)?.includes(from.instruction) === true
        expect({ place, isAffected }).toEqual({ place, isAffected: isNeeded })
      }
    }),
    { numRuns: 50 },
  )
})
