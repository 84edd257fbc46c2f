import { describe, expect, it } from 'vitest'
import { lower } from '@forge/lang'
import {
  buildPdg,
  controlFlow,
  cyclomaticComplexity,
  flowGraphFrom,
  flowKinds,
  type FunctionIr,
  op,
  reachable,
} from '@forge/pdg'
import { functionsIn, irText } from './ir-text.ts'
import { sourceFiles } from './source-files.ts'

describe('a lowered function', () => {
  it('goes round loops, and leaves them', () => {
    const functions = functionsIn(
      'function f(a) { for (let i = 0; i < a; i++) { if (i) continue; g() } while (a) break; do { a-- } while (a) ; for (const x of a) x(); for (;;) {} }',
    )
    expect(irText(functions.get('f')!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter >a → 5',
      '5 evaluate >i → 6',
      '6 branch (i) (a) → 7 | 11',
      '7 branch i → 8 | 9',
      '8 jump → 10 | 9',
      '9 call (g) → 10',
      '10 evaluate (i) >i → 6',
      '11 branch a → 12 | 13',
      '12 jump → 13 | 11',
      '13 evaluate (a) >a → 14',
      '14 branch a → 13 | 15',
      '15 evaluate a → 16',
      '16 iterate (%15) %15[] → 17 | 19',
      '17 evaluate %16 >x → 18',
      '18 call (x) → 16',
      '19 jump → 19',
    ])
  })

  it('jumps to labels', () => {
    const functions = functionsIn(
      'function f(a) { outer: for (;;) { for (;;) { if (a) break outer; continue outer } } }',
    )
    expect(irText(functions.get('f')!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter >a → 5',
      '5 jump → 6',
      '6 jump → 7',
      '7 branch a → 8 | 9',
      '8 jump → 1 | 9',
      '9 jump → 5 | 6',
    ])
  })

  it('falls through the cases of a switch', () => {
    const functions = functionsIn(
      'function f(a) { switch (a) { case 1: x(); case 2: y(); break; default: z() } return a }',
    )
    expect(irText(functions.get('f')!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter >a → 5',
      '5 evaluate a → 6',
      '6 branch (%5) → 7 | 8',
      '7 call (x) → 9',
      '8 branch (%5) → 9 | 11',
      '9 call (y) → 10',
      '10 jump → 13 | 11',
      '11 jump → 12',
      '12 call (z) → 13',
      '13 return a >(result) → 1 | 1',
    ])
  })

  it('goes through a finally on every way out of it, and goes on where that led', () => {
    const functions = functionsIn(
      'function f(a) { for (;;) { try { if (a) return 1; if (b) break; g() } finally { h() } } }',
    )
    expect(irText(functions.get('f')!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter >a → 5',
      '5 jump → 6',
      '6 branch a → 7 | 9',
      '7 return >(result) → 8 | 9',
      '8 complete >(completion) → 15',
      '9 branch b → 10 | 12',
      '10 jump → 11 | 12',
      '11 complete >(completion) → 15',
      '12 call (g) → 13',
      '13 complete >(completion) → 15',
      '14 complete >(completion) → 15',
      '15 call (h) → 16',
      '16 dispatch (completion) → 1,1,5,2',
    ])
  })

  it('leaves a finally by no way that nothing enters', () => {
    const functions = functionsIn(
      `function f(a, b) {
        outer: for (let i = 0; i < 9; i++) {
          for (let j = 0; j < 9; j++) {
            try { if (i === a) continue outer; if (j === b) break outer; n += i } finally { n++ }
          }
        }
        return n
      }
      function g(a) { try { try { return a } finally { a-- } } finally { h() } }
      function all(a) { try { a.b = 1 } finally { h() } }`,
    )
    const leaving = (name: string): string[][] => {
      const ir = functions.get(name)!
      const { graph, blockOf } = controlFlow(ir)
      return [...ir.ways.keys()].map((dispatch) => {
        const [from, to] = graph.successors.offsets.subarray(blockOf[dispatch], blockOf[dispatch]! + 2)
        return [...graph.successors.nodes.subarray(from, to)].map(
          (block) => irText(ir)[blockOf.indexOf(block) - 3] ?? '',
        )
      })
    }
    expect(leaving('f')).toEqual([
      ['23 evaluate (i) >i → 7', '24 return n >(result) → 1 | 1', '22 evaluate (j) >j → 9'],
    ])
    expect(leaving('g')).toEqual([['14 call (h) → 15'], ['']])
    expect(leaving('all')[0]).toHaveLength(2)
    expect(cyclomaticComplexity(controlFlow(functions.get('f')!).graph)).toBe(7)
  })

  it('ends at a yield by way of the finally around it', () => {
    const functions = functionsIn('function* g(x) { try { yield x; x++ } finally { x-- } }')
    expect(irText(functions.get('g')!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter >x → 5',
      '5 yield x ?.[[sent]] >(result)? → 7 | 6',
      '6 complete >(completion) → 11',
      '7 evaluate (x) → 8',
      '8 evaluate %7 >x → 9',
      '9 complete >(completion) → 11',
      '10 complete >(completion) → 11',
      '11 evaluate (x) >x → 12',
      '12 dispatch (completion) → 1,1,2',
    ])
  })

  it('disposes of what is declared by using on every way out, the last first', () => {
    const functions = functionsIn(
      'async function f(a) { using x = open(a), y = a; if (a) return 1; await using z = a; g(z) } function each(a) { for (using x of a) g(x) }',
    )
    expect(irText(functions.get('f')!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter >a → 5',
      '5 argument a → 6',
      '6 call (open) %5 → 7',
      '7 evaluate %6 >x → 8',
      '8 evaluate a >y → 9',
      '9 branch a → 10 | 12',
      '10 return >(result) → 11 | 12',
      '11 complete >(completion) → 24',
      '12 evaluate a → 13',
      '13 evaluate %12 >z → 14',
      '14 argument z → 15',
      '15 call (g) %14 → 16',
      '16 complete >(completion) → 18',
      '17 complete >(completion) → 18',
      '18 argument z → 19',
      '19 call (z) (z[]) %18 → 20',
      '20 await %19 → 21',
      '21 dispatch (completion) → 22,23',
      '22 complete >(completion) → 24',
      '23 complete >(completion) → 24',
      '24 argument y → 25',
      '25 call (y) (y[]) %24 → 26',
      '26 argument x → 27',
      '27 call (x) (x[]) %26 → 28',
      '28 dispatch (completion) → 1,1,2',
    ])
    expect(irText(functions.get('each')!).slice(5)).toEqual([
      '8 argument x → 9',
      '9 call (g) %8 → 10',
      '10 complete >(completion) → 12',
      '11 complete >(completion) → 12',
      '12 argument x → 13',
      '13 call (x) (x[]) %12 → 14',
      '14 dispatch (completion) → 6,2',
    ])
  })

  it('hands what is thrown to the handler', () => {
    const functions = functionsIn('function f(a) { try { if (a) throw a; g() } catch (e) { h(e) } return a }')
    expect(irText(functions.get('f')!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter >a → 5',
      '5 branch a → 6 | 7',
      '6 throw a >(thrown) → 8 | 7',
      '7 call (g) → 12',
      '8 catch (thrown) → 9',
      '9 evaluate %8 >e → 10',
      '10 argument e → 11',
      '11 call (h) %10 → 12',
      '12 return a >(result) → 1 | 1',
    ])
  })

  it('evaluates what an operator does not skip', () => {
    const functions = functionsIn('function f(a, b) { return a && b || c ? d : e }')
    expect(irText(functions.get('f')!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter >a → 5',
      '5 parameter >b → 6',
      '6 branch a → 7 | 8',
      '7 branch b → 9 | 8',
      '8 branch c → 9 | 10',
      '9 evaluate d → 11',
      '10 evaluate e → 11',
      '11 return %9 %10 >(result) → 1 | 1',
    ])
  })

  it('leaves a chain where there is nothing to go on with', () => {
    const functions = functionsIn('function f(a) { return a?.b.c(1)?.d }')
    expect(irText(functions.get('f')!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter >a → 5',
      '5 branch a → 6 | 11',
      '6 argument (a) a.b → 7',
      '7 argument → 8',
      '8 call (a) (a.b) (a.b.c) %6 %7 → 9',
      '9 branch %8 → 10 | 11',
      '10 evaluate (%8) %8.d → 11',
      '11 return %10 %5 %9 >(result) → 1 | 1',
    ])
  })

  it('takes patterns apart, and defaults where there is nothing', () => {
    const functions = functionsIn('function f({ a = 1, ...r }, [b] = []) { return a + b }')
    expect(irText(functions.get('f')!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter → 5',
      '5 evaluate %4 → 6',
      '6 evaluate (%5) %5.a → 7',
      '7 branch %6 → 8 | 9',
      '8 evaluate → 9',
      '9 evaluate %7 %8 >a → 10',
      '10 evaluate (%5) %5[] >r → 11',
      '11 parameter → 12',
      '12 branch %11 → 13 | 14',
      '13 allocate → 14',
      '14 evaluate %12 %13 → 15',
      '15 evaluate (%14) %14[] >b → 16',
      '16 return (a) (b) >(result) → 1 | 1',
    ])
  })

  it('reads what it changes', () => {
    const functions = functionsIn('function f(a) { a.x += 1; a.y ??= g(); delete a.z; return a[i]++ }')
    expect(irText(functions.get('f')!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter >a → 5',
      '5 evaluate (a) (a) (a.x) >a.x → 6',
      '6 branch (a) a.y → 9 | 7',
      '7 call (g) → 8',
      '8 evaluate (a) %7 >a.y → 9',
      '9 evaluate (a) >a.z → 10',
      '10 evaluate (a) (i) (a[]) >a[] → 11',
      '11 return %10 >(result) → 1 | 1',
    ])
  })

  it('waits, and gives values out', () => {
    const functions = functionsIn(
      'async function f(a) { const x = await a; for await (const y of x) y() } function* g() { const z = yield 1; yield* h(z) }',
    )
    expect(irText(functions.get('f')!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter >a → 5',
      '5 await a → 6',
      '6 evaluate %5 >x → 7',
      '7 evaluate x → 8',
      '8 iterate (%7) %7[] → 9 | 1',
      '9 await %8 → 10',
      '10 evaluate %9 >y → 11',
      '11 call (y) → 8',
    ])
    expect(irText(functions.get('g')!)).toEqual([
      '3 parameter >this → 4',
      '4 yield ?.[[sent]] >(result)? → 5 | 1',
      '5 evaluate %4 >z → 6',
      '6 argument z → 7',
      '7 call (h) %6 → 8',
      '8 yield (%7) %7[] >(result)? → 1 | 1',
    ])
  })

  it('computes the names of all members of a class before the values of any', () => {
    const functions = functionsIn(
      'function f() { return class C { static [a()] = b(this); static { c(C) } [d(this)]() {} static e = g() } }',
    )
    expect(irText(functions.get('f')!)).toEqual([
      '3 parameter >this → 4',
      '4 allocate → 5',
      '5 call (a) → 6',
      '6 argument this → 7',
      '7 call (d) %6 → 8',
      '8 closure → 9',
      '9 evaluate (%4) %7 %8 >%4.prototype[]? → 10',
      '10 evaluate %4 >C → 11',
      '11 evaluate %4 >this → 12',
      '12 argument this → 13',
      '13 call (b) %12 → 14',
      '14 evaluate (%4) %5 %13 >%4[]? → 15',
      '15 argument C → 16',
      '16 call (c) %15 → 17',
      '17 call (g) → 18',
      '18 evaluate (%4) %17 >%4.e → 19',
      '19 return %4 >(result) → 1 | 1',
    ])
  })

  it('reads what stands left of an assignment before it', () => {
    const functions = functionsIn('function f(a) { return a + (a = 2) + g(a) }')
    expect(irText(functions.get('f')!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter >a → 5',
      '5 evaluate a → 6',
      '6 evaluate >a → 7',
      '7 argument a → 8',
      '8 call (g) %7 → 9',
      '9 return (%5) (%6) (%8) >(result) → 1 | 1',
    ])
  })
})

