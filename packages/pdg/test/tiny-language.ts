import {
  exitAt,
  type FileIr,
  type FunctionIr,
  locationKinds,
  op,
  operandKinds,
  raiseAt,
  variableFlag,
  variableKinds,
} from '@forge/pdg'

const [read, write, usedRead] = [
  operandKinds.indexOf('read'),
  operandKinds.indexOf('write'),
  operandKinds.indexOf('usedRead'),
]

/**
 * Lowers a language for tests of stores: statements with `;` between them.
 *
 * - `a=b`: a is what b is
 * - `?a`: ends the function unless a holds
 * - `^a`: goes back to the beginning if a holds
 * - `f(…)`: f is a function that does what is between
 */
export function lowerTiny(text: string): FileIr {
  const functions: (FunctionIr | undefined)[] = []
  lowerFunction(
    { text, name: '', start: 0, end: text.length, bodyStart: 0, bodyEnd: text.length, parent: -1 },
    functions,
  )
  return { functions: functions.map((one) => one!) }
}

interface Head {
  readonly text: string
  readonly name: string
  readonly start: number
  readonly end: number
  readonly bodyStart: number
  readonly bodyEnd: number
  readonly parent: number
}

interface Row {
  readonly code: number
  readonly start: number
  readonly end: number
  readonly a?: number
  readonly operands: readonly (readonly [kind: number, name: string])[]
}

function lowerFunction(head: Head, functions: (FunctionIr | undefined)[]): FunctionIr {
  const { text, name, start, end, parent } = head
  const index = functions.push(undefined) - 1
  const children: number[] = []
  const inside: FunctionIr[] = []
  const rows: Row[] = [
    { code: op.entry, start: 0, end: 0, operands: [] },
    { code: op.exit, start: end - start, end: end - start, operands: [[read, '(result)']] },
    { code: op.raise, start: end - start, end: end - start, operands: [[read, '(thrown)']] },
  ]
  for (const [from, to] of statements(text, head.bodyStart, head.bodyEnd)) {
    const statement = text.slice(from, to)
    const place = { start: from - start, end: to - start }
    const opening = statement.indexOf('(')
    if (opening > 0) {
      const bounds = { start: from, end: to, bodyStart: from + opening + 1, bodyEnd: to - 1 }
      const called = statement.slice(0, opening)
      children.push(functions.length)
      inside.push(lowerFunction({ text, name: called, ...bounds, parent: index }, functions))
      rows.push({ code: op.closure, ...place, a: children.length - 1, operands: [[write, called]] })
    } else if (statement.startsWith('?') || statement.startsWith('^')) {
      rows.push({
        code: op.branch,
        ...place,
        a: statement.startsWith('^') ? 1 : 0,
        operands: [[usedRead, statement.slice(1)]],
      })
    } else {
      const [to = '', of = ''] = statement.split('=')
      rows.push({
        code: op.evaluate,
        ...place,
        operands: [
          [read, of],
          [write, to],
        ],
      })
    }
  }
  const ir = finished({ head, rows, children, inside, name, parent })
  functions[index] = ir
  return ir
}

/** The places of the statements between two offsets; those in parentheses are part of theirs. */
function statements(text: string, start: number, end: number): readonly (readonly [number, number])[] {
  const found: [number, number][] = []
  let depth = 0
  let from = start
  for (let at = start; at <= end; at++) {
    if (text[at] === '(') depth++
    else if (text[at] === ')' && at < end) depth--
    if (at < end && (text[at] !== ';' || depth > 0)) continue
    if (at > from) found.push([from, at])
    from = at + 1
  }
  return found
}

function finished(parts: {
  readonly head: Head
  readonly rows: readonly Row[]
  readonly children: readonly number[]
  readonly inside: readonly FunctionIr[]
  readonly name: string
  readonly parent: number
}): FunctionIr {
  const { head, rows, children, inside, name, parent } = parts
  const written = new Set(
    rows.flatMap(({ operands }) => operands.flatMap(([kind, to]) => (kind === write ? [to] : []))),
  )
  const freeInside = inside.map(({ variables }) =>
    variables.name.filter((_, row) => variables.kind[row] === variableKinds.indexOf('free')),
  )
  const names = [...new Set([...rows.flatMap(({ operands }) => operands.map(([, of]) => of)), ...freeInside.flat()])]
  const captured = new Set(freeInside.flat())
  const operands = rows.map((row) => row.operands)
  const count = rows.length
  const special = new Map([
    ['(result)', variableKinds.indexOf('result')],
    ['(thrown)', variableKinds.indexOf('thrown')],
  ])
  return {
    name,
    kind: parent < 0 ? 'module' : 'function',
    start: head.start,
    end: head.end,
    parent,
    isAsync: false,
    isGenerator: false,
    instructions: {
      count,
      op: Uint8Array.from(rows, ({ code }) => code),
      start: Int32Array.from(rows, (row) => row.start),
      end: Int32Array.from(rows, (row) => row.end),
      a: Int32Array.from(rows, ({ a = 0, code }) => (code === op.closure ? a : 0)),
      b: new Int32Array(count),
      flags: new Uint8Array(count),
      next: Int32Array.from(rows, ({ code, a }, row) => nextOf(row, count, code === op.branch && a === 1)),
      other: Int32Array.from(rows, ({ code, a }, row) =>
        code !== op.branch ? -1 : a === 1 ? nextOf(row, count, false) : exitAt,
      ),
      handler: new Int32Array(count).fill(raiseAt),
      operands: Int32Array.from([0, ...operands.map((_, row) => operands.slice(0, row + 1).flat().length)]),
      operandKind: Uint8Array.from(operands.flat(), ([kind]) => kind),
      operandRef: Int32Array.from(operands.flat(), ([, of]) => names.indexOf(of)),
    },
    variables: {
      count: names.length,
      name: names,
      kind: Uint8Array.from(
        names,
        (of) => special.get(of) ?? variableKinds.indexOf(written.has(of) ? 'local' : 'free'),
      ),
      flags: Uint8Array.from(
        names,
        (of) => (written.has(of) ? variableFlag.written : 0) | (captured.has(of) ? variableFlag.captured : 0),
      ),
      start: new Int32Array(names.length).fill(-1),
    },
    locations: {
      count: names.length,
      kind: new Uint8Array(names.length).fill(locationKinds.indexOf('variable')),
      base: new Int32Array(names.length).fill(-1),
      ref: Int32Array.from(names.keys()),
    },
    names: [],
    children,
    captures: freeInside.map((free) => free.map((of) => names.indexOf(of))),
    ways: new Map(),
  }
}

/** What follows an instruction: the first statement after the entry, the exit after the last, else the next one. */
function nextOf(row: number, count: number, isBack: boolean): number {
  if (row === exitAt || row === raiseAt) return -1
  const first = raiseAt + 1
  if (isBack) return first
  const following = row === 0 ? first : row + 1
  return following < count ? following : exitAt
}
