/** A script, one of its lines (from 1), and the lines that a perfect slice from that line has. */
export interface HandSlice {
  readonly category: string
  readonly name: string
  readonly code: string
  readonly direction: 'backward' | 'forward'
  readonly line: number
  /**
   * In rising order, with the asked line. An object's creation belongs to a slice that reaches one of its properties, a
   * class to one that makes an instance. `catch (error) {` is in only with a line of its body; `try {`, `finally {`,
   * `else {`, `default:` and closing braces never are.
   */
  readonly smallest: readonly number[]
}

/** Slices worked out by hand: what no slicer can leave out, and what a precise one does not add. */
export const handSlices: readonly HandSlice[] = [
  {
    category: 'straight',
    name: 'one of two chains',
    direction: 'backward',
    line: 8,
    smallest: [1, 3, 5, 8],
    code: `const a = input(0)
const b = input(1)
const c = a * 2
const d = b + c
const e = c - 1
const f = d * e
out(f)
out(e)
out(d)`,
  },
  {
    category: 'straight',
    name: 'stores overwritten before use',
    direction: 'backward',
    line: 9,
    smallest: [3, 4, 6, 9],
    code: `let x = input(0)
x = x + 1
const y = input(1)
x = y * 2
const other = y - 1
const z = x + 1
x = 0
out(other)
out(z)
out(x)`,
  },
  {
    category: 'straight',
    name: 'an effectless loop before the line',
    direction: 'backward',
    line: 11,
    smallest: [2, 7, 11],
    code: `let i = 0
let n = input(0)
while (i < n) {
  i++
}
out(i)
n += 1
if (i > 3) {
  out('many')
}
out(n)`,
  },
  {
    category: 'conditions',
    name: 'two variables set in one branch',
    direction: 'backward',
    line: 12,
    smallest: [1, 2, 4, 5, 12],
    code: `const n = input(0)
let size = 1
let colour = 'red'
if (n > 3) {
  size = 2
  colour = 'blue'
}
if (n > 6) {
  colour = 'green'
}
out(colour)
out(size)`,
  },
  {
    category: 'conditions',
    name: 'both branches overwrite',
    direction: 'backward',
    line: 12,
    smallest: [2, 3, 5, 6, 9, 12],
    code: `let result = input(0)
const kind = input(1)
const left = input(2)
let noise = 0
if (kind > 4) {
  result = left
  noise = 1
} else {
  result = -1
}
noise += 2
out(result)
out(noise)`,
  },
  {
    category: 'conditions',
    name: 'a line two conditions deep',
    direction: 'backward',
    line: 8,
    smallest: [1, 2, 5, 7, 8],
    code: `const a = input(0)
const b = input(1)
const c = input(2)
let log = ''
if (a > 2) {
  log += 'x'
  if (b > 2) {
    out('deep')
  } else if (c > 2) {
    out('other')
  }
  out(log)
}
out(c)`,
  },
  {
    category: 'conditions',
    name: 'a choice kept in a variable',
    direction: 'backward',
    line: 13,
    smallest: [3, 4, 10, 13],
    code: `let hits = 0
let misses = 0
const a = input(0)
const b = a > 4 ? 1 : 2
if (b === 1) {
  hits += input(1)
} else {
  misses++
}
const c = b || a
out(hits)
out(misses)
out(c)`,
  },
  {
    category: 'logic',
    name: 'calls behind an operator',
    direction: 'backward',
    line: 12,
    smallest: [1, 3, 4, 6, 9, 12],
    code: `let hits = 0
let log = ''
function hit(n) {
  hits++
  log += n
  return n > 4
}
const quiet = log.length
const both = hit(input(0)) && hit(input(1))
out(both)
out(quiet)
out(hits)`,
  },
  {
    category: 'loops',
    name: 'the sum without the product',
    direction: 'backward',
    line: 11,
    smallest: [1, 2, 3, 5, 6, 8, 11],
    code: `const n = input(0)
let i = 0
let sum = 0
let product = 1
while (i < n) {
  sum += i
  product *= i + 1
  i++
}
out(product)
out(sum)`,
  },
  {
    category: 'loops',
    name: 'values carried to the next round',
    direction: 'backward',
    line: 12,
    smallest: [1, 2, 5, 7, 9, 12],
    code: `let first = input(0)
let second = 0
let third = 0
let seen = ''
for (let i = 0; i < input(1); i++) {
  third = second
  second = first
  seen += third
  first = i
}
out(seen)
out(second)`,
  },
  {
    category: 'loops',
    name: 'the inner loop of two',
    direction: 'backward',
    line: 14,
    smallest: [1, 2, 4, 5, 7, 8, 14],
    code: `const rows = input(0)
const columns = input(1)
let edges = 0
let cells = 0
for (let y = 0; y < rows; y++) {
  edges += y
  for (let x = 0; x < columns; x++) {
    cells += x
    edges++
  }
  edges -= 2
}
out(edges)
out(cells)`,
  },
  {
    category: 'jumps',
    name: 'break under a condition',
    direction: 'backward',
    line: 14,
    smallest: [1, 2, 3, 5, 7, 8, 10, 11, 14],
    code: `const limit = input(0)
let i = 0
let total = 0
let checks = 0
while (i < 10) {
  checks++
  if (total > limit) {
    break
  }
  total += i
  i++
}
out(checks)
out(total)`,
  },
  {
    category: 'jumps',
    name: 'continue before the change',
    direction: 'backward',
    line: 13,
    smallest: [1, 2, 4, 6, 7, 10, 13],
    code: `const skip = input(0)
let kept = 0
let passed = 0
for (let n = 0; n < 6; n++) {
  passed += n
  if (n === skip) {
    continue
  }
  out(n)
  kept += n
}
out(passed)
out(kept)`,
  },
  {
    category: 'jumps',
    name: 'continue of the outer loop',
    direction: 'backward',
    line: 14,
    smallest: [1, 2, 4, 5, 7, 8, 11, 14],
    code: `const rows = [[1, 2], [0, 3], [4, 5]]
let kept = 0
let cells = 0
outer: for (const row of rows) {
  for (const cell of row) {
    cells++
    if (cell === input(0)) {
      continue outer
    }
  }
  kept++
}
out(cells)
out(kept)`,
  },
  {
    category: 'calls',
    name: 'one argument does not matter',
    direction: 'backward',
    line: 11,
    smallest: [1, 4, 6, 8, 9, 11],
    code: `function mix(a, b, c) {
  const unused = b * 2
  out(unused)
  return a + c
}
const x = input(0)
const y = input(1)
const z = input(2)
const mixed = mix(x, y, z)
out(y)
out(mixed)`,
  },
  {
    category: 'calls',
    name: 'two calls of one function',
    direction: 'backward',
    line: 10,
    smallest: [1, 2, 5, 7, 10],
    code: `function twice(n) {
  return n * 2
}
const a = input(0)
const b = input(1)
const first = twice(a)
const second = twice(b)
out(first)
out(a)
out(second)`,
  },
  {
    category: 'calls',
    name: 'two calls through a second function',
    direction: 'backward',
    line: 13,
    smallest: [1, 2, 4, 5, 8, 10, 13],
    code: `function plus(n, by) {
  return n + by
}
function next(n) {
  return plus(n, 1)
}
const a = input(0)
const b = input(1)
const first = next(a)
const second = next(b)
const third = plus(first, second)
out(third)
out(second)`,
  },
  {
    category: 'calls',
    name: 'a line reached by both calls',
    direction: 'backward',
    line: 3,
    smallest: [1, 3, 6, 7, 10, 11],
    code: `function show(value, label) {
  const text = label + '!'
  out(value)
  out(text)
}
const a = input(0)
const b = a + 1
const name = 'n' + input(1)
const c = b + 1
show(a, name)
show(b, 'last')
out(c)`,
  },
  {
    category: 'recursion',
    name: 'a depth that does not matter',
    direction: 'backward',
    line: 12,
    smallest: [1, 3, 4, 6, 9, 10, 12],
    code: `function sum(n, depth) {
  deepest = depth
  if (n <= 0) {
    return 0
  }
  return n + sum(n - 1, depth + 1)
}
let deepest = 0
const from = input(0)
const total = sum(from, 1)
out(deepest)
out(total)`,
  },
  {
    category: 'globals',
    name: 'changed by a call',
    direction: 'backward',
    line: 16,
    smallest: [1, 3, 4, 10, 12, 16],
    code: `let level = input(0)
let log = ''
function raise(by) {
  level += by
  log += 'r'
}
function note(text) {
  log += text
}
raise(2)
note('x')
const now = level
level = 0
raise(1)
out(log)
out(now)`,
  },
  {
    category: 'globals',
    name: 'overwritten by a call',
    direction: 'backward',
    line: 12,
    smallest: [2, 3, 4, 8, 10, 12],
    code: `let mode = input(0)
let base = input(1)
function reset() {
  mode = base
}
mode += 2
out(mode)
reset()
base = 9
const shown = mode
out(base)
out(shown)`,
  },
  {
    category: 'closures',
    name: 'one of two counters',
    direction: 'backward',
    line: 13,
    smallest: [1, 2, 3, 4, 5, 9, 11, 13],
    code: `function counter(start) {
  let count = start
  return (by) => {
    count += by
    return count
  }
}
const left = counter(input(0))
const right = counter(input(1))
left(5)
right(2)
out(left(1))
out(right(1))`,
  },
  {
    category: 'closures',
    name: 'a captured variable replaced',
    direction: 'backward',
    line: 11,
    smallest: [3, 6, 9, 11],
    code: `let factor = input(0)
let offset = input(1)
const scale = (n) => n * factor
const shift = (n) => n + offset
out(scale(1))
factor = input(2)
offset += 1
const moved = shift(3)
const scaled = scale(3)
out(moved)
out(scaled)`,
  },
  {
    category: 'objects',
    name: 'one of three properties',
    direction: 'backward',
    line: 8,
    smallest: [1, 5, 8],
    code: `const box = { width: 4, height: 0, depth: 1 }
const given = input(1)
box.height = given
box.depth = box.height + 2
box.width += input(0)
const area = box.height * box.depth
out(area)
out(box.width)`,
  },
  {
    category: 'objects',
    name: 'two of one shape',
    direction: 'backward',
    line: 10,
    smallest: [2, 4, 8, 10],
    code: `const first = { value: 1, name: 'a' }
const second = { value: 2, name: 'b' }
first.value = input(0)
second.value = input(1)
first.name = 'c' + first.value
out(first.name)
first.value += second.value
const seen = second.value
second.value = 0
out(seen)`,
  },
  {
    category: 'objects',
    name: 'a setter and a getter',
    direction: 'backward',
    line: 14,
    smallest: [1, 4, 5, 7, 8, 11, 14],
    code: `const meter = {
  metres: 0,
  name: 'm',
  set feet(value) {
    this.metres = value * 3
  },
  get half() {
    return this.metres / 2
  },
}
meter.feet = input(0)
meter.name = 'x' + input(1)
out(meter.name)
out(meter.half)`,
  },
  {
    category: 'aliases',
    name: 'written through another name',
    direction: 'backward',
    line: 10,
    smallest: [1, 2, 4, 7, 10],
    code: `const home = { lamp: 'off', door: 'shut' }
const alias = home
const other = { lamp: 'on' }
alias.lamp = input(0)
other.lamp = input(1)
alias.door = 'open'
const lamp = home.lamp
out(home.door)
out(other.lamp)
out(lamp)`,
  },
  {
    category: 'aliases',
    name: 'one name for either of two',
    direction: 'backward',
    line: 13,
    smallest: [1, 2, 3, 5, 6, 9, 13],
    code: `const a = { n: 11 }
const b = { n: 22 }
let target = a
let label = 'a'
if (input(0) > 4) {
  target = b
  label = 'b'
}
target.n = input(1)
b.m = 3
out(label)
out(b.m)
out(a.n + b.n)`,
  },
  {
    category: 'aliases',
    name: 'changed inside a call',
    direction: 'backward',
    line: 11,
    smallest: [1, 2, 6, 8, 11],
    code: `function fill(jar, amount) {
  jar.level = amount
  jar.lid = 'on'
}
const red = { level: 0, lid: 'off' }
const blue = { level: 0, lid: 'off' }
fill(red, input(0))
fill(blue, input(1))
out(blue.lid)
out(red.level)
out(blue.level)`,
  },
  {
    category: 'arrays',
    name: 'the middle element',
    direction: 'backward',
    line: 9,
    smallest: [1, 3, 6, 9],
    code: `const list = [0, 0, 0]
list[0] = input(0)
list[1] = input(1)
list[2] = list[0] + 1
const ends = list[0] + list[2]
const middle = list[1]
list[1] = 7
out(ends)
out(middle)`,
  },
  {
    category: 'arrays',
    name: 'a stack beside another',
    direction: 'backward',
    line: 10,
    smallest: [1, 3, 6, 10],
    code: `const stack = []
const other = []
stack.push(input(0))
other.push(input(1))
other.push(4)
const top = stack.pop()
stack.push(9)
out(other.length)
out(stack.length)
out(top)`,
  },
  {
    category: 'classes',
    name: 'one of three fields',
    direction: 'backward',
    line: 17,
    smallest: [1, 2, 4, 7, 8, 13, 14, 17],
    code: `class Player {
  constructor(name, points) {
    this.name = name
    this.points = points
    this.moves = 0
  }
  win(by) {
    this.points += by
    this.moves++
  }
}
const who = 'p' + input(0)
const player = new Player(who, input(1))
player.win(3)
player.name += '!'
out(player.moves)
out(player.points)`,
  },
  {
    category: 'classes',
    name: 'an overridden method',
    direction: 'backward',
    line: 21,
    smallest: [1, 5, 6, 9, 10, 11, 12, 14, 15, 20, 21],
    code: `class Base {
  area() {
    return 0
  }
  twice() {
    return this.area() * 2
  }
}
class Square extends Base {
  constructor(side) {
    super()
    this.side = side
  }
  area() {
    return this.side * this.side
  }
}
const plain = new Base()
out(plain.twice())
const square = new Square(input(0))
out(square.twice())`,
  },
  {
    category: 'classes',
    name: 'two instances',
    direction: 'backward',
    line: 18,
    smallest: [1, 2, 4, 5, 12, 14, 18],
    code: `class Cup {
  level = 0
  sips = 0
  pour(amount) {
    this.level += amount
  }
  sip() {
    this.sips++
  }
}
const first = new Cup()
const second = new Cup()
first.pour(input(0))
second.pour(input(1))
second.sip()
out(first.level)
out(second.sips)
out(second.level)`,
  },
  {
    category: 'returns',
    name: 'every return counts',
    direction: 'backward',
    line: 14,
    smallest: [1, 3, 4, 7, 8, 10, 12, 13, 14],
    code: `function fee(weight, name) {
  const label = name + '?'
  if (weight < 2) {
    return 0
  }
  out(label)
  if (weight > 6) {
    return 19
  }
  return weight
}
const weight = input(0)
const cost = fee(weight, 'box')
out(cost)`,
  },
  {
    category: 'returns',
    name: 'a line behind an early return',
    direction: 'backward',
    line: 7,
    smallest: [1, 3, 4, 7, 11, 13],
    code: `function report(n, text) {
  calls++
  if (n === 0) {
    return
  }
  text = text.trim()
  out('report')
  out(text)
}
let calls = 0
const n = input(0)
const text = ' x' + input(1)
report(n, text)
out(calls)`,
  },
  {
    category: 'exceptions',
    name: 'a store that a throw prevents',
    direction: 'backward',
    line: 17,
    smallest: [1, 2, 3, 7, 11, 12, 17],
    code: `function check(n, name) {
  if (n > 5) {
    throw new Error('too large')
  }
  out(name)
}
let state = 'fresh'
let tries = 0
try {
  tries++
  check(input(0), 'first')
  state = 'checked'
} catch (error) {
  out(error.message)
}
out(tries)
out(state)`,
  },
  {
    category: 'exceptions',
    name: 'what the handler was given',
    direction: 'backward',
    line: 14,
    smallest: [1, 3, 4, 11, 13, 14],
    code: `function read(n) {
  reads++
  if (n > 4) {
    throw n + 100
  }
  return n
}
let reads = 0
let good = 0
try {
  good = read(input(0))
  good += 1
} catch (code) {
  out(code)
} finally {
  out(reads)
}
out(good)`,
  },
  {
    category: 'exceptions',
    name: 'a return in finally wins',
    direction: 'backward',
    line: 15,
    smallest: [1, 8, 11, 13, 15],
    code: `function pick(n) {
  let result = n
  try {
    result += 1
    return result
  } finally {
    out('closing')
    return 100 - limit
  }
}
const limit = input(0)
const given = input(1)
const picked = pick(given)
out(given)
out(picked)`,
  },
  {
    category: 'switch',
    name: 'falling through',
    direction: 'backward',
    line: 18,
    smallest: [1, 2, 4, 5, 6, 8, 9, 18],
    code: `const code = input(0)
let sum = 0
let name = ''
switch (code) {
  case 1:
    sum += 1
    name = 'one'
  case 2:
    sum += 2
    break
  case 3:
    name = 'three'
    break
  default:
    name = 'more'
}
out(name)
out(sum)`,
  },
  {
    category: 'switch',
    name: 'a break that matters',
    direction: 'backward',
    line: 19,
    smallest: [1, 2, 4, 5, 6, 8, 9, 11, 12, 19],
    code: `const code = input(0)
let price = 5
let count = 0
switch (code) {
  case 1:
    price = 3
    count = 1
    break
  case 2:
    count = 2
  case 3:
    price = 8
    count += 3
    break
  default:
    count = 9
}
out(count)
out(price)`,
  },
  {
    category: 'destructuring',
    name: 'the second of a pair',
    direction: 'backward',
    line: 9,
    smallest: [1, 3, 6, 9],
    code: `const pair = [input(0), input(1)]
const extra = { left: input(2), right: 4 }
const [first, second] = pair
const { left, right } = extra
const other = first + left
const wanted = second * 2
out(other)
out(right)
out(wanted)`,
  },
  {
    category: 'destructuring',
    name: 'a default from a neighbour',
    direction: 'backward',
    line: 8,
    smallest: [1, 3, 5, 8],
    code: `const size = input(0)
const paint = input(1)
const box = { width: size }
const style = { paint }
const { width, height = width + 1 } = box
const { paint: shade, frame = shade } = style
out(frame)
out(height)`,
  },
  {
    category: 'destructuring',
    name: 'exchanged by a pattern',
    direction: 'backward',
    line: 9,
    smallest: [2, 5, 8, 9],
    code: `let a = input(0)
let b = input(1)
const sum = a + b
out(sum);
[a, b] = [b, a]
b += 1
out(b)
const wanted = a
out(wanted)`,
  },
  {
    category: 'swaps',
    name: 'exchanged by a third variable',
    direction: 'backward',
    line: 9,
    smallest: [1, 3, 5, 9],
    code: `let a = input(0)
let b = input(1)
const held = a
a = b
b = held
const c = a + 1
out(c)
out(a)
out(b)`,
  },
  {
    category: 'defaults',
    name: 'a default value that is used',
    direction: 'backward',
    line: 11,
    smallest: [2, 3, 4, 7, 11],
    code: `let base = input(0)
const extra = input(1)
function total(n, more = extra) {
  return n + more
}
const full = total(base, 3)
const short = total(5)
base = 1
out(full)
out(base)
out(short)`,
  },
  {
    category: 'callbacks',
    name: 'mapped beside filtered',
    direction: 'backward',
    line: 12,
    smallest: [1, 3, 4, 11, 12],
    code: `const factor = input(0)
let calls = 0
const list = [1, 2, input(1)]
const scaled = list.map((n) => n * factor)
const small = list.filter((n) => n < 3)
list.forEach(() => {
  calls++
})
out(small.length)
out(calls)
const first = scaled[0]
out(first)`,
  },
  {
    category: 'callbacks',
    name: 'a filter with a count in it',
    direction: 'backward',
    line: 13,
    smallest: [1, 3, 4, 6, 13],
    code: `const limit = input(0)
let asked = 0
const list = [4, 8, 2]
const kept = list.filter((n) => {
  asked++
  return n > limit
})
const doubled = list.map((n) => {
  return n * 2
})
out(asked)
out(doubled[0])
out(kept.length)`,
  },
  {
    category: 'callbacks',
    name: 'one of two functions handed over',
    direction: 'backward',
    line: 10,
    smallest: [1, 2, 4, 6, 8, 10],
    code: `function apply(action, value) {
  return action(value)
}
const add = (n) => n + step
const drop = (n) => n - 1
const step = input(0)
const dropped = apply(drop, 4)
const added = apply(add, input(1))
out(dropped)
out(added)`,
  },
  {
    category: 'generators',
    name: 'values of a loop over one',
    direction: 'backward',
    line: 16,
    smallest: [1, 2, 3, 5, 6, 9, 11, 13, 16],
    code: `function* counts(from, label) {
  let n = from
  while (n < 8) {
    out(label)
    yield n
    n += 2
  }
}
let sum = 0
let rounds = 0
for (const n of counts(input(0), 'x')) {
  rounds++
  sum += n
}
out(rounds)
out(sum)`,
  },
  {
    category: 'generators',
    name: 'a value sent in',
    direction: 'backward',
    line: 12,
    smallest: [1, 2, 3, 4, 7, 8, 9, 10, 12],
    code: `function* relay() {
  const first = yield 'ready'
  const second = yield 'more'
  yield second * 2
  yield first
}
const steps = relay()
steps.next()
steps.next(input(0))
const answer = steps.next(input(1)).value
out(steps.next().value)
out(answer)`,
  },
  {
    category: 'async',
    name: 'one of two awaited calls',
    direction: 'backward',
    line: 9,
    smallest: [1, 3, 5, 7, 9, 11],
    code: `async function load(name, n) {
  out(name)
  return n * 2
}
async function main() {
  const first = await load('a', input(0))
  const second = await load('b', input(1))
  out(first)
  out(second)
}
main()
out('started')`,
  },
  {
    category: 'async',
    name: 'a rejection prevents the store',
    direction: 'backward',
    line: 17,
    smallest: [1, 2, 3, 7, 8, 11, 12, 17, 19],
    code: `async function open(n) {
  if (n > 4) {
    throw new Error('shut')
  }
  return 'open' + n
}
async function main() {
  let state = 'unknown'
  let text = ''
  try {
    text = await open(input(0))
    state = 'fine'
  } catch (error) {
    text = error.message
  }
  out(text)
  out(state)
}
main()`,
  },
  {
    category: 'straight',
    name: 'one of two inputs',
    direction: 'forward',
    line: 2,
    smallest: [2, 4, 6, 8],
    code: `const a = input(0)
const b = input(1)
const c = a + 1
const d = b + c
const e = c * 2
const f = d - e
out(c)
out(f)
out(e)`,
  },
  {
    category: 'straight',
    name: 'overwritten after one use',
    direction: 'forward',
    line: 1,
    smallest: [1, 2, 5],
    code: `let x = input(0)
const y = x + 1
x = input(1)
const z = x * 2
out(y)
out(z)
x = z
out(x)`,
  },
  {
    category: 'conditions',
    name: 'one of two conditions',
    direction: 'forward',
    line: 1,
    smallest: [1, 4, 5, 11],
    code: `const n = input(0)
let size = 1
let colour = 'red'
if (n > 4) {
  size = 2
}
if (input(1) > 4) {
  colour = 'blue'
}
out(colour)
out(size)`,
  },
  {
    category: 'loops',
    name: 'the number of rounds',
    direction: 'forward',
    line: 1,
    smallest: [1, 5, 6, 7, 11],
    code: `const n = input(0)
let i = 0
let sum = 0
const step = input(1)
while (i < n) {
  sum += step
  i++
}
const double = step * 2
out(double)
out(sum)`,
  },
  {
    category: 'jumps',
    name: 'break at a value',
    direction: 'forward',
    line: 1,
    smallest: [1, 5, 6, 7, 8, 10, 13, 14],
    code: `const stop = input(0)
let before = 0
let after = 0
const list = [3, 1, 4, 1, 5]
for (const item of list) {
  before += item
  if (item === stop) {
    break
  }
  after += 1
}
out(list.length)
out(before)
out(after)`,
  },
  {
    category: 'jumps',
    name: 'continue at a value',
    direction: 'forward',
    line: 1,
    smallest: [1, 7, 8, 10, 14],
    code: `const skip = input(0)
let before = 0
let after = 0
const list = [3, 1, 4, 1, 5]
for (const item of list) {
  before += item
  if (item === skip) {
    continue
  }
  after += 1
}
out(list.length)
out(before)
out(after)`,
  },
  {
    category: 'calls',
    name: 'one of two arguments',
    direction: 'forward',
    line: 8,
    smallest: [1, 3, 5, 8, 10, 12],
    code: `function mix(a, b) {
  const left = a * 2
  const right = b * 3
  out(left)
  return right
}
const x = input(0)
const y = input(1)
const z = x + 1
const mixed = mix(x, y)
out(z)
out(mixed)`,
  },
  {
    category: 'calls',
    name: 'one of two calls',
    direction: 'forward',
    line: 4,
    smallest: [1, 2, 4, 6, 8],
    code: `function twice(n) {
  return n * 2
}
const a = input(0)
const b = input(1)
const first = twice(a)
const second = twice(b)
out(first)
out(second)
out(b)`,
  },
  {
    category: 'recursion',
    name: 'a mark handed along',
    direction: 'forward',
    line: 8,
    smallest: [1, 2, 3, 5, 8, 9, 11],
    code: `function count(n, mark) {
  if (n <= 0) {
    return 0
  }
  return 1 + count(n - 1, mark)
}
const mark = input(1)
const n = input(0)
const total = count(n, mark)
out(mark)
out(total)`,
  },
  {
    category: 'globals',
    name: 'changed by a call',
    direction: 'forward',
    line: 7,
    smallest: [3, 4, 7, 8, 9],
    code: `let level = 1
let log = ''
function raise(by) {
  level += by
  log += 'r'
}
const by = input(0)
raise(by)
out(level)
out(log)
level = 0
out(level)`,
  },
  {
    category: 'objects',
    name: 'one of two properties',
    direction: 'forward',
    line: 2,
    smallest: [2, 5, 7],
    code: `const box = { width: 1, height: 2 }
box.width = input(0)
box.height = input(1)
const tall = box.height > 4
const area = box.width * 10 + box.height
out(tall)
out(area)
box.width = 3
out(box.width)`,
  },
  {
    category: 'objects',
    name: 'one of two of one shape',
    direction: 'forward',
    line: 3,
    smallest: [3, 6, 8],
    code: `const left = { n: 0 }
const right = { n: 0 }
left.n = input(0)
right.n = input(1)
const a = right.n + 1
const b = left.n + 1
out(a)
out(b)
left.n = a
out(left.n)`,
  },
  {
    category: 'aliases',
    name: 'read by the first name',
    direction: 'forward',
    line: 4,
    smallest: [4, 6, 9],
    code: `const home = { lamp: 0, door: 0 }
const alias = home
const other = { lamp: 0 }
alias.lamp = input(0)
alias.door = input(1)
const lit = home.lamp > 2
out(home.door)
out(other.lamp)
out(lit)`,
  },
  {
    category: 'arrays',
    name: 'one element to another',
    direction: 'forward',
    line: 2,
    smallest: [2, 4, 6, 8],
    code: `const list = [0, 0, 0]
list[0] = input(0)
list[1] = input(1)
list[2] = list[0] + 1
const middle = list[1]
const last = list[2]
out(middle)
out(last)`,
  },
  {
    category: 'closures',
    name: 'one of two counters',
    direction: 'forward',
    line: 8,
    smallest: [1, 2, 4, 5, 8, 9, 11, 13],
    code: `function counter(start) {
  let count = start
  return (by) => {
    count += by
    return count
  }
}
const from = input(0)
const left = counter(from)
const right = counter(4)
left(1)
right(1)
out(left(2))
out(right(2))`,
  },
  {
    category: 'classes',
    name: 'one of two fields',
    direction: 'forward',
    line: 14,
    smallest: [2, 4, 10, 14, 15, 17],
    code: `class Player {
  constructor(name, points) {
    this.name = name
    this.points = points
  }
  label() {
    return '<' + this.name + '>'
  }
  double() {
    return this.points * 2
  }
}
const name = 'p' + input(0)
const points = input(1)
const player = new Player(name, points)
out(player.label())
out(player.double())`,
  },
  {
    category: 'returns',
    name: 'an early one',
    direction: 'forward',
    line: 9,
    smallest: [1, 3, 4, 6, 7, 9, 11, 13],
    code: `function fee(weight) {
  let result = 3
  if (weight > 5) {
    return 9
  }
  result += 1
  return result
}
const weight = input(0)
const name = 'n' + input(1)
const cost = fee(weight)
out(name)
out(cost)`,
  },
  {
    category: 'exceptions',
    name: 'a throw that skips lines',
    direction: 'forward',
    line: 7,
    smallest: [1, 2, 3, 5, 7, 12, 13, 14, 15, 18],
    code: `function check(n) {
  if (n > 5) {
    throw new Error('large')
  }
  return n
}
const n = input(0)
let state = 'fresh'
let tries = 1
try {
  tries++
  check(n)
  state = 'checked'
} catch (error) {
  out('failed')
}
out(tries)
out(state)`,
  },
  {
    category: 'switch',
    name: 'the chosen case',
    direction: 'forward',
    line: 1,
    smallest: [1, 4, 5, 6, 7, 8, 9, 13],
    code: `const code = input(0)
let price = 0
let count = 0
switch (code) {
  case 1:
    price = 3
    break
  case 2:
    price = 8
}
count += input(1)
out(count)
out(price)`,
  },
  {
    category: 'destructuring',
    name: 'exchanged by a pattern',
    direction: 'forward',
    line: 1,
    smallest: [1, 5, 7],
    code: `let a = input(0)
let b = input(1)
const c = b + 1
out(c);
[a, b] = [b, a]
out(a)
out(b)
b = c
out(b)`,
  },
  {
    category: 'defaults',
    name: 'a default value that is used',
    direction: 'forward',
    line: 1,
    smallest: [1, 2, 3, 6, 8],
    code: `const extra = input(0)
function total(n, more = extra) {
  return n + more
}
const full = total(1, 3)
const short = total(5)
out(full)
out(short)
out('done')`,
  },
  {
    category: 'callbacks',
    name: 'mapped beside filtered',
    direction: 'forward',
    line: 2,
    smallest: [2, 4, 7],
    code: `const list = [1, 2, 3]
const factor = input(0)
const limit = input(1)
const scaled = list.map((n) => n * factor)
const kept = list.filter((n) => n > limit)
out(kept.length)
out(scaled[0])
out(scaled.length)`,
  },
  {
    category: 'generators',
    name: 'the second value',
    direction: 'forward',
    line: 6,
    smallest: [1, 3, 6, 7, 9, 11],
    code: `function* pairs(left, right) {
  yield left * 2
  yield right * 2
}
const a = input(0)
const b = input(1)
const steps = pairs(a, b)
const first = steps.next().value
const second = steps.next().value
out(first)
out(second)`,
  },
  {
    category: 'async',
    name: 'one of two awaited calls',
    direction: 'forward',
    line: 5,
    smallest: [1, 2, 5, 7, 9],
    code: `async function double(n) {
  return n * 2
}
async function main() {
  const a = input(0)
  const b = input(1)
  const first = await double(a)
  const second = await double(b)
  out(first)
  out(second)
}
main()`,
  },
]