/** The graph in which each decision goes two ways: of all that may throw to one handler, the first does. */
function decisionGraph(ir: FunctionIr): ReturnType<typeof flowGraphFrom> {
  const { graph, first } = controlFlow(ir)
  const [exception, skipped] = [flowKinds.indexOf('exception'), flowKinds.indexOf('skipped')]
  const { offsets, nodes, kinds } = graph.successors
  const [from, to, kind]: [number[], number[], number[]] = [[], [], []]
  const handled = new Set<number>()
  for (let block = 0; block < graph.size; block += 1) {
    for (let edge = offsets[block]!; edge < offsets[block + 1]!; edge += 1) {
      const target = nodes[edge]!
      const last = ir.instructions.op[first[block + 1]! - 1]
      const isThrown = kinds[edge] === exception && last !== op.throw
      if (
        kinds[edge] === skipped ||
        (isThrown && (ir.instructions.op[first[target]!] !== op.catch || handled.has(target)))
      )
        continue
      if (isThrown) handled.add(target)
      from.push(block)
      to.push(target)
      kind.push(isThrown ? exception : kinds[edge]!)
    }
  }
  const columns = { from: Int32Array.from(from), to: Int32Array.from(to), kind: Uint8Array.from(kind) }
  return flowGraphFrom({ size: graph.size, entry: graph.entry, exit: graph.exit, ...columns })
}

