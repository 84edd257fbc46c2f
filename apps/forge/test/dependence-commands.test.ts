import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CodeSlice } from '../src/dependence/dependence-types.ts'
import { dependencesOfSchema, flowsSchema, sliceSchema } from '../src/http/dependence-schemas.ts'
import { forge, forgeJson, indexedOnce, write } from './forge-process.ts'

const copy = indexedOnce(`
//- /src/price.ts
export interface Item { readonly net: number; readonly count: number }
let rate = 1.2

/** Sets the tax. */
export function setRate(value: number): void {
  if (value < 1) throw new RangeError('too low')
  rate = value
}

export function price(item: Item, discount: number): number {
  let sum = 0
  for (let i = 0; i < item.count; i++) {
    if (i > 10) break
    sum += item.net * rate
  }

  const off = discount > 0 ? sum * discount : 0
  log(sum)
  return sum - off
  log('never')
}

function log(value: unknown): void {
  console.log(value)
}
//- /src/cart.ts
import { price, setRate, type Item } from './price.js'

export class Cart {
  total = 0
  add(item: Item): void {
    this.total += price(item, 0)
  }
}

setRate(1.5)
const cart = new Cart()
cart.add({ net: 3, count: 2 })
export const result = cart.total
//- /src/other.ts
export function log(text: string) {
  if (text === 'a "quoted" \\\\ <b>text</b>') return 1
  return 2
}
`)

describe('forge cfg', () => {
  it('shows blocks with their lines, where they go, loops and what nothing leads to', async () => {
    const { code, stdout, stderr } = await forge(['cfg', 'price', '--cwd', copy()])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(`src/price.ts:10:8  function  price  14 blocks, 16 edges, 1 loop, 4 independent paths
  entry  → 3
      3  10  item: Item
         10  discount: number
         11  sum = 0
         12  i = 0  → 4
      4  12    i < item.count  → 5 true, 8 false
      5  13    i > 10  → 6 true, 7 false
      6  13  break  → 8
      7  14    sum += item.net * rate
         12    i++  → 4 back
      8  17  discount > 0  → 9 true, 10 false
      9  17  sum * discount  → 11
     10  17  0  → 11
     11  17  off = discount > 0 ? sum * discount : 0
         18  log(sum)
         19  return sum - off  → exit
     12  20  log('never')  → exit  unreachable
  loop at 4: blocks 4 5 7  lines 12–14
  unreachable src/price.ts:20:3  log('never')
`)
  })

  it('lists paths with what was decided on the way, as many as are asked for', async () => {
    const { stdout } = await forge(['cfg', 'src/other.ts:2', '--paths', '5', '--cwd', copy()])
    expect(stdout.split('\n').slice(-6)).toEqual([
      '  2 paths; without going back there are 2',
      '  1  3 → 4 → exit',
      String.raw`     2 text === 'a "quoted" \\ <b>te…: true`,
      '  2  3 → 5 → exit',
      String.raw`     2 text === 'a "quoted" \\ <b>te…: false`,
      '',
    ])
  })

  it('answers for every function of a name, or lists them and exits 3', async () => {
    const root = copy()
    const both = await forge(['cfg', 'log', '--cwd', root])
    expect(both.stdout.match(/^src\S+/gm)).toEqual(['src/other.ts:1:8', 'src/price.ts:23:1'])
    const { code, json } = await forgeJson(['cfg', 'log', '--exact-one', '--cwd', root])
    expect({ code, json }).toMatchObject({ code: 3, json: { error: { code: 'FORGE_SYMBOL_AMBIGUOUS' } } })
    const one = await forge(['cfg', 'src/price.ts#log', '--exact-one', '--cwd', root])
    expect(one.stdout).toMatch(/^src\/price\.ts:23:1 {2}function {2}log /)
  })

  it('takes a line for the function that begins there, else for the one around it', async () => {
    const root = copy()
    const names = await Promise.all(
      ['src/price.ts:10', 'src/price.ts:16', 'src/price.ts:23:12', 'src/cart.ts:5', 'src/cart.ts:10'].map(
        async (target) => (await forge(['cfg', target, '--cwd', root])).stdout.split('  ', 3).join(' '),
      ),
    )
    expect(names).toEqual([
      'src/price.ts:10:8 function price',
      'src/price.ts:10:8 function price',
      'src/price.ts:23:1 function log',
      'src/cart.ts:5:3 method Cart.add',
      expect.stringMatching(/^src\/cart\.ts module \d+ blocks/),
    ])
  })

  it('cuts long functions', async () => {
    const { stdout } = await forge(['cfg', 'price', '--limit', '2', '--cwd', copy()])
    expect(stdout).toContain('showing 2 of 11 blocks (--limit N, --all)')
    expect(stdout).not.toContain('i > 10')
  })

  it('gives the JSON that the HTTP API describes', async () => {
    const root = copy()
    const { json } = await forgeJson(['cfg', 'src/price.ts#log', '--cwd', root])
    expect(json).toMatchObject({ schema: 'forge.cfg/1', diagnostics: [], freshness: { revision: 1, stale: false } })
    expect(flowsSchema.parse(json.data)).toEqual(json.data)
    const same = await forge(['cfg', 'src/price.ts#log', '--format', 'json', '--cwd', root])
    expect(JSON.parse(same.stdout)).toEqual(json)
  })
})

