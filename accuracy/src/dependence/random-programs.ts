/** What is not chosen by chance: how deep statements nest, and how many are in a list. */
const deepest = 2
const longest = 4

/**
 * Makes a script by chance: the same one for the same seed. It comes to its end, unless it throws something nobody catches.
 *
 * @param of `more`: generators, classes, accessors, closures and patterns as well.
 */
export function randomProgram(seed: number, of: 'statements' | 'more' = 'statements'): string {
  return new Writer(seed, of === 'more').program()
}

/** Where a statement stands: what may be written there. */
interface Place {
  readonly depth: number
  readonly variables: readonly string[]
  /** Labels of the loops around; empty for one without. */
  readonly loops: readonly string[]
  readonly isFunction: boolean
  readonly isTried: boolean
  readonly isGenerator: boolean
  readonly indent: string
}

class Writer {
  #state: number
  #names = 0
  readonly #lines: string[] = []
  readonly #functions: { readonly name: string; readonly parameters: number }[] = []
  /** Variables that each hold an object, and the properties that these may have. */
  readonly #objects: string[] = []
  readonly #lists: string[] = []
  readonly #hasMore: boolean
  readonly #generators: { readonly name: string; readonly parameters: number }[] = []
  /** Variables that each hold what a generator has given, which any statement may ask. */
  readonly #iterators: string[] = []
  readonly #closures: string[] = []

  constructor(seed: number, hasMore: boolean) {
    this.#hasMore = hasMore
    this.#state = (seed * 2_654_435_761) >>> 0
  }

  program(): string {
    const top: Place = {
      depth: 0,
      variables: this.#hasMore ? ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] : ['a', 'b', 'c'],
      loops: [],
      isFunction: false,
      isTried: false,
      isGenerator: false,
      indent: '',
    }
    for (const [index, name] of top.variables.entries()) this.#lines.push(`let ${name} = input(${index % 4})`)
    for (const name of ['o', 'p']) {
      this.#objects.push(name)
      this.#lines.push(
        this.#chance(0.3) && name === 'p' ? 'const p = o' : `const ${name} = { x: ${this.#atom(top)}, y: 0 }`,
      )
    }
    this.#lists.push('xs')
    this.#lines.push(`const xs = [${this.#atom(top)}, ${this.#atom(top)}, 3]`)
    for (let count = this.#upTo(3); count > 0; count--) this.#function(this.#about(top))
    if (this.#hasMore) this.#more(top)
    for (let count = this.#hasMore ? 4 : 2; count > 0; count--) this.#statements(this.#about(top))
    if (this.#hasMore) for (const name of this.#some(top.variables, 4)) this.#lines.push(`out(${name})`)
    for (const name of this.#some(['a', 'b', 'c', 'o.x', 'p.y', 'xs[1]'], 3)) this.#lines.push(`out(${name})`)
    return `${this.#lines.join('\n')}\n`
  }

  /** A number from 0 up to 1, by a linear congruential generator with an output permutation (M. O'Neill, "PCG", 2014). */
  #random(): number {
    const before = this.#state
    this.#state = (Math.imul(before, 747_796_405) + 2_891_336_453) >>> 0
    const word = Math.imul((before >>> ((before >>> 28) + 4)) ^ before, 277_803_737)
    return (((word >>> 22) ^ word) >>> 0) / 2 ** 32
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  #upTo(most: number): number {
    return Math.floor(this.#random() * most) + 1
  }

  #one<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.#random() * choices.length)]!
  }

  #some<T>(choices: readonly T[], count: number): T[] {
    return Array.from({ length: count }, () => this.#one(choices))
  }

  #name(prefix: string): string {
    return `${prefix}${this.#names++}`
  }

  #write({ indent }: Place, text: string): void {
    this.#lines.push(`${indent}${text}`)
  }

  #inside(place: Place, change: Partial<Place> = {}): Place {
    return { ...place, depth: place.depth + 1, indent: `${place.indent}  `, ...change }
  }