describe('real code', () => {
  it('has as many decisions as its flow graph has edges more than nodes, less one', () => {
    let compared = 0
    for (const { text, language, path } of sourceFiles(200)) {
      for (const ir of lower({ text, language }).functions) {
        const { count, op: ops } = ir.instructions
        const graph = decisionGraph(ir)
        // Where nothing leads to the end, the graph has no way out to count; where a finally has several, they are no decisions.
        if (ir.ways.size > 0 || reachable(graph)[graph.exit] === 0) continue
        const { blockOf } = controlFlow(ir)
        const reached = reachable(graph)
        let decisions = 0
        for (let at = 0; at < count; at += 1) {
          if (reached[blockOf[at]!] === 0) continue
          const isCaught = ops[at] === op.catch && hasException(graph, blockOf[at]!)
          if (ops[at] === op.branch || ops[at] === op.iterate || isCaught) decisions += 1
        }
        expect(cyclomaticComplexity(graph), `${path} ${ir.name}`).toBe(decisions + 1)
        compared += 1
      }
    }
    expect(compared).toBeGreaterThan(1000)
  })

  it('is lowered to instructions that all lead somewhere, and depends on instructions that there are', () => {
    for (const { text, language } of sourceFiles(60)) {
      for (const ir of lower({ text, language }).functions) {
        const { count, op: ops, next } = ir.instructions
        for (let at = 3; at < count; at += 1) {
          const ways = ops[at] === op.dispatch ? ir.ways.get(at)! : [next[at]!]
          expect(ways.every((way) => way >= 0 && way < count)).toBe(true)
        }
        const { data } = buildPdg(ir)
        expect(data.source.every((source) => source >= 0 && source < data.nodes)).toBe(true)
      }
    }
  })
})

