import { cornerPrograms } from './corner-programs.ts'

/** A script that shows values by `out(value)` and reads small numbers by `input(n)`, with `n` from 0 to 3. */
export interface ExecutedProgram {
  readonly category: string
  readonly name: string
  readonly code: string
}

/** Scripts of many kinds that end by themselves, one statement a line, to be run and watched for what depends on what. */
export const executedPrograms: readonly ExecutedProgram[] = [
  {
    category: 'arithmetic',
    name: 'price with tax and discount',
    code: `const net = 40 + input(0)
const rate = 0.2
const tax = net * rate
const discount = input(1) * 2
const gross = net + tax
const price = gross - discount
out(price)
out(tax)`,
  },
  {
    category: 'arithmetic',
    name: 'seconds split into a clock',
    code: `let rest = input(0) * 1000 + input(1) * 37
const hours = Math.floor(rest / 3600)
rest -= hours * 3600
const minutes = Math.floor(rest / 60)
rest -= minutes * 60
out(hours)
out(minutes)
out(rest)`,
  },
  {
    category: 'arithmetic',
    name: 'overwritten values',
    code: `let a = input(0)
let b = a + 1
a = input(1)
let c = a + b
b = 10
c += b
a = 0
out(c)
out(a)
out(b)`,
  },
  {
    category: 'arithmetic',
    name: 'bits of a byte',
    code: `let byte = input(0) * 16 + input(1)
const low = byte & 15
const high = (byte >> 4) & 15
byte ^= 255
const swapped = (low << 4) | high
const parity = (low ^ high) & 1
out(swapped)
out(byte)
out(parity)`,
  },
  {
    category: 'arithmetic',
    name: 'increments before and after',
    code: `let i = input(0)
const before = i++
const after = ++i
let j = i--
j += --i
const mixed = before * after - j
out(i)
out(mixed)
out(-j)
out(+before)`,
  },
  {
    category: 'arithmetic',
    name: 'circle and square',
    code: `const side = input(0) + 1
const radius = side / 2
const square = side ** 2
const circle = Math.round(3 * radius ** 2)
const corner = square - circle
const share = Math.round((corner / square) * 100)
out(square)
out(share)`,
  },
  {
    category: 'arithmetic',
    name: 'interest over three years',
    code: `let balance = 100 + input(0)
const percent = input(1)
const fee = 2
balance += (balance * percent) / 100
balance -= fee
balance += (balance * percent) / 100
balance -= fee
balance += (balance * percent) / 100
const gain = balance - 100
out(Math.round(balance))
out(gain > 0)`,
  },
  {
    category: 'arithmetic',
    name: 'weighted mean and spread',
    code: `const first = input(0)
const second = input(1)
const third = input(2)
const sum = first + second * 2 + third * 3
const mean = sum / 6
const least = Math.min(first, second, third)
const most = Math.max(first, second, third)
const spread = most - least
out(Math.floor(mean))
out(spread)`,
  },
  {
    category: 'arithmetic',
    name: 'swap without a third variable',
    code: `let x = input(0)
let y = input(1)
x = x + y
y = x - y
x = x - y
out(x)
let z = y % 3
z = z * z
out(z)
out(y)`,
  },
  {
    category: 'conditions',
    name: 'shipping fee',
    code: `const weight = input(0)
let fee = 3
if (weight > 5) {
  fee = 9
}
if (weight === 0) {
  fee = 0
}
out(fee)
out(weight)`,
  },
  {
    category: 'conditions',
    name: 'grade of a mark',
    code: `for (let i = 0; i < 3; i++) {
  const mark = input(i)
  let grade
  if (mark >= 8) {
    grade = 'excellent'
  } else if (mark >= 5) {
    grade = 'fair'
  } else if (mark > 0) {
    grade = 'poor'
  } else {
    grade = 'none'
  }
  out(grade)
}`,
  },
  {
    category: 'conditions',
    name: 'nested access check',
    code: `const age = input(0) + 16
const member = input(1) > 4
let answer = 'no'
let reason = ''
if (age >= 18) {
  if (member) {
    answer = 'yes'
    reason = 'member'
  } else {
    answer = 'ask'
  }
} else {
  reason = 'young'
}
out(answer)
out(reason)`,
  },
  {
    category: 'conditions',
    name: 'largest of three',
    code: `const a = input(0)
const b = input(1)
const c = input(2) * 2
let largest = a
let place = 'first'
if (b > largest) {
  largest = b
  place = 'second'
}
if (c > largest) {
  largest = c
  place = 'third'
}
out(largest)
out(place)`,
  },
  {
    category: 'conditions',
    name: 'leap year',
    code: `const year = 1900 + input(0) * 4 + (input(1) % 2)
let leap = false
if (year % 4 === 0) {
  leap = true
  if (year % 100 === 0) {
    leap = year % 400 === 0
  }
}
let days = 28
if (leap) {
  days = 29
}
out(year)
out(days)`,
  },
  {
    category: 'conditions',
    name: 'counters in both branches',
    code: `let left = 0
let right = 0
const turn = input(1)
if (turn % 2 === 0) {
  left += turn
  right = left
} else {
  right += turn
  left = -right
}
const balance = left + right
if (balance) {
  out('tilted')
}
out(left)
out(right)`,
  },
  {
    category: 'conditions',
    name: 'triangle kinds',
    code: `const a = input(0)
const b = input(1)
const c = Math.max(a, input(2))
let kind = 'scalene'
if (a + b < c || b + c < a || a + c < b) {
  kind = 'impossible'
} else if (a === b && b === c) {
  kind = 'equilateral'
} else if (a === b || b === c || a === c) {
  kind = 'isosceles'
}
let round = a + b + c
if (kind === 'impossible') {
  round = -1
}
out(kind)
out(round)`,
  },
  {
    category: 'conditions',
    name: 'clamp into a range',
    code: `const low = 2
const high = input(1) + 2
let value = input(0)
let clipped = false
if (value < low) {
  value = low
  clipped = true
} else if (value > high) {
  value = high
  clipped = true
}
const distance = high - value
out(value)
if (clipped) {
  out(distance)
} else {
  out('inside')
}`,
  },
  {
    category: 'loops',
    name: 'sum and product',
    code: `let sum = 0
let product = 1
const n = input(0) + 2
let i = 1
while (i <= n) {
  sum += i
  product *= i
  i++
}
out(sum)
out(product)`,
  },
  {
    category: 'loops',
    name: 'digits of a number',
    code: `let number = input(0) * 100 + input(1) * 10 + input(2)
let digits = 0
let sum = 0
do {
  sum += number % 10
  number = Math.floor(number / 10)
  digits++
} while (number > 0)
out(digits)
out(sum)`,
  },
  {
    category: 'loops',
    name: 'even and odd buckets',
    code: `let even = 0
let odd = 0
for (let i = 0; i < 4; i++) {
  const value = input(i)
  if (value % 2 === 0) {
    even += value
  } else {
    odd += value
  }
}
out(even)
out(odd)`,
  },
  {
    category: 'loops',
    name: 'table of multiples',
    code: `let cells = 0
let diagonal = 0
for (let row = 1; row <= 4; row++) {
  for (let column = 1; column <= row; column++) {
    const cell = row * column + input(0)
    cells += cell
    if (row === column) {
      diagonal += cell
    }
  }
}
out(cells)
out(diagonal)`,
  },
  {
    category: 'loops',
    name: 'longest word',
    code: `const words = ['oak', 'willow', 'ash', 'chestnut', 'elm']
let longest = ''
let letters = 0
for (const word of words) {
  letters += word.length
  if (word.length <= longest.length + input(0)) {
    continue
  }
  longest = word
}
out(longest)
out(letters)`,
  },
  {
    category: 'loops',
    name: 'stock by name',
    code: `const stock = { pears: input(0), plums: input(1), figs: 4 }
let total = 0
let best = ''
for (const name in stock) {
  total += stock[name]
  if (best === '' || stock[name] > stock[best]) {
    best = name
  }
}
out(total)
out(best)`,
  },
  {
    category: 'loops',
    name: 'collatz steps',
    code: `let n = input(0) + 3
let steps = 0
let peak = n
while (n !== 1) {
  if (n % 2 === 0) {
    n = n / 2
  } else {
    n = 3 * n + 1
  }
  if (n > peak) {
    peak = n
  }
  steps++
}
out(steps)
out(peak)`,
  },
  {
    category: 'loops',
    name: 'search with a flag',
    code: `const wanted = input(0)
const list = [4, 8, 0, 3, 7]
let found = false
let at = 0
while (!found && at < list.length) {
  if (list[at] === wanted) {
    found = true
  } else {
    at++
  }
}
if (found) {
  out(at)
} else {
  out('absent')
}`,
  },
  {
    category: 'loops',
    name: 'two pointers meet',
    code: `const list = [1, 2, 4, 7, 11, 15]
const goal = input(0) + 6
let left = 0
let right = list.length - 1
let pair = 'none'
while (left < right) {
  const sum = list[left] + list[right]
  if (sum === goal) {
    pair = list[left] + '+' + list[right]
    break
  }
  if (sum < goal) {
    left++
  } else {
    right--
  }
}
out(pair)
out(right - left)`,
  },
  {
    category: 'loops',
    name: 'values carried one round',
    code: `let last = input(0)
let beforeLast = 0
let oldest = 0
let changes = 0
for (let i = 1; i < 4; i++) {
  oldest = beforeLast
  beforeLast = last
  last = input(i)
  if (last !== beforeLast) {
    changes++
  }
}
out(oldest)
out(beforeLast)
out(changes)`,
  },
  {
    category: 'loops',
    name: 'endless loop left by break',
    code: `let water = 0
let rounds = 0
const leak = 1 + (input(0) % 3)
for (;;) {
  rounds++
  water += 5
  if (water > 20) {
    break
  }
  water -= leak
}
out(rounds)
out(water)`,
  },
  {
    category: 'loops',
    name: 'for with two counters',
    code: `let crossings = 0
let gap = 0
for (let up = 0, down = input(0) + 3; up < 6; up += 2, down--) {
  if (up > down) {
    crossings++
    continue
  }
  gap = down - up
}
out(crossings)
out(gap)`,
  },
  {
    category: 'loops',
    name: 'skipping every third',
    code: `let picked = 0
let skipped = 0
let i = 0
while (i < 9) {
  i++
  if (i % 3 === 0) {
    skipped += input(0)
    continue
  }
  picked += i
}
out(picked)
out(skipped)`,
  },
  {
    category: 'loops',
    name: 'letters counted by kind',
    code: `const text = 'a small house by the lake ' + input(0)
let vowels = 0
let spaces = 0
let others = 0
for (const letter of text) {
  if ('aeiou'.includes(letter)) {
    vowels++
  } else if (letter === ' ') {
    spaces++
  } else {
    others++
  }
}
out(vowels)
out(spaces)
out(others)`,
  },
  {
    category: 'loops',
    name: 'halving until it is guessed',
    code: `const secret = input(0) + 1
let low = 0
let high = 16
let guess
let guesses = 0
do {
  guess = (low + high) >> 1
  guesses++
  if (guess < secret) {
    low = guess + 1
  } else if (guess > secret) {
    high = guess - 1
  }
} while (guess !== secret)
out(guesses)
out(high - low)`,
  },
  {
    category: 'loops',
    name: 'do with continue and break',
    code: `let n = input(0)
let sum = 0
let turns = 0
do {
  turns++
  n += 3
  if (n % 2 === 1) {
    continue
  }
  sum += n
  if (sum > 30) {
    break
  }
} while (turns < 6)
out(turns)
out(sum)`,
  },
  {
    category: 'loops',
    name: 'a do loop inside a for loop',
    code: `let stars = ''
let rows = 0
for (let width = 1; width < 4; width++) {
  let left = width + (input(width) % 2)
  do {
    stars += '*'
    left--
  } while (left > 0)
  stars += '/'
  rows++
}
out(stars)
out(rows)`,
  },
  {
    category: 'loops',
    name: 'names inherited and own',
    code: `const base = { wheels: 4, seats: 5 }
const van = Object.create(base)
van.seats = 2 + input(0)
van.load = 900
let own = ''
let all = 0
for (const name in van) {
  all++
  if (!Object.hasOwn(van, name)) {
    continue
  }
  own += name + van[name] + ' '
}
out(own)
out(all)`,
  },
  {
    category: 'loops',
    name: 'tables within a table',
    code: `const marks = { ann: { maths: 4, art: input(0) }, bob: { maths: input(1), art: 3 } }
const sums = {}
let best = ''
for (const pupil in marks) {
  let sum = 0
  for (const subject in marks[pupil]) {
    sum += marks[pupil][subject]
  }
  sums[pupil] = sum
  if (best === '' || sum > sums[best]) {
    best = pupil
  }
}
out(best)
out(sums.ann - sums.bob)`,
  },
  {
    category: 'loops',
    name: 'places of a list by for in',
    code: `const list = [7, 4, 9]
list[5] = input(0)
let places = ''
let sum = 0
for (const at in list) {
  places += at
  sum += list[at] * Number(at)
}
let label
for (label in { one: 1, two: 2 }) {
  sum += label.length
}
out(places)
out(sum)
out(label)`,
  },
  {
    category: 'labels',
    name: 'leave both loops',
    code: `let tries = 0
let hit = 'none'
outer: for (let a = 1; a < 5; a++) {
  for (let b = a; b < 5; b++) {
    tries++
    if (a * b === input(0) + 4) {
      hit = a + 'x' + b
      break outer
    }
  }
}
out(hit)
out(tries)`,
  },
  {
    category: 'labels',
    name: 'skip a row',
    code: `const grid = [[1, 2, 3], [4, 0, 6], [7, 8, input(0)]]
let sum = 0
let kept = 0
rows: for (const row of grid) {
  let partial = 0
  for (const cell of row) {
    if (cell === 0) {
      continue rows
    }
    partial += cell
  }
  sum += partial
  kept++
}
out(sum)
out(kept)`,
  },
  {
    category: 'labels',
    name: 'break out of a block',
    code: `let notes = ''
let level = input(0)
check: {
  notes += 'a'
  if (level > 6) {
    break check
  }
  level += 5
  notes += 'b'
  if (level > 6) {
    break check
  }
  notes += 'c'
}
out(notes)
out(level)`,
  },
  {
    category: 'labels',
    name: 'numbers without small divisors',
    code: `const kept = []
let divisions = 0
candidates: for (let n = 2; n < 16; n++) {
  let d = 2
  while (d * d <= n) {
    divisions++
    if (n % d === 0) {
      continue candidates
    }
    d++
  }
  kept.push(n + input(0))
}
out(kept.join(' '))
out(divisions)`,
  },
  {
    category: 'labels',
    name: 'switch inside a labelled loop',
    code: `const commands = ['go', 'turn', 'go', 'rest', 'halt', 'go']
let place = 0
let heading = 1
drive: for (const command of commands) {
  switch (command) {
    case 'go':
      place += heading * (1 + input(0))
      break
    case 'turn':
      heading = -heading
      continue drive
    case 'halt':
      break drive
    default:
      place--
  }
}
out(place)
out(heading)`,
  },
  {
    category: 'switch',
    name: 'opening hours',
    code: `const day = (input(0) + input(1)) % 7
let hours = 'unknown'
switch (day) {
  case 0:
    hours = 'closed'
    break
  case 6:
    hours = 'short'
    break
  default:
    hours = 'long'
}
out(day)
out(hours)`,
  },
  {
    category: 'switch',
    name: 'falling through stairs',
    code: `let stairs = 0
let trail = ''
for (let i = 0; i < 3; i++) {
  switch (input(i) % 4) {
    case 3:
      stairs += 3
      trail += 'c'
    case 2:
      stairs += 2
      trail += 'b'
    case 1:
      stairs += 1
      break
    case 0:
      trail += '-'
  }
}
out(stairs)
out(trail)`,
  },
  {
    category: 'switch',
    name: 'default in the middle',
    code: `let log = ''
let weight = 0
for (let code = 0; code < 4; code++) {
  switch (code + input(0)) {
    case 0:
      log += 'zero '
      break
    default:
      log += 'other '
      weight += 10
    case 1:
      log += 'one '
      weight += 1
      break
    case 2:
      log += 'two '
  }
}
out(log)
out(weight)`,
  },
  {
    category: 'switch',
    name: 'return from every case',
    code: `function area(kind, size) {
  switch (kind) {
    case 'square':
      return size * size
    case 'circle':
      return 3 * size * size
    case 'line':
    case 'point':
      return 0
  }
  return -1
}
const size = input(0) + 1
out(area('square', size))
out(area('circle', size))
out(area('line', size))
out(area('cube', size))`,
  },
  {
    category: 'switch',
    name: 'true as the subject',
    code: `function band(n) {
  let name = ''
  switch (true) {
    case n < 3:
      name = 'low'
      break
    case n < 6:
      name = 'middle'
      break
    default:
      name = 'high'
  }
  return name
}
let all = ''
for (let i = 0; i < 3; i++) {
  all += band(input(i) + i * 3) + ' '
}
out(all)`,
  },
  {
    category: 'switch',
    name: 'small calculator',
    code: `const steps = [['+', 4], ['*', 3], ['-', 2], ['?', 1], ['=', 0], ['+', 9]]
let register = input(0)
let unknown = 0
let running = true
for (const [sign, amount] of steps) {
  if (!running) {
    break
  }
  switch (sign) {
    case '+':
      register += amount
      break
    case '-':
      register -= amount
      break
    case '*':
      register *= amount
      break
    case '=':
      running = false
      break
    default:
      unknown++
  }
}
out(register)
out(unknown)`,
  },
  {
    category: 'switch',
    name: 'block scopes in the cases',
    code: `let result = ''
for (let i = 0; i < 3; i++) {
  switch (i) {
    case 0: {
      const text = 'n' + input(0)
      result += text
      break
    }
    case 1: {
      const text = input(1) * 2
      result += text
    }
    case 2: {
      const text = '.'
      result += text
    }
  }
}
out(result)`,
  },
  {
    category: 'exceptions',
    name: 'positive or an error',
    code: `function positive(n) {
  if (n <= 0) {
    throw new Error('not positive')
  }
  return n * 2
}
let message = 'fine'
let value = 0
try {
  value = positive(input(0))
  value += positive(input(1) - 4)
} catch (error) {
  message = error.message
}
out(value)
out(message)`,
  },
  {
    category: 'exceptions',
    name: 'finally always counts',
    code: `let opened = 0
let closed = 0
let done = 0
for (let i = 0; i < 4; i++) {
  opened++
  try {
    if (input(i) > 4) {
      throw i
    }
    done++
  } catch (which) {
    out('failed ' + which)
  } finally {
    closed++
  }
}
out(opened - closed)
out(done)`,
  },
  {
    category: 'exceptions',
    name: 'return overruled by finally',
    code: `function choose(n) {
  try {
    if (n > 5) {
      return 'large'
    }
    return 'small'
  } finally {
    if (n === 0) {
      return 'empty'
    }
  }
}
out(choose(input(0)))
out(choose(8))
out(choose(0))
out(choose(input(1)))`,
  },
  {
    category: 'exceptions',
    name: 'value returned before finally changes it',
    code: `let journal = ''
function take(n) {
  let held = n + 1
  try {
    journal += 'try '
    return held
  } finally {
    held = 100
    journal += 'finally '
  }
}
const taken = take(input(0))
out(taken)
out(journal)`,
  },
  {
    category: 'exceptions',
    name: 'break in finally drops the error',
    code: `let tries = 0
let last = 'none'
while (tries < 5) {
  tries++
  try {
    last = 'try ' + tries
    if (tries > input(0) % 3) {
      throw new Error('lost')
    }
  } finally {
    if (tries > 2) {
      break
    }
    continue
  }
}
out(tries)
out(last)`,
  },
  {
    category: 'exceptions',
    name: 'nested handlers',
    code: `let path = ''
const level = input(2) % 3
try {
  path += 'a'
  try {
    path += 'b'
    if (level > 0) {
      throw level
    }
    path += 'c'
  } catch (inner) {
    path += 'd'
    if (inner > 1) {
      throw inner + 10
    }
  } finally {
    path += 'e'
  }
  path += 'f'
} catch (outer) {
  path += outer
}
out(path)`,
  },
  {
    category: 'exceptions',
    name: 'thrown across three calls',
    code: `const trail = []
function deepest(n) {
  trail.push('deepest')
  if (n % 2 === 1) {
    throw { code: n }
  }
  return n
}
function middle(n) {
  trail.push('middle')
  const value = deepest(n + 1)
  trail.push('back')
  return value + 1
}
let result
for (let i = 0; i < 2; i++) {
  try {
    result = middle(input(0) + i)
  } catch (problem) {
    result = -problem.code
  }
  out(result)
}
out(trail.length)`,
  },
  {
    category: 'exceptions',
    name: 'rethrown with more words',
    code: `function read(name) {
  if (name === 'missing') {
    throw new Error('no file')
  }
  return name.length + input(0)
}
function load(name) {
  try {
    return read(name)
  } catch (error) {
    error.message = name + ': ' + error.message
    throw error
  }
}
let size = 0
for (const name of ['notes', 'missing', 'plan']) {
  try {
    size += load(name)
  } catch (error) {
    out(error.message)
  }
}
out(size)`,
  },
  {
    category: 'exceptions',
    name: 'own classes of errors',
    code: `class Shortage extends Error {
  constructor(item, lacking) {
    super('too few ' + item)
    this.lacking = lacking
  }
}
function order(item, wanted, stored) {
  if (wanted > stored) {
    throw new Shortage(item, wanted - stored)
  }
  return stored - wanted
}
let lacking = 0
try {
  out(order('nuts', input(0), 5))
  out(order('bolts', 7, input(1)))
} catch (error) {
  if (error instanceof Shortage) {
    lacking = error.lacking
  }
  out(error.message)
}
out(lacking)`,
  },
  {
    category: 'exceptions',
    name: 'catch without a name',
    code: `let good = 0
let bad = 0
const texts = ['{"a":1}', '{broken', '[2,3]', '']
for (const text of texts) {
  try {
    const parsed = JSON.parse(text)
    good += parsed.a ?? input(0)
  } catch {
    bad++
  }
}
out(good)
out(bad)`,
  },
  {
    category: 'exceptions',
    name: 'throw out of finally',
    code: `let seen = ''
function clean(n) {
  try {
    seen += 'work '
    throw new Error('first')
  } finally {
    seen += 'clean '
    if (n > 3) {
      throw new Error('second')
    }
  }
}
for (const n of [input(0), 5]) {
  try {
    clean(n)
  } catch (error) {
    out(error.message)
  }
}
out(seen)`,
  },
  {
    category: 'exceptions',
    name: 'undo on failure',
    code: `const account = { money: 10 + input(0) }
function pay(amount) {
  const before = account.money
  account.money -= amount
  try {
    if (account.money < 0) {
      throw 'overdrawn'
    }
    return true
  } catch (why) {
    account.money = before
    return false
  }
}
const first = pay(8)
const second = pay(input(1) + 8)
out(first)
out(second)
out(account.money)`,
  },
  {
    category: 'exceptions',
    name: 'retry until it works',
    code: `let attempts = 0
function unsteady() {
  attempts++
  if (attempts < 2 + (input(1) % 3)) {
    throw new Error('attempt ' + attempts)
  }
  return 'after ' + attempts
}
function retry(action, limit) {
  let last
  while (limit > 0) {
    limit--
    try {
      return action()
    } catch (error) {
      last = error.message
    }
  }
  return last
}
out(retry(unsteady, 2))
out(retry(unsteady, 5))`,
  },
  {
    category: 'exceptions',
    name: 'an error of the language itself',
    code: `const people = [{ name: 'Ida', home: { town: 'Ulm' } }, { name: 'Bo' }]
let towns = ''
let homeless = 0
for (const person of people) {
  try {
    towns += person.home.town
    towns += input(0)
  } catch (error) {
    homeless++
    out(error instanceof TypeError)
  }
}
out(towns)
out(homeless)`,
  },
  {
    category: 'exceptions',
    name: 'continue in catch',
    code: `const raw = ['4', 'x', '7', 'y', '1']
let sum = 0
let passed = 0
for (const text of raw) {
  let number
  try {
    number = Number(text)
    if (Number.isNaN(number)) {
      throw text
    }
  } catch (wrong) {
    passed++
    if (passed > input(0)) {
      break
    }
    continue
  }
  sum += number
}
out(sum)
out(passed)`,
  },
  {
    category: 'returns',
    name: 'guards first',
    code: `function describe(n) {
  if (n === 0) {
    return 'nothing'
  }
  if (n < 4) {
    return 'a few'
  }
  if (n > 8) {
    return 'heaps'
  }
  return 'some'
}
out(describe(input(0)))
out(describe(input(1)))
out(describe(2))
out(describe(9))
out(describe(0))`,
  },
  {
    category: 'returns',
    name: 'out of a loop',
    code: `function firstMultiple(list, of) {
  for (const item of list) {
    if (item % of === 0) {
      return item
    }
  }
  return -1
}
const list = [7, 9, 10, 12, 15]
out(firstMultiple(list, input(0) + 2))
out(firstMultiple(list, 4))
out(firstMultiple([], 4))`,
  },
  {
    category: 'returns',
    name: 'nothing returned',
    code: `let lamp = 'off'
function press(times) {
  if (times % 2 === 0) {
    return
  }
  if (lamp === 'off') {
    lamp = 'on'
  } else {
    lamp = 'off'
  }
}
const given = press(input(0))
press(3)
out(lamp)
out(given)
out(press(2) === undefined)`,
  },
  {
    category: 'returns',
    name: 'same list check',
    code: `function same(a, b) {
  if (a === b) {
    return true
  }
  if (a.length !== b.length) {
    return false
  }
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) {
      return false
    }
  }
  return true
}
const one = [1, 2, input(0)]
out(same(one, one))
out(same(one, [1, 2]))
out(same(one, [1, 2, 3]))
out(same(one, [1, 2, input(0)]))`,
  },
  {
    category: 'returns',
    name: 'from the middle of nested loops',
    code: `function find(grid, wanted) {
  let looked = 0
  for (let y = 0; y < grid.length; y++) {
    for (let x = 0; x < grid[y].length; x++) {
      looked++
      if (grid[y][x] === wanted) {
        return { x, y, looked }
      }
    }
  }
  return { x: -1, y: -1, looked }
}
const place = find([[5, 1], [8, 3], [2, 9]], input(0))
out(place.x)
out(place.y)
out(place.looked)
out(find([[4]], 4).x)`,
  },
  {
    category: 'logic',
    name: 'only the needed side runs',
    code: `let calls = 0
function check(value) {
  calls++
  return value
}
const both = check(input(0) > 3) && check(input(1) > 3)
const either = check(input(0) > 5) || check(input(1) > 5)
out(both)
out(either)
out(calls)`,
  },
  {
    category: 'logic',
    name: 'defaults by three operators',
    code: `const zero = input(0) - input(0)
const none = null
const byOr = zero || 7
const byNullish = zero ?? 7
const chained = none ?? zero ?? 9
const mixed = (none && 1) || input(1)
out(byOr)
out(byNullish)
out(chained)
out(mixed)`,
  },
  {
    category: 'logic',
    name: 'logical assignments',
    code: `const options = { depth: 0, name: '', limit: undefined, open: true }
options.depth ||= input(0)
options.name ||= 'unnamed'
options.limit ??= 20
options.open &&= input(1) > 2
options.depth &&= options.depth + 1
out(options.depth)
out(options.name)
out(options.limit)
out(options.open)`,
  },
  {
    category: 'logic',
    name: 'optional chains',
    code: `const user = input(0) > 2 ? { address: { street: 'Elm', number: 5 }, greet: () => 'hi' } : undefined
const street = user?.address?.street
const phone = user?.phone?.['home']
const greeting = user?.greet()
const shout = user?.shout?.()
out(street ?? 'no street')
out(phone ?? 'no phone')
out(greeting ?? 'silence')
out(shout === undefined)`,
  },
  {
    category: 'logic',
    name: 'chained conditional expressions',
    code: `const n = input(0)
const size = n === 0 ? 'none' : n < 4 ? 'small' : n < 7 ? 'medium' : 'large'
const sign = n > 4 ? 1 : -1
const value = sign > 0 ? n * 2 : n + 3
const plural = value === 1 ? '' : 's'
out(size)
out(value + ' step' + plural)`,
  },
  {
    category: 'logic',
    name: 'side effects in an expression',
    code: `let count = 0
let trace = ''
const bump = (mark) => (trace += mark) && ++count
const pick = input(0) > 4 ? bump('a') : bump('b') + bump('c')
const skip = input(1) > 4 && bump('d')
const fill = skip || bump('e')
out(pick)
out(fill)
out(trace)
out(count)`,
  },
  {
    category: 'logic',
    name: 'a condition kept in variables',
    code: `const warm = input(0) > 4
const dry = input(1) > 2
const weekend = input(3) % 2 === 1
const outside = warm && dry
const free = weekend || input(2) > 6
let plan = 'work'
if (!free && !outside) {
  plan = 'read'
}
if (free && outside) {
  plan = 'swim'
} else if (free || !dry) {
  plan = 'museum'
}
out(plan)
out(outside !== free)`,
  },
  {
    category: 'destructuring',
    name: 'arrays with holes and defaults',
    code: `const list = [input(0), input(1), input(2), undefined]
const [first, , third, fourth = 40, fifth = first + 1] = list
let head = 0
let tail = [];
[head, ...tail] = list
out(first + third)
out(fourth)
out(fifth)
out(head)
out(tail.length)`,
  },
  {
    category: 'destructuring',
    name: 'objects with new names',
    code: `const book = { title: 'Tides', pages: 100 + input(0), author: { name: 'Roe', born: 1950 } }
const { title, pages: length, year = 2000 } = book
const { author: { name, born: birth } } = book
const age = year - birth
out(title + ' by ' + name)
out(length)
out(age)`,
  },
  {
    category: 'destructuring',
    name: 'rest of an object',
    code: `const settings = { color: 'red', width: input(0), height: 3, depth: 2 }
const { color, ...sizes } = settings
let volume = 1
for (const key of Object.keys(sizes)) {
  volume *= sizes[key]
}
settings.width = 50
out(color)
out(volume)
out(sizes.width)`,
  },
  {
    category: 'destructuring',
    name: 'swaps and rotations',
    code: `let a = input(0)
let b = input(1)
let c = input(2);
[a, b] = [b, a]
out(a);
[a, b, c] = [c, a, b]
out(a)
const row = [1, 2, 3];
[row[0], row[2]] = [row[2], row[0] + b]
out(row.join())
out(b - c)`,
  },
  {
    category: 'destructuring',
    name: 'in the parameters',
    code: `function label({ x, y = 5, style: { bold = false } = {} }, [unit, scale] = ['cm', 1]) {
  const text = x * scale + ' by ' + y * scale + unit
  return bold ? '*' + text + '*' : text
}
out(label({ x: input(0) }))
out(label({ x: 2, y: input(1), style: { bold: true } }))
out(label({ x: 1, style: {} }, ['mm', 10]))`,
  },
  {
    category: 'destructuring',
    name: 'in the head of a loop',
    code: `const people = [
  { name: 'Ann', scores: [input(0), 4] },
  { name: 'Ben', scores: [3, input(1), 8] },
  { name: 'Cy', scores: [] },
]
let best = ''
let most = -1
for (const {
  name,
  scores: [one = 0, two = 0],
} of people) {
  if (one + two > most) {
    most = one + two
    best = name
  }
}
out(best)
out(most)`,
  },
  {
    category: 'destructuring',
    name: 'into properties',
    code: `const point = { x: 0, y: 0 }
const source = { left: input(0), rest: [input(1), 9] };
({ left: point.x, rest: [point.y, point.z] } = source)
point.x += 1
let key = 'width'
const { [key]: wide = 12 } = { height: 4 }
out(point.x)
out(point.y + point.z)
out(wide)`,
  },
  {
    category: 'destructuring',
    name: 'several results of a function',
    code: `function divide(a, b) {
  const quotient = Math.floor(a / b)
  const rest = a - quotient * b
  return [quotient, rest, rest === 0]
}
const [times, left] = divide(input(0) + 20, 6)
const [, , even] = divide(input(1), 2)
let [quotient, rest] = divide(50, 7)
quotient += rest
out(times)
out(left)
out(even)
out(quotient)`,
  },
  {
    category: 'parameters',
    name: 'defaults that use each other',
    code: `let made = 0
function next() {
  made++
  return made
}
function box(width = next(), height = width * 2, area = width * height) {
  return width + 'x' + height + '=' + area
}
out(box())
out(box(input(0)))
out(box(3, input(1)))
out(box(undefined, 4, 0))
out(made)`,
  },
  {
    category: 'parameters',
    name: 'rest and spread',
    code: `function join(separator, ...parts) {
  let text = ''
  for (const part of parts) {
    text += text === '' ? part : separator + part
  }
  return text
}
const more = [input(0), input(1)]
out(join('-', 1, 2, 3))
out(join('/', ...more, 'end'))
out(join('+'))
out(Math.max(...more, 4))`,
  },
  {
    category: 'parameters',
    name: 'the arguments object',
    code: `function total() {
  let sum = 0
  for (let i = 0; i < arguments.length; i++) {
    sum += arguments[i]
  }
  return sum
}
function firstAndCount(first) {
  const count = arguments.length
  return first + '/' + count
}
out(total(1, input(0), 3))
out(total())
out(firstAndCount('a', 'b', 'c'))
out(total.apply(null, [input(1), 6]))`,
  },
  {
    category: 'parameters',
    name: 'too few and too many',
    code: `function pair(left, right) {
  if (right === undefined) {
    return left + ' alone'
  }
  return left + ' and ' + right
}
const given = [input(0), input(1), 3]
out(pair('salt'))
out(pair('salt', 'oil', 'rye'))
out(pair(...given))
out(pair(...given.slice(2)))`,
  },
  {
    category: 'parameters',
    name: 'reassigned inside',
    code: `function countdown(from, step) {
  let shown = ''
  step = step || 1
  while (from > 0) {
    shown += from + ' '
    from -= step
  }
  return shown + from
}
let from = input(0)
out(countdown(from, 2))
out(countdown(4))
out(from)`,
  },
  {
    category: 'parameters',
    name: 'an object changed by the callee',
    code: `function grow(plant, by) {
  plant.height += by
  plant = { height: 1000 }
  return plant
}
const fern = { height: input(0) }
const other = grow(fern, 3)
const same = fern
grow(same, input(1))
out(fern.height)
out(other.height)
out(same === fern)`,
  },
  {
    category: 'parameters',
    name: 'one of many matters',
    code: `function pick(which, a, b, c) {
  if (which === 0) {
    return a
  }
  if (which === 1) {
    return b
  }
  return c
}
let cost = 0
function costly(n) {
  cost += n
  return n * n
}
out(pick(input(2) % 3, costly(1), costly(2), costly(3)))
out(pick(1, input(1), input(2), input(3)))
out(cost)`,
  },
  {
    category: 'parameters',
    name: 'options merged with defaults',
    code: `const defaults = { width: 8, fill: '.', mark: '#' }
function bar(value, options = {}) {
  const { width, fill, mark } = { ...defaults, ...options }
  const full = Math.min(value, width)
  return mark.repeat(full) + fill.repeat(width - full)
}
out(bar(input(0)))
out(bar(3, { width: 5 }))
out(bar(input(1), { fill: ' ', mark: '=' }))
defaults.fill = '_'
out(bar(1))`,
  },
  {
    category: 'closures',
    name: 'two counters',
    code: `function counter(start) {
  let count = start
  return function step() {
    count++
    return count
  }
}
const left = counter(0)
const right = counter(input(0))
left()
left()
right()
out(left())
out(right())`,
  },
  {
    category: 'closures',
    name: 'account with a hidden balance',
    code: `function account(opening) {
  let balance = opening
  let moves = 0
  function change(amount) {
    balance += amount
    moves++
  }
  return {
    put: (amount) => change(amount),
    take: (amount) => change(-amount),
    read: () => balance,
    moves: () => moves,
  }
}
const mine = account(input(0))
const yours = account(50)
mine.put(10)
mine.take(input(1))
yours.take(5)
out(mine.read())
out(yours.read())
out(mine.moves())`,
  },
  {
    category: 'closures',
    name: 'one binding in each round',
    code: `const readers = []
for (let i = 0; i < 3; i++) {
  const square = i * i
  readers.push(() => i + square + input(0))
}
let shared = 0
const late = []
for (var j = 0; j < 3; j++) {
  late.push(() => j + shared)
}
shared = 10
out(readers[0]())
out(readers[2]())
out(late[0]())
out(late[2]())`,
  },
  {
    category: 'closures',
    name: 'memo table',
    code: `let computed = 0
function memoize(compute) {
  const known = {}
  return (n) => {
    if (!(n in known)) {
      computed++
      known[n] = compute(n)
    }
    return known[n]
  }
}
const square = memoize((n) => n * n)
const triple = memoize((n) => n * 3)
out(square(input(0)))
out(square(input(0)))
out(triple(input(0)))
out(square(4))
out(computed)`,
  },
  {
    category: 'closures',
    name: 'adders and multipliers',
    code: `const adder = (a) => (b) => a + b
const scale = (by) => (n) => n * by
const compose = (f, g) => (x) => f(g(x))
const addTwo = adder(2)
const double = scale(2)
const first = compose(addTwo, double)
const second = compose(double, addTwo)
out(first(input(0)))
out(second(input(0)))
out(compose(first, second)(1))`,
  },
  {
    category: 'closures',
    name: 'a variable read later',
    code: `let greeting = 'hello'
const say = (name) => greeting + ' ' + name
const early = say('Ina')
greeting = input(0) > 4 ? 'goodbye' : 'welcome'
const later = say('Ina')
function quiet() {
  greeting = 'psst'
}
quiet()
out(early)
out(later)
out(say('Jo'))`,
  },
  {
    category: 'closures',
    name: 'once only',
    code: `function once(action) {
  let done = false
  let result
  return (value) => {
    if (done) {
      return result
    }
    done = true
    result = action(value)
    return result
  }
}
let runs = 0
const open = once((n) => {
  runs += 1
  return 'opened ' + n
})
out(open(input(0)))
out(open(input(1)))
out(runs)`,
  },
  {
    category: 'closures',
    name: 'undo stack of functions',
    code: `let text = 'a'
const undo = []
function type(letters) {
  const before = text
  undo.push(() => {
    text = before
  })
  text += letters
}
type('b')
type('c' + input(0))
type('d')
out(text)
undo.pop()()
out(text)
undo.pop()()
out(text)
out(undo.length)`,
  },
  {
    category: 'closures',
    name: 'function called at once',
    code: `const config = (function () {
  let level = input(0)
  const limit = 6
  if (level > limit) {
    level = limit
  }
  return { level, raise: () => ++level, now: () => level }
})()
const before = config.level
config.raise()
config.raise()
out(before)
out(config.level)
out(config.now())`,
  },
  {
    category: 'closures',
    name: 'generator of names',
    code: `function namer(prefix) {
  let number = 0
  const used = []
  const make = () => {
    number++
    const name = prefix + number
    used.push(name)
    return name
  }
  make.used = used
  return make
}
const leaf = namer('leaf')
const stem = namer('stem' + input(0) + '_')
leaf()
stem()
out(leaf())
out(stem())
out(leaf.used.length)`,
  },
  {
    category: 'recursion',
    name: 'factorial',
    code: `function factorial(n) {
  if (n <= 1) {
    return 1
  }
  const smaller = factorial(n - 1)
  return n * smaller
}
const n = input(0) % 6
const first = factorial(n)
out(first)
out(factorial(4))`,
  },
  {
    category: 'recursion',
    name: 'even and odd ask each other',
    code: `let asked = 0
function isEven(n) {
  asked++
  if (n === 0) {
    return true
  }
  return isOdd(n - 1)
}
function isOdd(n) {
  asked++
  if (n === 0) {
    return false
  }
  return isEven(n - 1)
}
out(isEven(input(0)))
out(isOdd(input(1)))
out(asked)`,
  },
  {
    category: 'recursion',
    name: 'towers of discs',
    code: `const moves = []
function move(discs, from, to, spare) {
  if (discs === 0) {
    return
  }
  move(discs - 1, from, spare, to)
  moves.push(from + to)
  move(discs - 1, spare, to, from)
}
move(2 + (input(0) % 2), 'a', 'c', 'b')
out(moves.length)
out(moves[0])
out(moves[moves.length - 1])`,
  },
  {
    category: 'recursion',
    name: 'depth and sum of nested lists',
    code: `let depth = 0
function sum(list, level) {
  if (level > depth) {
    depth = level
  }
  let total = 0
  for (const item of list) {
    if (Array.isArray(item)) {
      total += sum(item, level + 1)
    } else {
      total += item
    }
  }
  return total
}
out(sum([1, [2, input(0)], [[3], 4]], 1))
out(depth)`,
  },
  {
    category: 'recursion',
    name: 'all orders of three letters',
    code: `const orders = []
function arrange(done, rest) {
  if (rest.length === 0) {
    orders.push(done)
    return
  }
  for (let i = 0; i < rest.length; i++) {
    const picked = rest[i]
    const others = rest.slice(0, i) + rest.slice(i + 1)
    arrange(done + picked, others)
  }
}
arrange('', 'ab' + input(0))
out(orders.length)
out(orders[3])`,
  },
  {
    category: 'recursion',
    name: 'power by halves',
    code: `let products = 0
function power(base, exponent) {
  if (exponent === 0) {
    return 1
  }
  const half = power(base, Math.floor(exponent / 2))
  products++
  if (exponent % 2 === 0) {
    return half * half
  }
  products++
  return half * half * base
}
out(power(2, input(0)))
out(power(3, 5))
out(products)`,
  },
  {
    category: 'recursion',
    name: 'ackermann on small numbers',
    code: `let calls = 0
function ack(m, n) {
  calls++
  if (m === 0) {
    return n + 1
  }
  if (n === 0) {
    return ack(m - 1, 1)
  }
  return ack(m - 1, ack(m, n - 1))
}
out(ack(input(0) % 3, input(1) % 3))
out(ack(2, 1))
out(calls)`,
  },
  {
    category: 'recursion',
    name: 'text turned around',
    code: `function reverse(text) {
  return text === '' ? '' : reverse(text.slice(1)) + text[0]
}
function palindrome(text) {
  if (text.length < 2) {
    return true
  }
  const last = text.length - 1
  return text[0] === text[last] && palindrome(text.slice(1, last))
}
const word = 'ab' + input(0) + 'ba'
out(reverse(word))
out(palindrome(word))
out(palindrome('ab' + word))`,
  },
  {
    category: 'callbacks',
    name: 'map filter reduce',
    code: `const prices = [4, input(0), 12, input(1), 7]
const factor = 2
const raised = prices.map((price) => price * factor)
const dear = raised.filter((price) => price > 10)
const sum = dear.reduce((total, price) => total + price, 0)
const count = dear.length
out(raised.join(' '))
out(sum)
out(count)`,
  },
  {
    category: 'callbacks',
    name: 'a total kept outside',
    code: `let total = 0
let largest = 0
const items = [{ price: 3, amount: input(0) }, { price: 5, amount: 2 }, { price: 1, amount: input(1) }]
items.forEach((item, index) => {
  const cost = item.price * item.amount
  total += cost
  if (cost > items[largest].price * items[largest].amount) {
    largest = index
  }
})
out(total)
out(largest)`,
  },
  {
    category: 'callbacks',
    name: 'sorted by two keys',
    code: `const people = [
  { name: 'Uma', age: 30 + input(0) },
  { name: 'Tom', age: 33 },
  { name: 'Abe', age: 33 },
  { name: 'Kim', age: 30 + input(1) },
]
const byAge = (a, b) => {
  if (a.age !== b.age) {
    return a.age - b.age
  }
  return a.name < b.name ? -1 : 1
}
people.sort(byAge)
const names = people.map((person) => person.name)
out(names.join(' '))
out(people[0].age)`,
  },
  {
    category: 'callbacks',
    name: 'some every find',
    code: `const limit = input(0)
const list = [3, 8, 1, 6, 9]
let looked = 0
const above = (n) => {
  looked++
  return n > limit
}
out(list.some(above))
out(looked)
out(list.every((n) => n > 0))
out(list.find(above) ?? 'none')
out(list.findIndex((n) => n === limit + 1))
out(looked)`,
  },
  {
    category: 'callbacks',
    name: 'table of functions',
    code: `const actions = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  both(a, b) {
    return this.add(a, b) * this.sub(a, b)
  },
}
const names = ['add', 'sub', 'both']
const a = input(0)
const b = input(1)
for (const name of names) {
  out(actions[name](a, b))
}
const chosen = names[input(2) % 3]
out(actions[chosen](9, 4))`,
  },
  {
    category: 'callbacks',
    name: 'success or failure',
    code: `const log = []
function divide(a, b, done, failed) {
  if (b === 0) {
    failed('by zero')
    return
  }
  done(a / b)
}
function note(value) {
  log.push('result ' + value)
}
divide(6, 2, note, (why) => log.push(why))
divide(6, input(0) % 2, note, (why) => {
  log.push('sorry, ' + why)
})
divide(1, 0, note, note)
for (const entry of log) {
  out(entry)
}`,
  },
  {
    category: 'callbacks',
    name: 'a pipeline of steps',
    code: `const steps = [(n) => n + 3, (n) => n * n, (n) => (n % 2 === 0 ? n / 2 : n)]
function run(start, pipeline) {
  return pipeline.reduce((value, step) => step(value), start)
}
const shorter = steps.slice(1)
out(run(input(0), steps))
out(run(input(0), shorter))
steps.push((n) => -n)
out(run(input(1), steps))`,
  },
  {
    category: 'callbacks',
    name: 'curry by hand',
    code: `function curry(f) {
  return function collect(...given) {
    if (given.length >= f.length) {
      return f(...given)
    }
    return (...more) => collect(...given, ...more)
  }
}
const volume = curry((a, b, c) => a * b * c)
const flat = volume(1)
const slab = flat(input(0))
out(slab(5))
out(volume(2, 3)(input(1)))
out(flat(2, 2))`,
  },
  {
    category: 'callbacks',
    name: 'groups by a key function',
    code: `function groupBy(list, keyOf) {
  const groups = {}
  list.forEach((item) => {
    const key = keyOf(item)
    if (!groups[key]) {
      groups[key] = []
    }
    groups[key].push(item)
  })
  return groups
}
const words = ['ant', 'bear', 'cat', 'deer', 'eagle' + input(0)]
const bySize = groupBy(words, (word) => word.length)
const byFirst = groupBy(words, (word) => (word < 'c' ? 'early' : 'late'))
out(bySize[3].join())
out(Object.keys(bySize).length)
out(byFirst.late.length)`,
  },
  {
    category: 'callbacks',
    name: 'repeat with an index',
    code: `function times(n, action) {
  const results = []
  for (let i = 0; i < n; i++) {
    results.push(action(i))
  }
  return results
}
let calls = 0
const squares = times(4, (i) => i * i + input(0))
const nested = times(2, (i) =>
  times(2, (j) => {
    calls++
    return i * 10 + j
  }),
)
out(squares.join(' '))
out(nested[1][0])
out(calls)`,
  },
  {
    category: 'callbacks',
    name: 'flat lists and sums by reduce',
    code: `const orders = [
  { who: 'a', items: [2, input(0)] },
  { who: 'b', items: [] },
  { who: 'a', items: [5] },
]
const all = orders.flatMap((order) => order.items)
const spent = orders.reduce((sums, order) => {
  const cost = order.items.reduce((x, y) => x + y, 0)
  sums[order.who] = (sums[order.who] || 0) + cost
  return sums
}, {})
out(all.length)
out(spent.a)
out(spent.b)`,
  },
  {
    category: 'callbacks',
    name: 'debounce of repeated values',
    code: `function distinct(listener) {
  let last
  let held = 0
  return (value) => {
    if (value === last) {
      held++
      return held
    }
    last = value
    listener(value)
    return held
  }
}
const heard = []
const hear = distinct((value) => heard.push(value))
for (const value of [1, 1, input(0), 2, 2, input(1)]) {
  hear(value)
}
out(heard.join(' '))
out(hear(99))`,
  },
  {
    category: 'objects',
    name: 'two points moved',
    code: `const start = { x: input(0), y: input(1) }
const end = { x: 9, y: 9 }
start.x += 1
end.y = start.y
const width = end.x - start.x
const height = end.y - start.y
start.y = 100
out(width)
out(height)
out(end.y)`,
  },
  {
    category: 'objects',
    name: 'two names of one thing',
    code: `const first = { size: 1 }
const second = first
const third = { size: 1 }
second.size = input(0)
third.size = 5
const total = first.size + third.size
let chosen = third
if (input(1) > 4) {
  chosen = second
}
chosen.size = 77
out(total)
out(first.size)
out(third.size)`,
  },
  {
    category: 'objects',
    name: 'nested paths',
    code: `const house = { kitchen: { lamp: { on: false, watts: 40 } }, hall: { lamp: { on: true, watts: 25 } } }
const lamp = house.kitchen.lamp
lamp.on = input(0) > 3
house.hall.lamp.watts += input(1)
let used = 0
if (house.kitchen.lamp.on) {
  used += lamp.watts
}
if (house.hall.lamp.on) {
  used += house.hall.lamp.watts
}
house.kitchen = { lamp: { on: true, watts: 1 } }
out(used)
out(lamp.watts)
out(house.kitchen.lamp.watts)`,
  },
  {
    category: 'objects',
    name: 'computed names',
    code: `const field = input(0) > 4 ? 'upper' : 'lower'
const form = { upper: 1, lower: 2, ['extra' + input(1)]: 3 }
form[field] = 50
form['up' + 'per'] += 1
const key = 'extra' + input(1)
out(form.upper)
out(form.lower)
out(form[key])
out(form[field] > 40)`,
  },
  {
    category: 'objects',
    name: 'delete and in',
    code: `const bag = { apple: 3, bread: 1, cheese: 2 }
let missing = 0
if (input(0) > 4) {
  delete bag.bread
}
delete bag.cheese
if (!('cheese' in bag)) {
  missing++
}
if (!('bread' in bag)) {
  missing++
}
bag.cheese = input(1)
out(missing)
out(Object.keys(bag).join())
out(bag.cheese)`,
  },
  {
    category: 'objects',
    name: 'spread makes copies',
    code: `const base = { a: 1, b: input(0), inner: { c: 3 } }
const copy = { ...base, b: 20 }
base.a = 100
base.inner.c = input(1)
const wide = { z: 0, ...copy, ...{ a: 5 } }
out(copy.a)
out(copy.b)
out(copy.inner.c)
out(wide.a + wide.z)`,
  },
  {
    category: 'objects',
    name: 'assign keys values entries',
    code: `const target = { one: 1, two: 2 }
Object.assign(target, { two: input(0), three: 3 }, null, { four: 4 })
let text = ''
for (const [name, value] of Object.entries(target)) {
  text += name + '=' + value + ' '
}
const sum = Object.values(target).reduce((a, b) => a + b)
const names = Object.keys(target).length
const back = Object.fromEntries([['five', input(1)]])
out(text)
out(sum / names)
out(back.five)`,
  },
  {
    category: 'objects',
    name: 'linked list',
    code: `let head = null
for (let i = 0; i < 4; i++) {
  head = { value: input(i), next: head }
}
let length = 0
let sum = 0
let node = head
while (node !== null) {
  length++
  sum += node.value
  node = node.next
}
head.next.value = 50
out(length)
out(sum)
out(head.next.value)`,
  },
  {
    category: 'objects',
    name: 'list turned around in place',
    code: `let list = { value: 'a', next: { value: 'b', next: { value: input(0), next: null } } }
let turned = null
while (list) {
  const rest = list.next
  list.next = turned
  turned = list
  list = rest
}
let shown = ''
for (let node = turned; node; node = node.next) {
  shown += node.value
}
out(shown)`,
  },
  {
    category: 'objects',
    name: 'search tree',
    code: `let root = null
function insert(node, key) {
  if (node === null) {
    return { key, left: null, right: null }
  }
  if (key < node.key) {
    node.left = insert(node.left, key)
  } else if (key > node.key) {
    node.right = insert(node.right, key)
  }
  return node
}
function inOrder(node) {
  return node === null ? '' : inOrder(node.left) + node.key + inOrder(node.right)
}
for (const key of [5, input(0), 8, input(1), 2]) {
  root = insert(root, key)
}
out(inOrder(root))
out(root.key)
out(root.right.key)`,
  },
  {
    category: 'objects',
    name: 'stack and queue',
    code: `const stack = []
const queue = []
for (let i = 0; i < 4; i++) {
  stack.push(input(i))
  queue.push(input(i) * 10)
}
const top = stack.pop()
const front = queue.shift()
stack.push(front)
queue.unshift(top)
out(top)
out(front)
out(stack.length)
out(queue[0])
out(stack[stack.length - 1])`,
  },
  {
    category: 'objects',
    name: 'methods that use this',
    code: `const thermostat = {
  target: 20,
  actual: 15 + input(0),
  heat() {
    while (this.actual < this.target) {
      this.actual++
      this.minutes += 2
    }
    return this
  },
  minutes: 0,
}
thermostat.heat()
out(thermostat.actual)
thermostat.target += input(1)
const spent = thermostat.heat().minutes
out(spent)`,
  },
  {
    category: 'objects',
    name: 'method taken off its object',
    code: `const cat = {
  sound: 'meow',
  speak() {
    return this.sound
  },
}
const dog = { sound: 'wuff', speak: cat.speak }
const bound = cat.speak.bind({ sound: 'purr' + input(0) })
const borrowed = cat.speak.call({ sound: 'chirp' })
cat.sound = 'hiss'
out(dog.speak())
out(bound())
out(borrowed)
out(cat.speak())`,
  },
  {
    category: 'objects',
    name: 'inheritance by prototypes',
    code: `const animal = { legs: 4, name: 'animal' }
const bird = Object.create(animal)
bird.legs = 2
const cow = Object.create(animal)
animal.legs = input(0)
animal.tail = true
out(bird.legs)
out(cow.legs)
out(cow.tail)
delete bird.legs
out(bird.legs)
out(Object.keys(bird).length)`,
  },
  {
    category: 'objects',
    name: 'frozen settings',
    code: `const settings = Object.freeze({ mode: 'fast', level: input(0) })
const changed = { ...settings, mode: 'slow' }
changed.level += 1
settings.level = 99
out(settings.level)
out(settings.mode)
out(changed.level)
out(Object.isFrozen(settings))`,
  },
  {
    category: 'objects',
    name: 'array of records updated',
    code: `const rows = [{ id: 1, count: 0 }, { id: 2, count: 0 }, { id: 3, count: 0 }]
const wanted = 1 + (input(0) % 3)
for (const row of rows) {
  if (row.id === wanted) {
    row.count += input(1)
  } else {
    row.count -= 1
  }
}
const last = rows[2]
last.id = 'last'
out(rows[0].count)
out(rows[1].count)
out(rows[2].id)`,
  },
  {
    category: 'arrays',
    name: 'ends of a list',
    code: `const list = [2, 4]
list.push(input(0))
list.unshift(input(1))
const last = list.pop()
list.push(8, 9)
const first = list.shift()
out(last)
out(first)
out(list.join())
out(list.length)`,
  },
  {
    category: 'arrays',
    name: 'splice and slice',
    code: `const letters = ['a', 'b', 'c', 'd', 'e']
const middle = letters.slice(1, 4)
const at = input(0) % 4
const removed = letters.splice(at, 2, 'X')
middle[0] = 'M'
out(removed.join(''))
out(letters.join(''))
out(middle.join(''))
out(letters.indexOf('X'))`,
  },
  {
    category: 'arrays',
    name: 'index and length',
    code: `const list = []
list[3] = input(0)
list[0] = 1
let holes = 0
for (let i = 0; i < list.length; i++) {
  if (!(i in list)) {
    holes++
  }
}
out(holes)
list.length = 1
out(list[3] === undefined)
list[list.length] = input(1)
out(list.join())`,
  },
  {
    category: 'arrays',
    name: 'matrix turned by a quarter',
    code: `const matrix = [[1, 2, 3], [4, input(0), 6]]
const turned = []
for (let column = 0; column < 3; column++) {
  const row = []
  for (let line = matrix.length - 1; line >= 0; line--) {
    row.push(matrix[line][column])
  }
  turned.push(row)
}
matrix[0][0] = 100
out(turned.map((row) => row.join(' ')).join('|'))
out(turned[0][1])`,
  },
  {
    category: 'arrays',
    name: 'running totals',
    code: `const values = [input(0), input(1), input(2), input(3)]
const totals = []
let sum = 0
for (const value of values) {
  sum += value
  totals.push(sum)
}
values[0] = -1
totals[1] *= 2
const [first, second, , last] = totals
out(first)
out(second)
out(last)
out(values.reverse().join())`,
  },
  {
    category: 'arrays',
    name: 'unique and sorted',
    code: `const raw = [5, input(0), 3, 5, input(1), 3]
const unique = []
for (const value of raw) {
  if (!unique.includes(value)) {
    unique.push(value)
  }
}
const copy = [...unique]
copy.sort((a, b) => b - a)
out(unique.join())
out(copy.join())
out(copy.at(-1))
out(raw.lastIndexOf(3) - raw.indexOf(3))`,
  },
  {
    category: 'arrays',
    name: 'one list under two names',
    code: `const inner = [1, 2]
const outer = [inner, inner, [...inner]]
outer[0].push(input(0))
outer[1][0] = 9
inner.length = 2 + (input(1) % 2)
out(inner.length)
out(outer[1].join())
out(outer[2].join())
out(outer.flat().length)`,
  },
  {
    category: 'arrays',
    name: 'filled and made',
    code: `const zeros = new Array(4).fill(0)
zeros[input(0) % 4] = 1
const squares = Array.from({ length: 4 }, (_, i) => i * i)
const pairs = zeros.map((zero, i) => zero * squares[i])
const [low, ...high] = squares
const joined = [...zeros, ...high].concat(low, [input(1)])
out(pairs.join())
out(joined.length)
out(joined[joined.length - 1])
out(high.length)`,
  },
  {
    category: 'collections',
    name: 'words counted in a map',
    code: `const counts = new Map()
const words = 'the cat and the dog and the bird'.split(' ')
words.push(input(0) > 4 ? 'cat' : 'bird')
for (const word of words) {
  counts.set(word, (counts.get(word) ?? 0) + 1)
}
let top = ''
for (const [word, count] of counts) {
  if (count > (counts.get(top) || 0)) {
    top = word
  }
}
out(top)
out(counts.size)
out(counts.get('bird'))`,
  },
  {
    category: 'collections',
    name: 'sets compared',
    code: `const left = new Set([1, 2, 3, input(0)])
const right = new Set([3, 4, input(1)])
const both = []
left.forEach((item) => {
  if (right.has(item)) {
    both.push(item)
  }
})
right.delete(4)
for (const item of right) {
  left.add(item)
}
out(both.join())
out(left.size)
out(right.has(4))`,
  },
  {
    category: 'collections',
    name: 'map with objects as keys',
    code: `const ann = { name: 'Ann' }
const bob = { name: 'Bob' }
const marks = new Map([[ann, [4]]])
marks.set(bob, [])
marks.get(ann).push(input(0))
marks.get(bob).push(input(1), 2)
ann.name = 'Anna'
let report = ''
for (const [person, list] of marks.entries()) {
  report += person.name + ':' + list.reduce((a, b) => a + b, 0) + ' '
}
out(report)
marks.delete(ann)
out(marks.has(ann))
out(marks.size)`,
  },
  {
    category: 'collections',
    name: 'cache that forgets the oldest',
    code: `const cache = new Map()
let misses = 0
function fetch(key) {
  if (cache.has(key)) {
    const value = cache.get(key)
    cache.delete(key)
    cache.set(key, value)
    return value
  }
  misses++
  cache.set(key, 'v' + key)
  if (cache.size > 2) {
    const oldest = cache.keys().next().value
    cache.delete(oldest)
  }
  return cache.get(key)
}
for (const key of [1, 2, 1, input(0), 2, input(1)]) {
  fetch(key)
}
out(misses)
out([...cache.keys()].join())`,
  },
  {
    category: 'collections',
    name: 'graph of sets',
    code: `const roads = new Map()
function connect(a, b) {
  if (!roads.has(a)) {
    roads.set(a, new Set())
  }
  if (!roads.has(b)) {
    roads.set(b, new Set())
  }
  roads.get(a).add(b)
  roads.get(b).add(a)
}
connect('A', 'B')
connect('B', 'C')
connect(input(0) > 4 ? 'A' : 'C', 'D')
let most = ''
for (const town of roads.keys()) {
  if (most === '' || roads.get(town).size > roads.get(most).size) {
    most = town
  }
}
out(most)
out([...roads.get('D')].join())`,
  },
  {
    category: 'collections',
    name: 'cleared and filled again',
    code: `const seats = new Map([['a1', 'Li'], ['a2', 'Mo']])
const names = [...seats.values()]
seats.clear()
const empty = seats.size
seats.set('b1', names[input(0) % 2])
const copy = new Map(seats)
seats.set('b1', 'Zoe')
out(empty)
out(copy.get('b1'))
out(seats.get('b1'))
out(names.join())`,
  },
  {
    category: 'classes',
    name: 'point with methods',
    code: `class Point {
  constructor(x, y) {
    this.x = x
    this.y = y
  }
  plus(other) {
    return new Point(this.x + other.x, this.y + other.y)
  }
  length() {
    return Math.abs(this.x) + Math.abs(this.y)
  }
}
const a = new Point(input(0), 2)
const b = new Point(-3, input(1))
const sum = a.plus(b)
a.x = 100
out(sum.x)
out(sum.length())
out(b.length())`,
  },
  {
    category: 'classes',
    name: 'two counters of one class',
    code: `class Counter {
  count = 0
  step = 1
  up() {
    this.count += this.step
  }
  reset() {
    this.count = 0
  }
}
const slow = new Counter()
const fast = new Counter()
fast.step = input(0) + 2
for (let i = 0; i < 3; i++) {
  slow.up()
  fast.up()
}
out(slow.count)
out(fast.count)
slow.reset()
out(slow.count)`,
  },
  {
    category: 'classes',
    name: 'shapes with an overridden method',
    code: `class Shape {
  constructor(name) {
    this.name = name
  }
  area() {
    return 0
  }
  describe() {
    return this.name + ' ' + this.area()
  }
}
class Square extends Shape {
  constructor(side) {
    super('square')
    this.side = side
  }
  area() {
    return this.side ** 2
  }
}
const shapes = [new Shape('blob'), new Square(input(0))]
for (const shape of shapes) {
  out(shape.describe())
}`,
  },
  {
    category: 'classes',
    name: 'super in methods',
    code: `class Logger {
  lines = []
  log(text) {
    this.lines.push(text)
    return this.lines.length
  }
}
class Loud extends Logger {
  log(text) {
    const upper = text.toUpperCase()
    return super.log(upper + '!')
  }
}
class Numbered extends Loud {
  n = input(0)
  log(text) {
    this.n++
    return super.log(this.n + ' ' + text)
  }
}
const logger = new Numbered()
logger.log('start')
out(logger.log('stop'))
out(logger.lines.join(' '))`,
  },
  {
    category: 'classes',
    name: 'statics and a static block',
    code: `class Registry {
  static made = 0
  static names = []
  static first
  static {
    Registry.first = 'item' + input(0)
    Registry.names.push(Registry.first)
  }
  static make(name) {
    Registry.made++
    this.names.push(name)
    return new Registry(name)
  }
  constructor(name) {
    this.name = name
    this.number = Registry.made
  }
}
Registry.make('left')
const right = Registry.make('right')
out(right.number)
out(Registry.names.join())
out(Registry.made)`,
  },
  {
    category: 'classes',
    name: 'private fields and methods',
    code: `class Vault {
  #money = 0
  #code
  tries = 0
  constructor(code) {
    this.#code = code
  }
  #check(code) {
    this.tries++
    return code === this.#code
  }
  put(amount) {
    this.#money += amount
  }
  take(code) {
    if (!this.#check(code)) {
      return 0
    }
    const all = this.#money
    this.#money = 0
    return all
  }
}
const vault = new Vault(input(0))
vault.put(30)
vault.put(input(1))
out(vault.take(5))
out(vault.take(input(0)))
out(vault.tries)`,
  },
  {
    category: 'classes',
    name: 'chained builder',
    code: `class Query {
  #parts = []
  #limit = 10
  from(table) {
    this.#parts.push('from ' + table)
    return this
  }
  where(condition) {
    this.#parts.push('where ' + condition)
    return this
  }
  limit(n) {
    this.#limit = n
    return this
  }
  text() {
    return this.#parts.join(' ') + ' limit ' + this.#limit
  }
}
const query = new Query().from('birds').where('size > ' + input(0))
out(query.text())
out(query.limit(input(1)).text())`,
  },
  {
    category: 'classes',
    name: 'this handed around',
    code: `class Button {
  constructor(label) {
    this.label = label
    this.presses = 0
    this.handler = () => this.press()
  }
  press() {
    this.presses++
    return this.label + this.presses
  }
  attach(bar) {
    bar.add(this)
  }
}
const bar = {
  buttons: [],
  add(button) {
    this.buttons.push(button)
  },
}
const ok = new Button('ok')
ok.attach(bar)
new Button('no' + input(0)).attach(bar)
const loose = ok.handler
loose()
out(bar.buttons[0].press())
out(bar.buttons[1].handler())
out(ok.presses)`,
  },
  {
    category: 'classes',
    name: 'constructor that returns early',
    code: `class Range {
  constructor(low, high) {
    this.low = low
    if (high === undefined) {
      this.high = low
      return
    }
    this.high = high
    this.size = high - low
  }
  has(n) {
    return n >= this.low && n <= this.high
  }
}
const one = new Range(input(0))
const many = new Range(2, 2 + input(1))
out(one.has(input(0)))
out(many.has(4))
out(one.size ?? 'no size')
out(many.size)`,
  },
  {
    category: 'classes',
    name: 'visitors of an expression',
    code: `class Num {
  constructor(value) {
    this.value = value
  }
  accept(visitor) {
    return visitor.num(this)
  }
}
class Add {
  constructor(left, right) {
    this.left = left
    this.right = right
  }
  accept(visitor) {
    return visitor.add(this)
  }
}
const worth = { num: (n) => n.value, add: (a) => a.left.accept(worth) + a.right.accept(worth) }
const print = { num: (n) => '' + n.value, add: (a) => '(' + a.left.accept(print) + '+' + a.right.accept(print) + ')' }
const tree = new Add(new Num(input(0)), new Add(new Num(2), new Num(input(1))))
out(tree.accept(worth))
out(tree.accept(print))`,
  },
  {
    category: 'classes',
    name: 'abstract step filled in by children',
    code: `class Report {
  run(values) {
    let text = this.title()
    for (const value of values) {
      text += this.row(value)
    }
    return text
  }
  title() {
    return 'report:'
  }
}
class Sums extends Report {
  sum = 0
  row(value) {
    this.sum += value
    return ' ' + this.sum
  }
}
class Marks extends Report {
  title() {
    return super.title() + 'marks:'
  }
  row(value) {
    return value > 4 ? ' +' : ' -'
  }
}
out(new Sums().run([1, input(0), 3]))
out(new Marks().run([input(1), 7]))`,
  },
  {
    category: 'classes',
    name: 'functions used as classes',
    code: `function Stack(limit) {
  this.items = []
  this.limit = limit
}
Stack.prototype.push = function (item) {
  if (this.items.length >= this.limit) {
    return false
  }
  this.items.push(item)
  return true
}
Stack.prototype.peek = function () {
  return this.items[this.items.length - 1]
}
const small = new Stack(1)
const large = new Stack(5)
small.push(input(0))
large.push(3)
out(small.push(9))
out(large.push(input(1)))
out(small.peek())
out(large.peek())
out(small instanceof Stack)`,
  },
  {
    category: 'classes',
    name: 'mixed in behaviour',
    code: `const Named = (Base) => class extends Base {
  name = 'nobody'
  rename(name) {
    this.name = name
    return this
  }
}
class Pet {
  constructor(age) {
    this.age = age
  }
  older() {
    this.age++
    return this.age
  }
}
const NamedPet = Named(Pet)
const pet = new NamedPet(input(0))
pet.rename('Rex').older()
out(pet.name)
out(pet.age)
out(pet instanceof Pet)`,
  },
  {
    category: 'accessors',
    name: 'temperature in two units',
    code: `const weather = {
  celsius: input(0),
  get fahrenheit() {
    return this.celsius * 2 + 30
  },
  set fahrenheit(value) {
    this.celsius = (value - 30) / 2
  },
}
out(weather.fahrenheit)
weather.fahrenheit = 50
out(weather.celsius)
weather.celsius += input(1)
out(weather.fahrenheit)`,
  },
  {
    category: 'accessors',
    name: 'setter that checks',
    code: `class Volume {
  #level = 5
  refused = 0
  get level() {
    return this.#level
  }
  set level(value) {
    if (value < 0 || value > 8) {
      this.refused++
      return
    }
    this.#level = value
  }
}
const radio = new Volume()
radio.level = input(0)
radio.level += 4
radio.level = 12
out(radio.level)
out(radio.refused)`,
  },
  {
    category: 'accessors',
    name: 'computed once',
    code: `let computed = 0
const report = {
  data: [3, input(0), 5],
  get sum() {
    if (this.kept === undefined) {
      computed++
      this.kept = this.data.reduce((a, b) => a + b, 0)
    }
    return this.kept
  },
}
const first = report.sum
report.data.push(100)
const second = report.sum
out(first === second)
out(second)
out(computed)`,
  },
  {
    category: 'accessors',
    name: 'static getter and setter',
    code: `class Settings {
  static #scale = 1
  static changes = 0
  static get scale() {
    return Settings.#scale
  }
  static set scale(value) {
    Settings.#scale = value
    Settings.changes++
  }
}
Settings.scale = input(0)
const before = Settings.scale
Settings.scale *= 3
out(before)
out(Settings.scale)
out(Settings.changes)`,
  },
  {
    category: 'accessors',
    name: 'overridden in a child',
    code: `class Box {
  constructor(width) {
    this.width = width
  }
  get area() {
    return this.width * 2
  }
  get label() {
    return 'area ' + this.area
  }
}
class Deep extends Box {
  depth = input(1)
  get area() {
    return super.area + this.depth
  }
}
const plain = new Box(input(0))
const deep = new Deep(4)
out(plain.label)
out(deep.label)
deep.width = 1
out(deep.area)`,
  },
  {
    category: 'accessors',
    name: 'reading has an effect',
    code: `let reads = 0
const dice = [2, 6, 3, 1]
const cup = {
  get roll() {
    const value = dice[reads % dice.length]
    reads++
    return value
  },
}
const first = cup.roll
const sum = cup.roll + cup.roll
const { roll } = cup
out(first)
out(sum * 10 + input(0))
out(roll)
out(reads)`,
  },
  {
    category: 'accessors',
    name: 'defined on the prototype',
    code: `function Person(first, last) {
  this.first = first
  this.last = last
}
Object.defineProperty(Person.prototype, 'full', {
  get() {
    return this.first + ' ' + this.last
  },
  set(text) {
    const [first, last] = text.split(' ')
    this.first = first
    this.last = last
  },
})
const person = new Person('Eva', 'Lund' + input(0))
out(person.full)
person.full = 'Mia Berg'
out(person.last)
out(person.full.length)`,
  },
  {
    category: 'accessors',
    name: 'watchers told by a setter',
    code: `const heard = []
const model = {
  watchers: [],
  inner: 0,
  get value() {
    return this.inner
  },
  set value(next) {
    const before = this.inner
    this.inner = next
    for (const watcher of this.watchers) {
      watcher(before, next)
    }
  },
}
model.value = 1
model.watchers.push((before, next) => heard.push(before + '>' + next))
model.value = input(0)
model.value++
out(heard.join(' '))
out(model.value)`,
  },
  {
    category: 'generators',
    name: 'numbers in a range',
    code: `function* range(from, to, step = 1) {
  for (let n = from; n < to; n += step) {
    yield n
  }
}
let sum = 0
for (const n of range(1, input(0) + 3)) {
  sum += n
}
out(sum)
out([...range(0, 10, 4)].join())`,
  },
  {
    category: 'generators',
    name: 'values sent in',
    code: `function* adder() {
  let total = 0
  while (true) {
    const value = yield total
    if (value === undefined) {
      break
    }
    total += value
  }
  return 'end ' + total
}
const sums = adder()
sums.next()
sums.next(input(0))
out(sums.next(5).value)
const last = sums.next()
out(last.value)
out(last.done)`,
  },
  {
    category: 'generators',
    name: 'one inside another',
    code: `function* inner(mark) {
  yield mark + 1
  yield mark + 2
  return mark + '!'
}
function* outer() {
  const first = yield* inner('a')
  yield first
  const second = yield* inner('b' + input(0))
  return second
}
const seen = []
for (const value of outer()) {
  seen.push(value)
}
out(seen.join(' '))`,
  },
  {
    category: 'generators',
    name: 'fibonacci without end',
    code: `function* fibonacci() {
  let a = 0
  let b = 1
  for (;;) {
    yield a;
    [a, b] = [b, a + b]
  }
}
let count = 0
let last = 0
for (const n of fibonacci()) {
  if (n > 10 + input(0)) {
    break
  }
  count++
  last = n
}
out(count)
out(last)`,
  },
  {
    category: 'generators',
    name: 'closed early',
    code: `let closed = 0
function* rows(n) {
  try {
    for (let i = 0; i < n; i++) {
      yield 'row ' + i
    }
  } finally {
    closed++
  }
}
for (const row of rows(3)) {
  if (row === 'row ' + input(0)) {
    break
  }
  out(row)
}
const other = rows(9)
other.next()
const end = other.return('stopped')
out(end.value)
out(closed)`,
  },
  {
    category: 'generators',
    name: 'error thrown into one',
    code: `function* worker() {
  let problems = 0
  while (problems < 2) {
    try {
      yield 'ready ' + problems
    } catch (error) {
      problems++
      out('heard ' + error)
    }
  }
  return 'gave up'
}
const work = worker()
out(work.next().value)
out(work.throw('first').value)
out(work.next().value)
out(work.throw(input(0)).value)`,
  },
  {
    category: 'generators',
    name: 'lazy map and filter',
    code: `function* numbers(n) {
  while (true) {
    yield n++
  }
}
function* map(source, change) {
  for (const item of source) {
    yield change(item)
  }
}
function* filter(source, keep) {
  for (const item of source) {
    if (keep(item)) {
      yield item
    }
  }
}
function take(source, n) {
  const taken = []
  for (const item of source) {
    taken.push(item)
    if (taken.length === n) {
      return taken
    }
  }
  return taken
}
const squares = map(numbers(input(0)), (n) => n * n)
out(take(filter(squares, (n) => n % 3 === 1), 3).join())
out(take([4, 5], 3).length)`,
  },
  {
    category: 'generators',
    name: 'walk over a tree',
    code: `const tree = { key: 4, left: { key: 2, right: { key: 3 } }, right: { key: 7 + input(0) } }
function* walk(node) {
  if (!node) {
    return
  }
  yield* walk(node.left)
  yield node.key
  yield* walk(node.right)
}
let text = ''
let previous = -1
let ordered = true
for (const key of walk(tree)) {
  text += key + ' '
  ordered = ordered && key > previous
  previous = key
}
out(text)
out(ordered)`,
  },
  {
    category: 'generators',
    name: 'traffic light',
    code: `function* light() {
  let rounds = 0
  while (true) {
    yield 'green'
    yield 'amber'
    rounds++
    yield 'red' + rounds
  }
}
const lamp = light()
let shown = ''
for (let i = 0; i < 4 + input(1); i++) {
  shown = lamp.next().value
}
out(shown)
out(lamp.next().value)`,
  },
  {
    category: 'generators',
    name: 'two run in turns',
    code: `function* player(name, cards) {
  let points = 0
  for (const card of cards) {
    points += card
    yield name + points
  }
  return points
}
const players = [player('a', [3, input(0)]), player('b', [input(1), 1, 2])]
const log = []
while (players.length > 0) {
  const current = players.shift()
  const { value, done } = current.next()
  if (done) {
    log.push('total ' + value)
    continue
  }
  log.push(value)
  players.push(current)
}
out(log.join(' '))`,
  },
  {
    category: 'generators',
    name: 'method of a class',
    code: `class Shelf {
  #books = []
  add(title) {
    this.#books.push(title)
    return this
  }
  *[Symbol.iterator]() {
    for (const title of this.#books) {
      yield title
    }
  }
  *numbered(start) {
    let n = start
    for (const title of this) {
      yield n++ + ':' + title
    }
  }
}
const shelf = new Shelf().add('ash').add('birch').add('cedar')
out([...shelf].length)
const [first, second] = shelf.numbered(input(0))
out(first)
out(second)`,
  },
  {
    category: 'async',
    name: 'values awaited in order',
    code: `async function double(n) {
  return n * 2
}
async function main() {
  const first = await double(input(0))
  const second = await double(first + 1)
  const plain = await 7
  out(first)
  out(second - plain)
}
main()
out('started')`,
  },
  {
    category: 'async',
    name: 'chain of then',
    code: `let steps = 0
Promise.resolve(input(0))
  .then((n) => {
    steps++
    return n + 1
  })
  .then((n) => Promise.resolve(n * 10))
  .then((n) => {
    steps++
    out(n)
    out(steps)
  })
out(steps)`,
  },
  {
    category: 'async',
    name: 'all together',
    code: `async function price(name) {
  const prices = { tea: 3, milk: input(0) }
  return prices[name] ?? 1
}
async function bill(names) {
  const prices = await Promise.all(names.map((name) => price(name)))
  let sum = 0
  for (const one of prices) {
    sum += one
  }
  return sum
}
bill(['tea', 'milk', 'salt']).then((sum) => out(sum))
bill([]).then((sum) => out('empty ' + sum))`,
  },
  {
    category: 'async',
    name: 'rejection caught',
    code: `async function open(name) {
  if (name === 'locked') {
    throw new Error('no key')
  }
  return name + ' is open'
}
async function visit(names) {
  let failures = 0
  for (const name of names) {
    try {
      out(await open(name))
    } catch (error) {
      failures++
      out(error.message)
    } finally {
      out('next')
    }
  }
  return failures + input(0)
}
visit(['hall', 'locked', 'attic']).then(out)`,
  },
  {
    category: 'async',
    name: 'await in a loop with a condition',
    code: `const pages = [[1, 2], [3, input(0)], []]
let fetched = 0
const fetchPage = async (n) => {
  fetched++
  return pages[n]
}
async function collect() {
  const all = []
  let page = 0
  while (true) {
    const items = await fetchPage(page)
    if (items.length === 0) {
      break
    }
    all.push(...items)
    page++
  }
  return all
}
collect().then((all) => {
  out(all.join())
  out(fetched)
})`,
  },
  {
    category: 'async',
    name: 'two tasks in turns',
    code: `const order = []
async function task(name, rounds) {
  for (let i = 0; i < rounds; i++) {
    order.push(name + i)
    await null
  }
  return rounds
}
async function main() {
  const first = task('a', 2)
  const second = task('b', 1 + (input(0) % 3))
  const total = (await first) + (await second)
  out(order.join(' '))
  out(total)
}
main()`,
  },
  {
    category: 'async',
    name: 'promise made by hand',
    code: `function later(value, fails) {
  return new Promise((resolve, reject) => {
    if (fails) {
      reject('bad ' + value)
    } else {
      resolve('good ' + value)
    }
  })
}
later(input(0), false).then((text) => out(text))
later(input(1), true)
  .catch((why) => {
    out(why)
    return 'mended'
  })
  .finally(() => out('over'))
  .then((text) => out(text))`,
  },
  {
    category: 'async',
    name: 'all settled and race',
    code: `const jobs = [Promise.resolve(input(0)), Promise.reject('broken'), 5]
async function main() {
  const results = await Promise.allSettled(jobs)
  let good = 0
  let bad = ''
  for (const result of results) {
    if (result.status === 'fulfilled') {
      good += result.value
    } else {
      bad += result.reason
    }
  }
  out(good)
  out(bad)
  const fastest = await Promise.race([jobs[0], jobs[2]])
  out(fastest)
}
main()`,
  },
  {
    category: 'async',
    name: 'numbers made one at a time',
    code: `async function* ticks(n) {
  for (let i = 0; i < n; i++) {
    await null
    yield i * 10
  }
}
async function main() {
  let sum = 0
  for await (const tick of ticks(1 + input(0))) {
    if (tick > 30) {
      break
    }
    sum += tick
  }
  out(sum)
  for await (const value of [Promise.resolve(1), 2]) {
    out(value)
  }
}
main()`,
  },
  {
    category: 'async',
    name: 'a queue that keeps the order',
    code: `class Queue {
  #tail = Promise.resolve()
  running = 0
  add(job) {
    const result = this.#tail.then(async () => {
      this.running++
      const value = await job()
      this.running--
      return value
    })
    this.#tail = result
    return result
  }
}
const queue = new Queue()
const log = []
queue.add(async () => log.push('one'))
queue.add(() => log.push('two ' + queue.running))
queue.add(async () => input(0)).then((value) => {
  out(log.join())
  out(value)
})`,
  },
  {
    category: 'async',
    name: 'error passed through two awaits',
    code: `async function parse(text) {
  const value = Number(text)
  if (Number.isNaN(value)) {
    throw new Error('not a number: ' + text)
  }
  return value
}
async function sum(texts) {
  let total = 0
  for (const text of texts) {
    total += await parse(text)
  }
  return total
}
async function main() {
  out(await sum(['1', '' + input(0)]))
  const result = await sum(['1', 'x', '2']).catch((error) => error.message)
  out(result)
  return 'done'
}
main().then(out)`,
  },
  {
    category: 'iterators',
    name: 'countdown by hand',
    code: `const countdown = {
  from: input(0),
  [Symbol.iterator]() {
    let n = this.from
    return {
      next() {
        if (n < 0) {
          return { value: undefined, done: true }
        }
        return { value: n--, done: false }
      },
    }
  },
}
let steps = 0
for (const n of countdown) {
  steps += n
}
out(steps)
countdown.from = 2
out([...countdown].join())`,
  },
  {
    category: 'iterators',
    name: 'closed by return',
    code: `let closes = 0
function letters(text) {
  let at = 0
  return {
    [Symbol.iterator]() {
      return this
    },
    next: () => ({ value: text[at++], done: at > text.length }),
    return(value) {
      closes++
      return { value, done: true }
    },
  }
}
let word = ''
for (const letter of letters('maple' + input(0))) {
  if (letter === 'l') {
    break
  }
  word += letter
}
const [one, two] = letters('xyz')
out(word)
out(one + two)
out(closes)`,
  },
  {
    category: 'iterators',
    name: 'pairs of two lists',
    code: `class Zip {
  constructor(left, right) {
    this.left = left
    this.right = right
  }
  [Symbol.iterator]() {
    const a = this.left[Symbol.iterator]()
    const b = this.right[Symbol.iterator]()
    const next = () => {
      const x = a.next()
      const y = b.next()
      return { done: Boolean(x.done || y.done), value: [x.value, y.value] }
    }
    return { next }
  }
}
let text = ''
for (const [letter, number] of new Zip('abc', [input(0), 5])) {
  text += letter + number
}
out(text)
out(new Map(new Zip(['k'], [input(1)])).get('k'))`,
  },
  {
    category: 'strings',
    name: 'template with expressions',
    code: `const name = 'Nora'
const apples = input(0)
const noun = apples === 1 ? 'apple' : 'apples'
const line = \`\${name} has \${apples} \${noun}\`
const nested = \`[\${line.length > 15 ? \`long: \${line}\` : line}]\`
const upper = line.toUpperCase()
out(nested)
out(upper.slice(0, 8))`,
  },
  {
    category: 'strings',
    name: 'replace with a callback',
    code: `let replaced = 0
const rates = { cm: 10, m: 1000 + input(0) }
const text = 'walls of 3m, gaps of 25cm'
const inMillimetres = text.replace(/(\\d+)(cm|m)/g, (whole, number, unit) => {
  replaced++
  return number * rates[unit] + 'mm'
})
out(inMillimetres)
out(replaced)
out(text.length)`,
  },
  {
    category: 'strings',
    name: 'match and groups',
    code: `const entry = '2024-0' + (1 + input(0) % 8) + '-15: paid 12, owed 7'
const match = entry.match(/^(?<year>\\d+)-(?<month>\\d+)/)
let month = 0
if (match) {
  month = Number(match.groups.month)
}
const numbers = entry.match(/\\d+/g)
let sum = 0
for (const found of entry.matchAll(/(paid|owed) (\\d+)/g)) {
  sum += Number(found[2])
}
out(month)
out(numbers.length)
out(sum)`,
  },
  {
    category: 'strings',
    name: 'caesar shift',
    code: `const key = input(0)
function shift(text, by) {
  let result = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 97 || code > 122) {
      result += text[i]
      continue
    }
    const moved = ((code - 97 + by + 26) % 26) + 97
    result += String.fromCharCode(moved)
  }
  return result
}
const secret = shift('meet at noon', key)
out(secret)
out(shift(secret, -key))`,
  },
  {
    category: 'strings',
    name: 'padded columns',
    code: `const rows = [['pen', 2], ['notebook', input(0)], ['ink', 15]]
let widest = 0
for (const [name] of rows) {
  widest = Math.max(widest, name.length)
}
const lines = []
for (const [name, count] of rows) {
  const label = name.padEnd(widest, '.')
  lines.push(label + String(count).padStart(3))
}
out(lines.join('\\n'))
out(widest)`,
  },
  {
    category: 'strings',
    name: 'initials and titles',
    code: `const text = '  the old man and   the sea '
const small = ['and', 'the']
const words = text.trim().split(/\\s+/)
let initials = ''
const titled = words.map((word, i) => {
  if (i > input(0) && small.includes(word)) {
    return word
  }
  initials += word[0].toUpperCase()
  return word[0].toUpperCase() + word.slice(1)
})
out(titled.join(' '))
out(initials)
out(text.trimEnd().length)`,
  },
  {
    category: 'strings',
    name: 'stateful regular expression',
    code: `const pattern = /[aeiou]/g
const word = 'orange tree ' + input(0)
let first = -1
let count = 0
let hit
while ((hit = pattern.exec(word)) !== null) {
  if (first < 0) {
    first = hit.index
  }
  count++
}
const swapped = word.replace(/(\\w+) (\\w+)/, '$2 $1')
out(first)
out(count)
out(pattern.test('sky'))
out(swapped)`,
  },
  {
    category: 'strings',
    name: 'a list written as text',
    code: `const items = [{ name: 'rope', price: 4 }, { name: 'lamp', price: input(0) }]
const currency = '€'
let total = 0
const lines = items.map(({ name, price }, i) => {
  total += price
  return \`\${i + 1}. \${name.padEnd(6)}\${price}\${currency}\`
})
const rule = '-'.repeat(lines[0].length)
const text = \`\${lines.join('; ')}; \${rule}; \${total > 8 ? \`sum \${total}\` : 'cheap'}\`
out(text)
out(\`\${lines.length} lines\`)`,
  },
  {
    category: 'strings',
    name: 'an address made of parts',
    code: `const parts = { host: 'example.test', path: ['a', \`page\${input(0)}\`], query: { q: 'x y', n: input(1) } }
function encode(query) {
  const pairs = []
  for (const [name, value] of Object.entries(query)) {
    pairs.push(\`\${name}=\${encodeURIComponent(value)}\`)
  }
  return pairs.length > 0 ? \`?\${pairs.join('&')}\` : ''
}
const address = \`https://\${parts.host}/\${parts.path.join('/')}\${encode(parts.query)}\`
out(address)
out(address.split('/').length)
out(\`\${parts.host}\${encode({})}\`)`,
  },
  {
    category: 'operators',
    name: 'typeof and void',
    code: `const things = [input(0), 'text', null, undefined, () => 1, [1], true]
let kinds = ''
for (const thing of things) {
  const kind = typeof thing
  kinds += kind[0]
}
const nothing = void kinds
out(kinds)
out(nothing === undefined)
out(typeof missing)`,
  },
  {
    category: 'operators',
    name: 'comma and exponent',
    code: `let a = 0
let b = (a++, a + input(0), a * 5)
const power = 2 ** (1 + (b % 3)) ** 2
a = b = power % 7
const last = (b += 2, b -= a, b)
out(power)
out(a)
out(last)`,
  },
  {
    category: 'operators',
    name: 'loose and strict',
    code: `const n = input(0)
const text = String(n)
let score = 0
if (n == text) {
  score += 1
}
if (n !== text) {
  score += 2
}
if (null == undefined) {
  score += 4
}
if (!!n === Boolean(text)) {
  score += 8
}
score ^= 1
score |= 32
score >>>= 1
out(score)
out(~n)
out(text + 1)
out(text - 1)`,
  },
  {
    category: 'scopes',
    name: 'var lifted to the function',
    code: `function test(n) {
  const before = value
  if (n > 4) {
    var value = 'big'
  }
  const after = value
  var value = 'last'
  return before + '/' + after + '/' + value
}
out(test(input(0)))
out(test(9))`,
  },
  {
    category: 'scopes',
    name: 'functions used before their lines',
    code: `const first = twice(input(0))
out(first)
function twice(n) {
  return plus(n, n)
}
function plus(a, b) {
  return a + b
}
out(inner())
function inner() {
  return deeper(3)
  function deeper(n) {
    return n + first
  }
}`,
  },
  {
    category: 'scopes',
    name: 'shadowed names',
    code: `const level = input(0)
let trace = ''
function look(level) {
  trace += level
  {
    const level = 'block'
    trace += level
  }
  if (trace) {
    let level = 5
    level++
    trace += level
  }
  return level
}
out(look('parameter'))
out(level)
out(trace)`,
  },
  {
    category: 'scopes',
    name: 'a block changes the outer variable',
    code: `let total = 1
let copy = 0
{
  const step = input(0)
  total += step
  let copy = total
  copy += 100
  {
    total *= 2
  }
}
copy += total
out(total)
out(copy)`,
  },
  {
    category: 'scopes',
    name: 'same name in the catch',
    code: `let error = 'outer'
let seen = ''
try {
  let error = 'inner' + input(0)
  throw error
} catch (error) {
  seen = error
  error = 'changed'
  seen += '/' + error
}
out(error)
out(seen)`,
  },
  {
    category: 'scopes',
    name: 'named function expression',
    code: `let depth = 0
const sum = function self(list) {
  depth++
  if (list.length === 0) {
    return 0
  }
  const [head, ...tail] = list
  return head + self(tail)
}
const other = sum
out(other([1, input(0), 3]))
out(depth)
out(typeof self)`,
  },
  {
    category: 'scopes',
    name: 'functions replaced later',
    code: `function greet() {
  return 'first'
}
const old = greet
greet = function () {
  return 'second after ' + old()
}
out(greet())
var pick = 1
var pick
function choose(pick) {
  pick += input(0)
  return pick
}
out(choose(10))
out(pick)`,
  },
  {
    category: 'patterns',
    name: 'module that reveals a part',
    code: `const bank = (() => {
  const accounts = {}
  let moved = 0
  function exists(name) {
    return name in accounts
  }
  function open(name, amount) {
    accounts[name] = amount
  }
  function move(from, to, amount) {
    if (!exists(from) || !exists(to) || accounts[from] < amount) {
      return false
    }
    accounts[from] -= amount
    accounts[to] += amount
    moved += amount
    return true
  }
  return { open, move, read: (name) => accounts[name], moved: () => moved }
})()
bank.open('ann', 20)
bank.open('bob', input(0))
out(bank.move('ann', 'bob', 5))
out(bank.move('bob', 'ann', 15))
out(bank.move('bob', 'eve', 1))
out(bank.read('ann'))
out(bank.moved())`,
  },
  {
    category: 'patterns',
    name: 'event emitter',
    code: `function emitter() {
  const listeners = {}
  return {
    on(event, listener) {
      (listeners[event] ??= []).push(listener)
      return () => {
        listeners[event] = listeners[event].filter((other) => other !== listener)
      }
    },
    emit(event, value) {
      for (const listener of listeners[event] ?? []) {
        listener(value)
      }
    },
  }
}
const bus = emitter()
let sum = 0
let last = ''
const stop = bus.on('add', (n) => (sum += n))
bus.on('add', (n) => (last = 'added ' + n))
bus.emit('add', input(0))
stop()
bus.emit('add', 40)
bus.emit('nothing', 1)
out(sum)
out(last)`,
  },
  {
    category: 'patterns',
    name: 'turnstile machine',
    code: `const machine = {
  locked: { coin: 'open', push: 'locked' },
  open: { coin: 'open', push: 'locked' },
}
let state = 'locked'
let passed = 0
const events = ['push', 'coin', 'push', 'coin', 'coin']
events.push(input(0) > 4 ? 'push' : 'coin')
for (const event of events) {
  if (state === 'open' && event === 'push') {
    passed++
  }
  state = machine[state][event]
}
out(state)
out(passed)`,
  },
  {
    category: 'patterns',
    name: 'tokens of an expression',
    code: `function tokenize(text) {
  const tokens = []
  let i = 0
  while (i < text.length) {
    const letter = text[i]
    if (letter === ' ') {
      i++
    } else if (letter >= '0' && letter <= '9') {
      let number = 0
      while (text[i] >= '0' && text[i] <= '9') {
        number = number * 10 + Number(text[i])
        i++
      }
      tokens.push(number)
    } else {
      tokens.push(letter)
      i++
    }
  }
  return tokens
}
const tokens = tokenize('12 + 3' + input(0) + '*(4 - 1)')
out(tokens.length)
out(tokens.join(' '))`,
  },
  {
    category: 'patterns',
    name: 'parser that computes',
    code: `const text = '2*(3+' + input(0) + ')-4'
let at = 0
function expression() {
  let value = term()
  while (text[at] === '+' || text[at] === '-') {
    const sign = text[at++]
    const right = term()
    value = sign === '+' ? value + right : value - right
  }
  return value
}
function term() {
  let value = factor()
  while (text[at] === '*') {
    at++
    value *= factor()
  }
  return value
}
function factor() {
  if (text[at] === '(') {
    at++
    const value = expression()
    at++
    return value
  }
  return Number(text[at++])
}
out(expression())
out(at === text.length)`,
  },
  {
    category: 'patterns',
    name: 'store with a reducer',
    code: `function reducer(state, action) {
  switch (action.type) {
    case 'add':
      return { ...state, items: [...state.items, action.item] }
    case 'clear':
      return { ...state, items: [] }
    case 'rename':
      return { ...state, name: action.name }
    default:
      return state
  }
}
function createStore(state) {
  const dispatch = (action) => {
    state = reducer(state, action)
  }
  return { dispatch, read: () => state }
}
const store = createStore({ name: 'list', items: [] })
const before = store.read()
store.dispatch({ type: 'add', item: input(0) })
store.dispatch({ type: 'rename', name: 'plan' })
if (input(1) > 5) {
  store.dispatch({ type: 'clear' })
}
store.dispatch({ type: 'unknown' })
out(store.read().items.length)
out(store.read().name)
out(before.items.length)`,
  },
  {
    category: 'patterns',
    name: 'observer of values',
    code: `class Cell {
  #value
  #readers = new Set()
  constructor(value) {
    this.#value = value
  }
  get() {
    return this.#value
  }
  set(value) {
    this.#value = value
    for (const reader of this.#readers) {
      reader(value)
    }
  }
  watch(reader) {
    this.#readers.add(reader)
  }
}
const width = new Cell(input(0))
const area = new Cell(0)
width.watch((value) => area.set(value * 3))
area.watch((value) => out('area ' + value))
width.set(4)
width.set(input(1))
out(area.get() + width.get())`,
  },
  {
    category: 'patterns',
    name: 'middleware in a row',
    code: `const stack = []
const use = (step) => stack.push(step)
function run(request) {
  let index = 0
  const next = () => {
    const step = stack[index++]
    if (step) {
      step(request, next)
    }
  }
  next()
  return request
}
use((request, next) => {
  request.path = request.path.toLowerCase()
  next()
})
use((request, next) => {
  if (request.user > 3) {
    next()
  } else {
    request.status = 401
  }
})
use((request) => {
  request.status = 200
})
out(run({ path: 'HOME', user: input(0) }).status)
out(run({ path: 'Top', user: 9 }).path)
out(run({ path: 'x', user: 0 }).status)`,
  },
  {
    category: 'patterns',
    name: 'machine with a stack',
    code: `const program = [['push', 6], ['push', input(0)], ['add'], ['dup'], ['mul'], ['jump', 7], ['push', 99], ['end']]
const stack = []
let counter = 0
let steps = 0
while (program[counter][0] !== 'end') {
  const [name, operand] = program[counter]
  counter++
  steps++
  if (name === 'push') {
    stack.push(operand)
  } else if (name === 'add') {
    stack.push(stack.pop() + stack.pop())
  } else if (name === 'dup') {
    stack.push(stack[stack.length - 1])
  } else if (name === 'mul') {
    stack.push(stack.pop() * stack.pop())
  } else if (name === 'jump') {
    counter = operand
  }
}
out(stack.pop())
out(steps)
out(stack.length)`,
  },
  {
    category: 'patterns',
    name: 'validation rules',
    code: `const rules = {
  name: [(v) => v.length > 0 || 'empty name', (v) => v.length < 9 || 'long name'],
  age: [(v) => v >= 3 || 'too young'],
}
function validate(form) {
  const problems = []
  for (const field of Object.keys(rules)) {
    for (const rule of rules[field]) {
      const verdict = rule(form[field])
      if (verdict !== true) {
        problems.push(verdict)
        break
      }
    }
  }
  return problems
}
out(validate({ name: 'Ida', age: input(0) }).length)
out(validate({ name: '', age: input(1) })[0])
out(validate({ name: 'Bartholomew', age: 1 }).join())`,
  },
  {
    category: 'algorithms',
    name: 'greatest common divisor',
    code: `function gcd(a, b) {
  while (b !== 0) {
    const rest = a % b
    a = b
    b = rest
  }
  return a
}
function lcm(a, b) {
  return (a / gcd(a, b)) * b
}
const a = (input(0) + 1) * 6
const b = (input(1) + 1) * 4
out(gcd(a, b))
out(lcm(a, b))`,
  },
  {
    category: 'algorithms',
    name: 'sieve of primes',
    code: `const limit = 20 + input(0)
const crossed = []
const primes = []
for (let n = 2; n <= limit; n++) {
  if (crossed[n]) {
    continue
  }
  primes.push(n)
  for (let multiple = n * n; multiple <= limit; multiple += n) {
    crossed[multiple] = true
  }
}
out(primes.length)
out(primes[primes.length - 1])`,
  },
  {
    category: 'algorithms',
    name: 'bubble sort',
    code: `const list = [5, input(0), 9, 1, input(1)]
let swaps = 0
let sorted = false
while (!sorted) {
  sorted = true
  for (let i = 1; i < list.length; i++) {
    if (list[i - 1] > list[i]) {
      const held = list[i]
      list[i] = list[i - 1]
      list[i - 1] = held
      swaps++
      sorted = false
    }
  }
}
out(list.join(' '))
out(swaps)`,
  },
  {
    category: 'algorithms',
    name: 'insertion sort',
    code: `function sorted(values) {
  const list = values.slice()
  for (let i = 1; i < list.length; i++) {
    const value = list[i]
    let j = i - 1
    while (j >= 0 && list[j] > value) {
      list[j + 1] = list[j]
      j--
    }
    list[j + 1] = value
  }
  return list
}
const values = [input(2), 4, input(0), 7, input(1)]
const result = sorted(values)
out(result.join())
out(result[0] <= values[0])`,
  },
  {
    category: 'algorithms',
    name: 'quick sort',
    code: `let partitions = 0
function quick(list) {
  if (list.length < 2) {
    return list
  }
  partitions++
  const [pivot, ...rest] = list
  const smaller = []
  const larger = []
  for (const item of rest) {
    if (item < pivot) {
      smaller.push(item)
    } else {
      larger.push(item)
    }
  }
  return [...quick(smaller), pivot, ...quick(larger)]
}
out(quick([6, input(0), 8, 2, input(1), 7]).join())
out(partitions)`,
  },
  {
    category: 'algorithms',
    name: 'merge sort',
    code: `function merge(left, right) {
  const merged = []
  let i = 0
  let j = 0
  while (i < left.length && j < right.length) {
    if (left[i] <= right[j]) {
      merged.push(left[i++])
    } else {
      merged.push(right[j++])
    }
  }
  return merged.concat(left.slice(i), right.slice(j))
}
function sort(list) {
  if (list.length <= 1) {
    return list
  }
  const middle = list.length >> 1
  return merge(sort(list.slice(0, middle)), sort(list.slice(middle)))
}
out(sort([4, input(0), 9, input(1), 1]).join())`,
  },
  {
    category: 'algorithms',
    name: 'binary search',
    code: `function search(list, wanted) {
  let low = 0
  let high = list.length - 1
  let looks = 0
  while (low <= high) {
    const middle = (low + high) >> 1
    looks++
    if (list[middle] === wanted) {
      return [middle, looks]
    }
    if (list[middle] < wanted) {
      low = middle + 1
    } else {
      high = middle - 1
    }
  }
  return [-1, looks]
}
const list = [1, 3, 4, 6, 8, 9, 11]
const [place, looks] = search(list, input(0))
out(place)
out(looks)
out(search(list, 9)[0])
out(search(list, 2)[0])`,
  },
  {
    category: 'algorithms',
    name: 'change with few coins',
    code: `const coins = [1, 4, 5]
const amount = 8 + input(0)
const fewest = [0]
for (let sum = 1; sum <= amount; sum++) {
  let best = sum
  for (const coin of coins) {
    if (coin <= sum && fewest[sum - coin] + 1 < best) {
      best = fewest[sum - coin] + 1
    }
  }
  fewest[sum] = best
}
out(fewest[amount])
out(fewest[8])`,
  },
  {
    category: 'algorithms',
    name: 'longest common part',
    code: `function common(a, b) {
  const table = []
  for (let i = 0; i <= a.length; i++) {
    table.push([])
    for (let j = 0; j <= b.length; j++) {
      if (i === 0 || j === 0) {
        table[i][j] = ''
      } else if (a[i - 1] === b[j - 1]) {
        table[i][j] = table[i - 1][j - 1] + a[i - 1]
      } else {
        const up = table[i - 1][j]
        const left = table[i][j - 1]
        table[i][j] = up.length >= left.length ? up : left
      }
    }
  }
  return table[a.length][b.length]
}
out(common('stone' + input(0), 'tones'))
out(common('abc', 'xyz').length)`,
  },
  {
    category: 'algorithms',
    name: 'breadth first search',
    code: `const graph = { a: ['b', 'c'], b: ['d'], c: ['d', 'e'], d: ['f'], e: ['f'], f: [], g: [] }
function distance(from, to) {
  const queue = [from]
  const known = { [from]: 0 }
  while (queue.length > 0) {
    const node = queue.shift()
    if (node === to) {
      return known[node]
    }
    for (const next of graph[node]) {
      if (!(next in known)) {
        known[next] = known[node] + 1
        queue.push(next)
      }
    }
  }
  return -1
}
const goal = 'abcdefg'[input(0) % 7]
out(distance('a', goal))
out(distance('b', 'f'))
out(distance('e', 'g'))`,
  },
  {
    category: 'algorithms',
    name: 'islands by flooding',
    code: `const sea = ['##..', '#..#', '..##', input(0) > 4 ? '#...' : '....']
const cells = sea.map((row) => row.split(''))
function flood(y, x) {
  if (cells[y]?.[x] !== '#') {
    return 0
  }
  cells[y][x] = '~'
  return 1 + flood(y + 1, x) + flood(y - 1, x) + flood(y, x + 1) + flood(y, x - 1)
}
let islands = 0
let largest = 0
for (let y = 0; y < cells.length; y++) {
  for (let x = 0; x < cells[y].length; x++) {
    const size = flood(y, x)
    if (size > 0) {
      islands++
      largest = Math.max(largest, size)
    }
  }
}
out(islands)
out(largest)`,
  },
  {
    category: 'algorithms',
    name: 'product of matrices',
    code: `function multiply(a, b) {
  const result = []
  for (let i = 0; i < a.length; i++) {
    result[i] = []
    for (let j = 0; j < b[0].length; j++) {
      let sum = 0
      for (let k = 0; k < b.length; k++) {
        sum += a[i][k] * b[k][j]
      }
      result[i][j] = sum
    }
  }
  return result
}
const a = [[1, input(0)], [0, 2]]
const b = [[input(1), 3], [4, 1]]
const c = multiply(a, b)
out(c[0][0])
out(c.map((row) => row.join(' ')).join('|'))`,
  },
  {
    category: 'algorithms',
    name: 'trie of words',
    code: `class Trie {
  root = {}
  add(word) {
    let node = this.root
    for (const letter of word) {
      node[letter] ??= {}
      node = node[letter]
    }
    node.end = true
  }
  has(word) {
    let node = this.root
    for (const letter of word) {
      node = node[letter]
      if (!node) {
        return false
      }
    }
    return node.end === true
  }
}
const trie = new Trie()
trie.add('car')
trie.add('card')
trie.add('do' + input(0))
out(trie.has('car'))
out(trie.has('ca'))
out(trie.has('dog'))
out(trie.has('do' + input(1)))`,
  },
  {
    category: 'algorithms',
    name: 'union and find',
    code: `const parent = [0, 1, 2, 3, 4, 5]
let groups = parent.length
function find(n) {
  while (parent[n] !== n) {
    parent[n] = parent[parent[n]]
    n = parent[n]
  }
  return n
}
function union(a, b) {
  const x = find(a)
  const y = find(b)
  if (x === y) {
    return false
  }
  parent[x] = y
  groups--
  return true
}
union(0, 1)
union(1, 2)
union(input(0) % 6, 4)
out(union(2, 0))
out(find(0) === find(4))
out(groups)`,
  },
  {
    category: 'algorithms',
    name: 'text wrapped at a width',
    code: `function wrap(text, width) {
  const lines = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? word : ' ' + word
  }
  if (line !== '') {
    lines.push(line)
  }
  return lines
}
const lines = wrap('a quick walk along the river bank', 8 + input(0))
out(lines.length)
out(lines[0])
out(lines.at(-1))`,
  },
  {
    category: 'algorithms',
    name: 'runs of letters',
    code: `function encode(text) {
  let result = ''
  let run = 1
  for (let i = 1; i <= text.length; i++) {
    if (text[i] === text[i - 1]) {
      run++
    } else {
      result += text[i - 1] + run
      run = 1
    }
  }
  return result
}
function decode(text) {
  let result = ''
  for (let i = 0; i < text.length; i += 2) {
    result += text[i].repeat(text[i + 1])
  }
  return result
}
const packed = encode('aaab' + 'c'.repeat(1 + (input(0) % 5)))
out(packed)
out(decode(packed))`,
  },
  {
    category: 'algorithms',
    name: 'fibonacci in three ways',
    code: `function slow(n) {
  return n < 2 ? n : slow(n - 1) + slow(n - 2)
}
function loop(n) {
  let [a, b] = [0, 1]
  while (n-- > 0) {
    [a, b] = [b, a + b]
  }
  return a
}
const table = { 0: 0, 1: 1 }
function kept(n) {
  if (table[n] === undefined) {
    table[n] = kept(n - 1) + kept(n - 2)
  }
  return table[n]
}
const n = input(0)
out(slow(n))
out(loop(n) === kept(n))
out(kept(20))`,
  },
  {
    category: 'algorithms',
    name: 'brackets that match',
    code: `const pairs = { ')': '(', ']': '[', '}': '{' }
function balanced(text) {
  const open = []
  for (const letter of text) {
    if ('([{'.includes(letter)) {
      open.push(letter)
    } else if (letter in pairs) {
      if (open.pop() !== pairs[letter]) {
        return false
      }
    }
  }
  return open.length === 0
}
const tail = input(0) > 4 ? ')' : ']'
out(balanced('(a[b]{c})'))
out(balanced('(a' + tail))
out(balanced('((a)'))`,
  },
  {
    category: 'algorithms',
    name: 'order of tasks',
    code: `const needs = { roof: ['walls'], walls: ['floor'], floor: [], paint: ['walls', 'roof'], door: ['walls'] }
if (input(0) > 4) {
  needs.floor.push('plan')
  needs.plan = []
}
const done = []
const state = {}
function visit(task) {
  if (state[task] === 'done') {
    return
  }
  state[task] = 'open'
  for (const need of needs[task]) {
    visit(need)
  }
  state[task] = 'done'
  done.push(task)
}
for (const task in needs) {
  visit(task)
}
out(done.join(' '))
out(done.indexOf('roof') < done.indexOf('paint'))`,
  },
  {
    category: 'algorithms',
    name: 'shortest ways between towns',
    code: `const far = 99
const ways = [[0, 3, far], [far, 0, input(0)], [1, far, 0]]
const n = ways.length
let shortened = 0
for (let via = 0; via < n; via++) {
  for (let from = 0; from < n; from++) {
    for (let to = 0; to < n; to++) {
      const detour = ways[from][via] + ways[via][to]
      if (detour < ways[from][to]) {
        ways[from][to] = detour
        shortened++
      }
    }
  }
}
out(ways[0][2])
out(ways[2][1])
out(shortened)`,
  },
  {
    category: 'algorithms',
    name: 'queens on a small board',
    code: `const size = 4
let solutions = 0
let tries = 0
function safe(columns, column) {
  const row = columns.length
  return columns.every((other, i) => other !== column && Math.abs(other - column) !== row - i)
}
function place(columns) {
  if (columns.length === size) {
    solutions++
    return
  }
  for (let column = 0; column < size; column++) {
    tries++
    if (safe(columns, column)) {
      place([...columns, column])
    }
  }
}
place([])
out(solutions)
out(tries)
place([input(0) % size])
out(solutions)`,
  },
  {
    category: 'algorithms',
    name: 'heap with the least on top',
    code: `const heap = []
let climbs = 0
function push(value) {
  heap.push(value)
  let i = heap.length - 1
  while (i > 0) {
    const up = (i - 1) >> 1
    if (heap[up] <= heap[i]) {
      break
    }
    const held = heap[up]
    heap[up] = heap[i]
    heap[i] = held
    i = up
    climbs++
  }
}
for (const value of [5, input(0), 8, input(1), 2]) {
  push(value)
}
out(heap[0])
out(heap.join())
out(climbs)`,
  },
  {
    category: 'algorithms',
    name: 'queue by rank',
    code: `const queue = []
function enter(name, rank) {
  let i = queue.length
  while (i > 0 && queue[i - 1].rank < rank) {
    queue[i] = queue[i - 1]
    i--
  }
  queue[i] = { name, rank }
}
function leave() {
  const first = queue.shift()
  return first ? first.name : 'nobody'
}
enter('wash', input(0))
enter('cook', 4)
enter('read', input(1))
out(leave())
enter('sing', 8)
out(leave())
out(queue.length)
leave()
leave()
out(leave())`,
  },
  {
    category: 'algorithms',
    name: 'roman numerals',
    code: `const signs = [['X', 10], ['IX', 9], ['V', 5], ['IV', 4], ['I', 1]]
function roman(n) {
  let text = ''
  for (const [sign, value] of signs) {
    while (n >= value) {
      text += sign
      n -= value
    }
  }
  return text || 'nulla'
}
const values = { I: 1, V: 5, X: 10 }
function arabic(text) {
  let sum = 0
  for (let i = 0; i < text.length; i++) {
    const value = values[text[i]]
    sum += value < (values[text[i + 1]] ?? 0) ? -value : value
  }
  return sum
}
out(roman(input(0)))
out(roman(10 + input(1)))
out(arabic(roman(14 + input(0))))`,
  },
  {
    category: 'algorithms',
    name: 'neighbours in a game of life',
    code: `let cells = [0, 1, 1, 0, input(0) % 2, 1, 0, 1]
function step(row) {
  return row.map((cell, i) => {
    const left = row[i - 1] ?? 0
    const right = row[i + 1] ?? 0
    const near = left + right
    if (cell === 1) {
      return near > 0 ? 1 : 0
    }
    return near === 2 ? 1 : 0
  })
}
let generations = 0
let before = ''
while (before !== cells.join('') && generations < 6) {
  before = cells.join('')
  cells = step(cells)
  generations++
}
out(before)
out(generations)`,
  },
  {
    category: 'given',
    name: 'a list filled by a function',
    code: `function fill(list, from) {
  list.push(from)
  list.push(from * 2)
}
function twice() {
  const list = []
  fill(list, input(0))
  return list[1]
}
function unrelated() {
  const other = []
  fill(other, 5)
  return other.length
}
out(twice())
out(unrelated())`,
  },
  {
    category: 'given',
    name: 'an object set up by a function',
    code: `function setUp(options, port) {
  options.port = port + 1
  options.name = 'main'
}
function read() {
  const options = { port: 0, name: '' }
  setUp(options, input(0))
  const { port } = options
  return port
}
out(read())
const own = { port: 3, name: 'own' }
setUp(own, input(1))
out(own.name + own.port)`,
  },
  {
    category: 'given',
    name: 'counts in a map, added by a function',
    code: `function add(counts, word) {
  const before = counts.get(word) ?? 0
  counts.set(word, before + 1)
}
function count(words) {
  const counts = new Map()
  for (const word of words) {
    add(counts, word)
  }
  return counts
}
const words = ['a', 'b', 'a', input(0) > 3 ? 'b' : 'c']
const counts = count(words)
out(counts.get('a'))
out(counts.get('b'))
out(counts.size)`,
  },
  {
    category: 'given',
    name: 'a name that is computed where it is called',
    code: `function put(object, name, value) {
  object[name] = value
}
function make(n) {
  const made = {}
  put(made, 'low', n)
  put(made, 'high', n + 10)
  return made.high
}
out(make(input(0)))
function takeNamed(name) {
  const box = { left: 1, right: input(1) }
  grow(box)
  return box[name]
}
function grow(box) {
  box.right += 5
}
out(takeNamed('right'))`,
  },
  {
    category: 'given',
    name: 'passed on twice',
    code: `function outer(target, value) {
  middle(target, value)
}
function middle(target, value) {
  if (value > 2) {
    inner(target, value)
  }
}
function inner(target, value) {
  target.total += value
}
function run() {
  const sums = { total: 0, untouched: 1 }
  outer(sums, input(0))
  outer(sums, input(1))
  return sums.total
}
out(run())`,
  },
  {
    category: 'given',
    name: 'what is in it is read by a function',
    code: `function sum(list) {
  let total = 0
  for (const one of list) {
    total += one
  }
  return total
}
function sizeOf(list) {
  return list.length
}
function work(n) {
  const list = [1]
  list.push(n)
  const all = sum(list)
  list.push(100)
  const size = sizeOf(list)
  return all * 10 + size
}
out(work(input(0)))`,
  },
  {
    category: 'given',
    name: 'two objects joined by a function',
    code: `function link(parent, child) {
  parent.children.push(child)
  child.parent = parent
}
function tree() {
  const root = { name: 'root', children: [] }
  const leaf = { name: 'leaf', children: [], weight: input(0) }
  link(root, leaf)
  leaf.weight += 1
  return root.children[0].weight + leaf.parent.name.length
}
out(tree())`,
  },
  {
    category: 'given',
    name: 'given back and changed',
    code: `function withStep(list, step) {
  list.push(step)
  return list
}
function reversed(list) {
  list.reverse()
  return list
}
function plan() {
  const steps = withStep(withStep([], input(0)), input(1))
  const back = reversed(steps)
  steps[0] += 1
  return back[0] - back[1]
}
out(plan())`,
  },
  {
    category: 'given',
    name: 'by a method to a helper',
    code: `class Basket {
  items = []
  price = 0
  add(item) {
    collect(this, item)
    return this
  }
}
function collect(basket, item) {
  basket.items.push(item.name)
  basket.price += item.price
}
function shop() {
  const basket = new Basket()
  basket.add({ name: 'tea', price: input(0) })
  basket.add({ name: 'bread', price: 2 })
  return basket.price
}
out(shop())`,
  },
  {
    category: 'given',
    name: 'swapped in place',
    code: `function swap(list, i, j) {
  const kept = list[i]
  list[i] = list[j]
  list[j] = kept
}
function order() {
  const list = [input(0), input(1), input(2)]
  for (let i = 0; i < 2; i++) {
    if (list[i] > list[i + 1]) {
      swap(list, i, i + 1)
    }
  }
  return list[2]
}
out(order())`,
  },
  {
    category: 'given',
    name: 'kept by one function, read by another',
    code: `const list = []
const other = []
function keep(value) {
  list.push(value)
}
function sum(values) {
  let total = 0
  for (const one of values) {
    total += one
  }
  return total
}
keep(input(0))
other.push(input(1))
keep(4)
out(sum(list))
out(sum(other))`,
  },
  ...cornerPrograms,
]