  /** A place that has some of the variables alone, so that not everything depends on everything. */
  #about(place: Place): Place {
    return this.#hasMore ? { ...place, variables: this.#some(place.variables, 3) } : place
  }

  // Expressions

  #atom({ variables }: Place): string {
    return this.#chance(0.3) ? String(this.#upTo(5)) : this.#one(variables)
  }

  #value(place: Place): string {
    const [left, right] = [this.#atom(place), this.#atom(place)]
    switch (this.#upTo(12)) {
      case 1:
      case 2:
      case 3:
        return left
      case 4:
        return `${left} + ${right}`
      case 5:
        return `${left} * ${right} % 7`
      case 6:
        return `${this.#condition(place)} ? ${left} : ${right}`
      case 7:
        return `${left} ${this.#one(['&&', '||', '??'])} ${right}`
      case 8:
        return `${this.#one(this.#objects)}.${this.#one(['x', 'y'])}`
      case 9:
        return `${this.#one(this.#lists)}[${this.#index(place)}]`
      case 10:
        return `${this.#one(this.#lists)}.length`
      default:
        return this.#call(place) ?? left
    }
  }

  #index(place: Place): string {
    return this.#chance(0.5) ? String(this.#upTo(3) - 1) : `Math.abs(${this.#atom(place)}) % 3`
  }

  #condition(place: Place): string {
    const operator = this.#one(['<', '>', '===', '!=='])
    return `${this.#atom(place)} ${operator} ${this.#atom(place)}`
  }

  #call(place: Place): string | undefined {
    // Functions call those before them alone, so that all end.
    const callee = this.#functions.length === 0 ? undefined : this.#one(this.#functions)
    if (callee === undefined) return undefined
    const args = Array.from({ length: callee.parameters }, () => this.#atom(place))
    return `${callee.name}(${args.join(', ')})`
  }

  // Statements

  #statements(place: Place): void {
    for (let count = this.#upTo(longest); count > 0; count--) {
      const isEnd = this.#statement(place)
      if (isEnd) return
    }
  }

  /** Writes a statement; whether nothing can follow it. */
  #statement(place: Place): boolean {
    const target = this.#one(place.variables.filter((name) => !name.startsWith('i')))
    const isDeep = place.depth >= deepest
    if (this.#hasMore && this.#chance(0.4)) {
      this.#statementOfMore(place, target)
      return false
    }
    switch (this.#upTo(isDeep ? 9 : 17)) {
      case 1:
      case 2:
      case 3:
        this.#write(place, `${target} = ${this.#value(place)}`)
        return false
      case 4:
        this.#write(place, `${target} ${this.#one(['+=', '-=', '||=', '&&=', '??='])} ${this.#atom(place)}`)
        return false
      case 5:
        this.#write(place, `${this.#one(this.#objects)}.${this.#one(['x', 'y'])} = ${this.#value(place)}`)
        return false
      case 6:
        this.#write(place, `${this.#one(this.#lists)}[${this.#index(place)}] = ${this.#value(place)}`)
        return false
      case 7:
        return this.#jump(place)
      case 8: {
        const call = this.#call(place)
        this.#write(place, call ?? `out(${this.#atom(place)})`)
        return false
      }
      case 9:
        this.#write(
          place,
          this.#chance(0.5)
            ? `;[${place.variables[0]}, ${place.variables[1]}] = [${place.variables[1]}, ${this.#atom(place)}]`
            : `;({ x: ${target} } = o)`,
        )
        return false
      case 10:
      case 11:
      case 12:
        this.#if(place)
        return false
      case 13:
      case 14:
        this.#loop(place)
        return false
      case 15:
        this.#switch(place)
        return false
      case 16:
        this.#try(place)
        return false
      default:
        this.#write(place, `xs.push(${this.#atom(place)})`)
        return false
    }
  }

  #jump(place: Place): boolean {
    const jumps = [
      ...(place.isFunction ? [`return ${this.#value(place)}`] : []),
      ...place.loops.map((label) => (label === '' ? 'break' : `break ${label}`)),
      ...place.loops.map((label) => (label === '' ? 'continue' : `continue ${label}`)),
      ...(place.isTried ? [`throw ${this.#atom(place)}`] : []),
    ]
    if (jumps.length === 0) return false
    const jump = this.#one(jumps)
    if (this.#chance(0.7)) {
      this.#write(place, `if (${this.#condition(place)})`)
      this.#write(this.#inside(place), jump)
      return false
    }
    this.#write(place, jump)
    return true
  }

  #if(place: Place): void {
    this.#write(place, `if (${this.#condition(place)}) {`)
    this.#statements(this.#inside(place))
    if (this.#chance(0.4)) {
      this.#write(place, '} else {')
      this.#statements(this.#inside(place))
    }
    this.#write(place, '}')
  }

  #loop(place: Place): void {
    const counter = this.#name('i')
    const label = this.#chance(0.3) ? this.#name('l') : ''
    const prefix = label === '' ? '' : `${label}: `
    // A jump without a label goes to the innermost loop.
    const loops = [...place.loops.filter((one) => one !== ''), label]
    const inside = this.#inside(place, { loops, variables: [...place.variables, counter] })
    const times = this.#upTo(4)
    switch (this.#upTo(4)) {
      case 1:
        this.#write(place, `${prefix}for (let ${counter} = 0; ${counter} < ${times}; ${counter}++) {`)
        break
      case 2:
        this.#write(place, `${prefix}for (const ${counter} of ${this.#one(this.#lists)}.slice(0, ${times})) {`)
        break
      case 3:
        this.#write(place, `let ${counter} = ${times}`)
        this.#write(place, `${prefix}while (${counter} > 0) {`)
        this.#write(inside, `${counter} -= 1`)
        break
      default:
        this.#write(place, `let ${counter} = ${times}`)
        this.#write(place, `${prefix}do {`)
        this.#write(inside, `${counter} -= 1`)
        this.#statements(inside)
        this.#write(place, `} while (${counter} > 0 && ${this.#condition(place)})`)
        return
    }
    this.#statements(inside)
    this.#write(place, '}')
  }

  #switch(place: Place): void {
    this.#write(place, `switch (${this.#atom(place)}) {`)
    const values = [0, 1, 2, 3].filter(() => this.#chance(0.6))
    const fallback = this.#chance(0.6) ? this.#upTo(values.length + 1) - 1 : -1
    const inside = this.#inside(place)
    for (let at = 0; at <= values.length; at++) {
      const labels = [...(at === fallback ? ['default'] : []), ...(at < values.length ? [`case ${values[at]}`] : [])]
      for (const label of labels) {
        this.#write(inside, `${label}:`)
        const body = this.#inside(inside, { loops: place.loops.filter((one) => one !== '') })
        if (this.#chance(0.8)) this.#statements(body)
        if (this.#chance(0.6)) this.#write(body, 'break')
      }
    }
    this.#write(place, '}')
  }

  #try(place: Place): void {
    this.#write(place, 'try {')
    this.#statements(this.#inside(place, { isTried: true }))
    if (this.#chance(0.5)) {
      this.#write(this.#inside(place), `if (${this.#condition(place)})`)
      this.#write(this.#inside(this.#inside(place)), `throw ${this.#atom(place)}`)
    }
    const caught = this.#name('e')
    this.#write(place, `} catch (${caught}) {`)
    this.#statements(this.#inside(place, { variables: [...place.variables, caught] }))
    if (this.#chance(0.4)) {
      this.#write(place, '} finally {')
      this.#statements(this.#inside(place))
    }
    this.#write(place, '}')
  }

  #function(place: Place): void {
    const name = this.#name('f')
    const parameters = Array.from({ length: this.#upTo(3) - 1 }, () => this.#name('q'))
    this.#write(place, `function ${name}(${parameters.join(', ')}) {`)
    const inside = this.#inside(place, {
      depth: 1,
      loops: [],
      isTried: false,
      isGenerator: false,
      isFunction: true,
      variables: [...place.variables, ...parameters],
    })
    this.#statements(inside)
    if (this.#chance(0.7)) this.#write(inside, `return ${this.#value(inside)}`)
    this.#write(place, '}')
    this.#functions.push({ name, parameters: parameters.length })
  }

  // More of the language

  #more(top: Place): void {
    for (let count = this.#upTo(2); count > 0; count--) this.#generator(this.#about(top))
    for (let count = this.#upTo(2); count > 0; count--) {
      const iterator = this.#name('it')
      this.#write(top, `const ${iterator} = ${this.#iterable(this.#about(top))}`)
      this.#iterators.push(iterator)
    }
    const [first, second, third] = this.#some(top.variables, 3)
    this.#lines.push(
      'const s = {',
      `  get z() {`,
      `    ${first} += 1`,
      `    return ${second}`,
      '  },',
      '  set z(given) {',
      `    ${third} = given`,
      '  },',
      '}',
      'class K {',
      `  static m = ${this.#atom(top)}`,
      `  n = ${this.#atom(top)}`,
      `  r = this.n + ${this.#atom(top)}`,
      '  add(given) {',
      `    this.n += given`,
      `    return this.r`,
      '  }',
      '  get d() {',
      '    return this.n * 2',
      '  }',
      '}',
      'class L extends K {',
      `  r = ${this.#atom(top)}`,
      '  add(given) {',
      `    this.r = super.add(given) + ${this.#atom(top)}`,
      '    return this.n',
      '  }',
      '}',
      'const k = new K()',
      'const l = new L()',
      `let m = ${this.#condition(top)} ? o : null`,
    )
    const closure = this.#name('h')
    this.#write(top, `const ${closure} = (given = ${this.#value(top)}) => (${this.#one(top.variables)} += given)`)
    this.#closures.push(closure)
    for (const name of this.#some(['k.d', 'l.r', 's.z', 'L.m'], 2)) this.#lines.push(`out(${name})`)
  }

  #generator(place: Place): void {
    const name = this.#name('g')
    const parameters = Array.from({ length: this.#upTo(3) - 1 }, () => this.#name('q'))
    this.#write(place, `function* ${name}(${parameters.join(', ')}) {`)
    const inside = this.#inside(place, {
      depth: 1,
      loops: [],
      isTried: false,
      isGenerator: true,
      isFunction: true,
      variables: [...place.variables, ...parameters],
    })
    this.#statements(inside)
    const counter = this.#name('i')
    this.#write(inside, `for (let ${counter} = 0; ${counter} < ${this.#upTo(4)}; ${counter}++) {`)
    this.#write(this.#inside(inside), `yield ${this.#atom(inside)} + ${counter}`)
    this.#statements(this.#inside(inside, { loops: [''], variables: [...inside.variables, counter] }))
    this.#write(inside, '}')
    this.#write(place, '}')
    this.#generators.push({ name, parameters: parameters.length })
  }

  /** A call of a generator: of one before, in a generator. */
  #iterable(place: Place): string {
    const { name, parameters } = this.#one(this.#generators)
    const args = Array.from({ length: parameters }, () => this.#atom(place))
    return `${name}(${args.join(', ')})`
  }

  #statementOfMore(place: Place, target: string): void {
    const statement = this.#shortOfMore(place, target)
    if (statement !== undefined) {
      this.#write(place, statement)
      return
    }
    const inside = this.#inside(place)
    switch (place.depth >= deepest ? 0 : this.#upTo(3)) {
      case 1: {
        const item = this.#name('i')
        const isOpen = this.#iterators.length > 0 && !place.isFunction && this.#chance(0.4)
        const of = isOpen
          ? this.#one(this.#iterators)
          : this.#generators.length > 0
            ? this.#iterable(place)
            : 'xs.slice(0, 3)'
        this.#write(place, `for (const ${item} of ${of}) {`)
        const loops = [...place.loops.filter((one) => one !== ''), '']
        this.#statements({ ...inside, loops, variables: [...place.variables, item] })
        this.#write(place, '}')
        return
      }
      case 2:
        this.#write(place, 'try {')
        this.#statements(inside)
        this.#write(place, '} finally {')
        this.#statements(inside)
        this.#write(place, '}')
        return
      case 3: {
        const label = this.#name('l')
        this.#write(place, `${label}: {`)
        this.#statements({ ...inside, loops: place.loops.filter((one) => one !== '') })
        this.#write(inside, `if (${this.#condition(place)})`)
        this.#write(this.#inside(inside), `break ${label}`)
        this.#statements({ ...inside, loops: place.loops.filter((one) => one !== '') })
        this.#write(place, '}')
        return
      }
      default:
        this.#write(place, `${target} += 1`)
    }
  }

  /** A statement of one line; `undefined` for one that has others inside. */
  #shortOfMore(place: Place, target: string): string | undefined {
    const atom = this.#atom(place)
    if (place.isGenerator && this.#chance(0.5)) {
      const ways = [`yield ${atom}`, `${target} = (yield ${atom}) ?? 1`]
      return this.#one(this.#generators.length > 0 ? [...ways, `yield* ${this.#iterable(place)}`] : ways)
    }
    // Generators and functions ask no iterators, which could be of themselves.
    if (this.#iterators.length > 0 && !place.isFunction && this.#chance(0.4)) {
      const iterator = this.#one(this.#iterators)
      return this.#one([
        `${iterator}.next()`,
        `${target} = ${iterator}.next(${atom}).value ?? 2`,
        `if (${this.#condition(place)}) ${iterator}.return(${atom})`,
        `;[${target} = ${atom}] = ${iterator}`,
        `if (${this.#condition(place)}) xs.push(...${iterator})`,
        `${target} = ${iterator}.next().done ? 1 : ${atom}`,
      ])
    }
    if (this.#closures.length > 0 && this.#chance(0.7)) {
      return this.#one([
        `${target} = s.z`,
        `s.z = ${atom}`,
        `s['z'] += ${atom}`,
        `s.z ??= ${atom}`,
        `${target} = { ...s }.z`,
        `k.add(${atom})`,
        `${target} = l.add(${atom})`,
        `${target} = k.d`,
        `K.m += ${atom}`,
        `${target} = L.m`,
        `${target} = ${this.#closures[0]!}(${this.#chance(0.5) ? atom : ''})`,
        `m = ${this.#condition(place)} ? p : null`,
        `${target} = m?.x ?? ${atom}`,
        `if (m) m.y = ${atom}`,
      ])
    }
    if (this.#chance(0.5)) return undefined
    return this.#one([
      `;({ w: ${target} = ${this.#value(place)} } = o)`,
      `;[, ${target} = ${this.#value(place)}] = xs.slice(${this.#upTo(3)})`,
      `delete ${this.#one(this.#objects)}.${this.#one(['x', 'y'])}`,
      `o[${this.#condition(place)} ? 'x' : 'y'] = ${atom}`,
    ])
  }
}