function hasException({ predecessors: { offsets, kinds } }: ReturnType<typeof flowGraphFrom>, block: number): boolean {
  return kinds.subarray(offsets[block], offsets[block + 1]).includes(flowKinds.indexOf('exception'))
}

describe('large and broken code', () => {
  it('is lowered where a function has 20,000 statements', () => {
    const body = Array.from({ length: 20_000 }, (_, at) => `v${at % 50} = v${(at + 1) % 50} + ${at};`).join('\n')
    const ir = functionsIn(`function f() { ${body} }`).get('f')!
    expect(ir.instructions.count).toBeGreaterThan(20_000)
    expect(buildPdg(ir).data.source.length).toBeGreaterThan(19_000)
  })

  it('depends on each of 20,000 calls that one handler is for', () => {
    const body = Array.from({ length: 20_000 }, (_, at) => `g(a, ${at})`).join('\n')
    const ir = functionsIn(`function f(a) { try { ${body} } catch (e) { return e } return a }`).get('f')!
    const { source } = buildPdg(ir).data
    expect(source.length).toBeLessThan(ir.instructions.count * 4)
    expect(source.filter((of) => ir.instructions.op[of] === op.call).length).toBeGreaterThanOrEqual(20_000)
  })

  it('is lowered where statements are nested 2,000 deep', () => {
    const { functions, diagnostics } = lower({
      text: `function f(a) { ${'if (a) '.repeat(2000)} g() }`,
      language: 'javascript',
    })
    expect(diagnostics).toEqual([])
    const ir = functions[1]!
    expect(ir.instructions.op.filter((code) => code === op.branch)).toHaveLength(2000)
    const pdg = buildPdg(ir)
    expect(pdg.flow.graph.size).toBeGreaterThan(2000)
  })

  it('has no functions where brackets are nested too deeply to be read', () => {
    const { functions, diagnostics } = lower({ text: `${'{'.repeat(5000)}${'}'.repeat(5000)}`, language: 'javascript' })
    expect(functions).toEqual([])
    expect(diagnostics).toMatchObject([{ message: 'The code is nested too deeply to be read' }])
  })

  it('keeps what is around a syntax error', () => {
    const text = 'function f() { return 1 }\nconst = 2\nfunction g() { return 3 }'
    const { functions, diagnostics, unread } = lower({ text, language: 'typescript' })
    expect(functions.map(({ name }) => name)).toEqual(['', 'f', 'g'])
    expect(diagnostics).toHaveLength(1)
    expect(unread.map(({ start, end, isFunction }) => [text.slice(start, end), isFunction])).toEqual([
      ['const = 2', false],
    ])
  })

  it('leaves out a function that could not be read as a whole', () => {
    const bad = 'function bad(a: number) {\n  if (a { return 3\n}'
    const text = `function f() { return 1 }\nexport ${bad}\nbad(1)\n`
    const { functions, unread } = lower({ text, language: 'typescript' })
    expect(functions.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['module ', 'function f'])
    expect(unread).toEqual([{ start: text.indexOf(bad), end: text.indexOf(bad) + bad.length, isFunction: true }])
    expect(irText(functions[0]!).slice(2, 4)).toEqual(['5 evaluate → 6', '6 evaluate %5 >bad → 7'])
  })

  it('leaves out a method alone that could not be read as a whole', () => {
    const text = 'class A {\n  field = 1\n  g() { return 2 }\n  h() {\n    return = 2\n  }\n}'
    const { functions, unread } = lower({ text, language: 'typescript' })
    expect(functions.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['module ', 'fields A', 'method g'])
    expect(unread).toEqual([{ start: text.indexOf('h()'), end: text.length - 2, isFunction: true }])
  })

  it('leaves out the fields of a class of which one could not be read', () => {
    const text = 'class A {\n  field = ;\n  other = 1\n  g() { return 2 }\n}'
    const { functions, unread } = lower({ text, language: 'typescript' })
    expect(functions.map(({ kind }) => kind)).toEqual(['module', 'method'])
    expect(unread).toMatchObject([{ isFunction: false }])
  })

  it('keeps a function before a bracket that closes nothing', () => {
    const text = 'export function f(a: number) {\n  if (a) return 3\n}\n}\n'
    const { functions, unread } = lower({ text, language: 'typescript' })
    expect(irText(functions[1]!)).toEqual([
      '3 parameter >this → 4',
      '4 parameter >a → 5',
      '5 branch a → 6 | 1',
      '6 return >(result) → 1 | 1',
    ])
    expect(unread).toEqual([{ start: text.length - 2, end: text.length - 1, isFunction: false }])
  })

  it('does not take the end of a function for a bracket that closes nothing', () => {
    const text = 'function f(a) {\n  if (a) { }\n  }\n  g()\n}\n'
    const { functions } = lower({ text, language: 'javascript' })
    expect(functions.map(({ kind }) => kind)).toEqual(['module'])
  })
})