describe('forge pdg', () => {
  it('shows under each step the conditions, the variables with their lines, and what is assumed', async () => {
    const root = copy()
    const { stdout } = await forge(['pdg', 'price', '--cwd', root])
    expect(stdout).toMatch(/^src\/price\.ts:10:8 {2}function {2}price {2}\d+ steps, \d+ dependences\n/)
    expect(stdout).toContain(`
  13  break
      if       13 i > 10 is true
  14  sum += item.net * rate
      if       13 i > 10 is false
      unless   13 break
      from     item.net outside, rate outside, item 10, sum 11 itself
`)
    expect(stdout).toContain(`
  18  log(sum)
      from     sum 11 14, log outside
`)
    const unknown = await forge(['pdg', 'src/price.ts#log', '--cwd', root])
    expect(unknown.stdout).toContain('assumed  console.* by 24 console.log(value)\n')
  })

  it('gives the JSON that the HTTP API describes', async () => {
    const { json } = await forgeJson(['pdg', 'src/price.ts#log', '--cwd', copy()])
    expect(json).toMatchObject({ schema: 'forge.pdg/1' })
    expect(dependencesOfSchema.parse(json.data)).toEqual(json.data)
  })
})

describe('forge slice', () => {
  it('marks in the source what affects a line, through all files', async () => {
    const { code, stdout, stderr } = await forge(['slice', 'src/price.ts:19', '--cwd', copy()])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(`what affects src/price.ts:19: 18 of 38 lines of 5 functions, in 2 files

src/price.ts  11 of 25 lines of 3 functions
   ⋮
>  2  let rate = 1.2
   3
   4  /** Sets the tax. */
>  5  export function setRate(value: number): void {
>  6    if (value < 1) throw new RangeError('too low')
>  7    rate = value
   8  }
   9
> 10  export function price(item: Item, discount: number): number {
> 11    let sum = 0
> 12    for (let i = 0; i < item.count; i++) {
> 13      if (i > 10) break
> 14      sum += item.net * rate
  15    }
  16
> 17    const off = discount > 0 ? sum * discount : 0
  18    log(sum)
* 19    return sum - off
   ⋮

src/cart.ts  7 of 13 lines of 2 functions
>  1  import { price, setRate, type Item } from './price.js'
   2
>  3  export class Cart {
   4    total = 0
>  5    add(item: Item): void {
>  6      this.total += price(item, 0)
   7    }
   8  }
   9
> 10  setRate(1.5)
> 11  const cart = new Cart()
> 12  cart.add({ net: 3, count: 2 })
   ⋮
`)
  })

  it('marks what a line affects', async () => {
    const { stdout } = await forge(['slice', 'src/price.ts:11', '--forward', '--cwd', copy()])
    expect(marked(stdout)).toEqual(expect.arrayContaining(['* 11', '> 14', '> 17', '> 18', '> 19', '>  6', '> 13']))
    expect(stdout).toMatch(/^what src\/price\.ts:11 affects: /)
  })

  it('stays in the function, takes one expression, and exits 1 where nothing else belongs to it', async () => {
    const root = copy()
    const within = await forge(['slice', 'src/price.ts:14', '--within', '--cwd', root])
    expect(marked(within.stdout)).toEqual(['> 10', '> 11', '> 12', '> 13', '* 14'])
    const expression = await forge(['slice', 'src/price.ts:17:15', '--within', '--cwd', root])
    expect(marked(expression.stdout)).toEqual(['> 10', '* 17'])
    const alone = await forge(['slice', 'src/other.ts:3', '--forward', '--within', '--fail-empty', '--cwd', root])
    expect({ code: alone.code, marked: marked(alone.stdout) }).toEqual({ code: 1, marked: ['* 3'] })
  })

  it('shows the lines nearest to the one that was asked about where it is cut', async () => {
    const { stdout } = await forge(['slice', 'src/price.ts:19', '--limit', '3', '--cwd', copy()])
    expect(marked(stdout)).toEqual(['> 14', '> 17', '* 19'])
    expect(stdout).toContain('showing 3 of 18 lines (--limit N, --all)')
    const near = await forge(['slice', 'src/price.ts:19', '--depth', '0', '--cwd', copy()])
    expect(near.stdout).toMatch(/^\d+ steps to other functions not followed \(--functions N, --depth N\)$/m)
  })

  it('shows those first that are the fewest steps from one function to another away', async () => {
    const root = copy()
    const functions = 'function far(n) {\n  return n + 1\n}\nfunction asked(n) {\n  return n * 2\n}\n'
    write(path.join(root, 'src/other.js'), `${functions}${'\n'.repeat(20)}asked(far(1))\n`)
    const { stdout } = await forge(['slice', 'src/other.js:5', '--limit', '4', '--cwd', root])
    expect(marked(stdout)).toEqual(['>  1', '>  4', '*  5', '> 27'])
    const { json } = await forgeJson(['slice', 'src/other.js:5', '--cwd', root])
    const [file] = (json.data as unknown as CodeSlice).files
    expect(file).toMatchObject({ lines: [1, 2, 4, 5, 27], distances: [1, 2, 0, 0, 1] })
  })

  it('lets everything that follows a call depend on it where it is asked to', async () => {
    const root = copy()
    const direct = await forge(['slice', 'src/price.ts:19', '--within', '--cwd', root])
    const all = await forge(['slice', 'src/price.ts:19', '--within', '--exceptions', 'all', '--cwd', root])
    expect(marked(direct.stdout)).not.toContain('> 18')
    expect(marked(all.stdout)).toContain('> 18')
  })

  it('gives the JSON that the HTTP API describes', async () => {
    const { json } = await forgeJson(['slice', 'src/price.ts:24', '--cwd', copy()])
    expect(json).toMatchObject({ schema: 'forge.slice/1', freshness: { stale: false } })
    expect(sliceSchema.parse(json.data)).toEqual(json.data)
  })
})

