import { createHash } from 'node:crypto'
import { lower } from '@forge/lang'
import { buildPdg } from '@forge/pdg'
import { analysisVersion, packIr, packPdg } from '@forge/pdg/store'
import { expect, it } from 'vitest'

/** Something of everything that instructions and graphs are made of. */
const code = `import fallback, { limit as most, type Row } from './rows.js'
import * as tools from './tools.js'
export { most as exported }

let total = 0
var shared = [], names = new Map<string, number>()
export const pure = Math.max(1, total, parseInt('7'))

export async function collect(rows: AsyncIterable<Row>, { deep = false, ...rest } = {}, ...others: Row[]) {
  outer: for await (const [key, { value: renamed = most(), other }] of rows) {
    for (let at = 0, end = renamed.length; at < end; at++) {
      if (renamed[at] === null) continue outer
      if (at > 10 && deep) break outer
      shared[at] ??= renamed[at]
      total += other?.count ?? 0
    }
    names.set(key, total)
  }
  try {
    await tools.flush(shared)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    rest.failed = true
  } finally {
    delete rest.open
  }
  return others.length > 0 ? [...others, rest] : arguments[0]
}

export function* pick(kind: string) {
  switch (kind) {
    case 'first':
      yield 1
    case 'second': {
      const got = yield* pick('first')
      return got
    }
    default:
      throw new TypeError(\`no \${kind}\`)
  }
}

export class Queue<T> extends tools.Base {
  static made = 0
  #items: T[] = []
  readonly size = () => this.#items.length
  static { Queue.made = most }
  constructor(first: T, private readonly name: string) {
    super(first, new.target.name)
    this.#items.push(first)
    Queue.made++
  }
  get head(): T { return this.#items[0]! }
  set head(item: T) { this.#items[0] = item }
  async drain(each: (item: T) => Promise<void>) {
    do {
      const next = this.#items.shift()
      if (next === undefined) break
      await each(next)
    } while (this.#items.length > 0)
    while (this.name in this) this[this.name] = super.close?.(...this.#items)
    for (const key in this) this.head[key] = void key
  }
}

const counter = (() => {
  let count = 0
  const step = function self(by = 1): number { return by > 1 ? self(by - 1) : (count += by) }
  return { step, get count() { return count }, [fallback]: { ...tools, nested: { count } } }
})()
;[total, counter.step] = [counter.count, () => total]
new Queue(1, 'one').drain(async (item) => console.log(item, eval('total'), import.meta.url))
`
const markup = `export const View = ({ rows, ...rest }) => (
  <Table.Body key={rows.length} {...rest} onClick={() => rest.select(rows)}>
    {rows.map((row) => <tr class="row">{row.name}</tr>)}
  </Table.Body>
)
`
const commonjs = `const { join } = require('node:path')
function Old(name) { this.name = name }
Old.prototype.path = function () { return join(this.name, arguments[1]) }
Object.assign(module.exports, { Old, made: new Old('a') })
exports.old = typeof Old === 'function' && (Old, void 0) || delete exports.made
if (exports.old) { label: { break label } } else debugger
`

/*
 * Fails where the same text comes to have other instructions or graphs: those that are kept in databases must not be used any more then. Raise `analysisVersion`
 * in packages/pdg/src/store/function-hash.ts, and write the new version and the new digest here.
 */
it('has other graphs of a text only with another version: raise analysisVersion, then note it here with the digest', () => {
  const digest = createHash('sha256')
  const texts = [
    { text: code, language: 'typescript' },
    { text: markup, language: 'tsx' },
    { text: commonjs, language: 'javascript' },
  ] as const
  for (const input of texts) {
    const { functions, diagnostics } = lower(input)
    expect(diagnostics).toEqual([])
    for (const ir of functions) digest.update(packIr(ir)).update(packPdg(buildPdg(ir)))
  }
  const made = { analysisVersion, digest: digest.digest('hex').slice(0, 16) }
  expect(made).toEqual({ analysisVersion: 2, digest: '0983a70ae64585d6' })
})