describe('a drawing', () => {
  it.each([
    ['cfg', 'src/other.ts#log'],
    ['pdg', 'src/other.ts#log'],
    ['slice', 'src/other.ts:2'],
  ])('of forge %s is what Graphviz and Mermaid read, whatever the code says', async (command, target) => {
    const root = copy()
    const dot = await forge([command, target, '--format', 'dot', '--cwd', root])
    expect(dot).toMatchObject({ code: 0, stderr: '' })
    expect(dot.stdout).toMatch(/^digraph forge \{\n {2}graph \[newrank=true, [^]*\n\}\n$/)
    expect(dot.stdout).toContain(String.raw`\"quoted\" \\\\ <b>`)
    const mermaid = await forge([command, target, '--format', 'mermaid', '--cwd', root])
    expect(mermaid.stdout).toMatch(/^flowchart TD\n {2}subgraph f0\["/)
    expect(mermaid.stdout).toContain("'a #34;quoted#34; #92;#92; #60;b#62;")
  })

  it('of a slice has no more of a line than its beginning', async () => {
    const root = copy()
    write(path.join(root, 'src/other.ts'), `export const text = '${'long '.repeat(100)}'\n`)
    const { stdout } = await forge(['slice', 'src/other.ts:1', '--format', 'dot', '--cwd', root])
    expect(stdout).toMatch(/\[label="1 {2}export const text = 'long .{40,60}…",/)
  })
})

describe('what has no answer', () => {
  it.each([
    [['slice', 'src/price.ts:4'], 3, 'FORGE_NO_CODE'],
    [['slice', 'src/gone.ts:1'], 3, 'FORGE_POSITION_NOT_FOUND'],
    [['slice', 'price'], 2, 'FORGE_USAGE'],
    [['slice', 'src/price.ts:0'], 2, 'FORGE_USAGE'],
    [['cfg', 'Item'], 3, 'FORGE_NO_CODE'],
    [['pdg', 'nothing'], 3, 'FORGE_SYMBOL_NOT_FOUND'],
    [['cfg', 'price', '--format', 'dot', '--json'], 2, 'FORGE_USAGE'],
    [['cfg', 'price', '--format', 'png'], 2, 'FORGE_USAGE'],
    [['cfg', 'price', '--paths', 'all'], 2, 'FORGE_USAGE'],
  ])('%j says so, with the remedy', async ([command, target, ...options], exit, error) => {
    const { code, json } = await forgeJson([command!, target!, ...options, '--cwd', copy()])
    expect({ code, json }).toMatchObject({
      code: exit,
      json: { schema: 'forge.error/1', error: { code: error, hint: expect.stringMatching(/\w/) } },
    })
  })

  it('is a file that no language of the index is in', async () => {
    const { code, stderr } = await forge(['slice', 'src/tool.py:1', '--cwd', copy()])
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('TypeScript and JavaScript') })
  })

  it('is something outside of the project, with what is called so inside', async () => {
    const root = copy()
    const text = "import send from 'send'\nexport const res = { send() { return send(1) } }\n"
    write(path.join(root, 'src/other.ts'), text)
    const { code, stderr } = await forge(['cfg', 'send', '--cwd', root])
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('Did you mean res.send?') })
  })

  it('is a number that is too large', async () => {
    const { code, stderr } = await forge(['slice', 'src/price.ts:1', '--depth', '99999999999'])
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('from 0 to 999999999') })
  })

  it('is asked of a file that has changed and may not be read again', async () => {
    const root = copy()
    write(path.join(root, 'src/other.ts'), 'export const moved = 1\n')
    const { code, json } = await forgeJson(['slice', 'src/other.ts:1', '--no-update', '--cwd', root])
    expect({ code, json }).toMatchObject({ code: 4, json: { error: { code: 'FORGE_SOURCE_CHANGED' } } })
    expect((await forge(['slice', 'src/other.ts:1', '--cwd', root])).code).toBe(0)
  })
})

/** The marked lines of a slice: `> 12`. */
function marked(text: string): string[] {
  return text.match(/^[>*] +\d+/gm) ?? []
}
