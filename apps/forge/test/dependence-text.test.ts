import { rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { forge, forgeJson, indexedOnce } from './forge-process.ts'

const depth = 60
const copy = indexedOnce(`
//- /classes.ts
class A1 { base = 1 }
class B1 extends A1 { extra = this.base + 1; constructor(k: number) { const m = k + 1; super(); this.extra += m } }
//- /guarded.ts
declare function risky(x: unknown): void
export function guarded(x: unknown) {
  let s = 'start'
  try { s = 'before'; risky(x); s = 'after' } catch (e) { if (x) throw e } finally { risky(s) }
  return s
}
export function jumps(k: number) {
  switch (k) {
    case 1: risky(1); break;
    case 2: return 2;
  }
  risky('end')
}
//- /loops.js
function loops(a, f) {
${Array.from({ length: depth }, (_, at) => `for (const x${at} of a) {`).join('\n')}
f()
${'}'.repeat(depth)}
}
//- /many.js
function many(f) {
${Array.from({ length: 1200 }, () => '  f()').join('\n')}
}
`)

describe('forge cfg', () => {
  it('shows the statements of a constructor that initialises fields', async () => {
    const { stdout } = await forge(['cfg', 'B1.constructor', '--cwd', copy()])
    expect(stdout).toContain(`
      3  2  k: number
         2  m = k + 1
         2  super()
         2  (fields)
         2  this.extra += m  → exit
`)
  })

  it('cuts loops as it cuts blocks, and indents them only so far', async () => {
    const { stdout } = await forge(['cfg', 'loops', '--limit', '20', '--cwd', copy()])
    expect(stdout).toContain(`showing 20 of ${depth} loops (--limit N, --all)`)
    expect(stdout.match(/^ +loop at/gm)).toHaveLength(20)
    expect(Math.max(...stdout.split('\n').map((line) => line.search(/\S/)))).toBeLessThanOrEqual(30)
  })

  it('cuts the steps of a block, but for the last', async () => {
    const { stdout } = await forge(['cfg', 'many', '--limit', '3', '--cwd', copy()])
    expect(stdout).toMatch(
      /\n +3 +1 {2}f\n +2 {2}f\(\)\n +⋮ {2}1,198 more steps \(--limit N, --all\)\n +1201 {2}f\(\) {2}→ exit\n/,
    )
    const all = await forge(['cfg', 'many', '--all', '--cwd', copy()])
    expect(all.stdout.match(/ f\(\)/g)).toHaveLength(1200)
  })

  it('cuts long paths in the middle', async () => {
    const { stdout } = await forge(['cfg', 'loops', '--paths', '3', '--limit', '1', '--cwd', copy()])
    expect(stdout).toMatch(/^ +1 {2}3 → 4 → .* → … \d+ more … → .* → exit$/m)
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThan(600)
  })

  it('groups the digits of all counts', async () => {
    const { stdout } = await forge(['pdg', 'many', '--cwd', copy()])
    expect(stdout).toContain('1,201 steps')
    expect(stdout).toContain('showing 50 of 1,201 steps')
  })

  it('names a module by its file, which leads back to it', async () => {
    const { stdout } = await forge(['cfg', 'classes.ts', '--cwd', copy()])
    expect(stdout).toMatch(/^classes\.ts {2}module {2}\d+ blocks/)
  })
})

describe('forge pdg', () => {
  it('says what comes back before what follows is executed, and what jumps past it', async () => {
    const { stdout } = await forge(['pdg', 'guarded', '--cwd', copy()])
    expect(stdout).toContain(`
  4  s = 'after'
     if       4 risky(x) comes back
`)
    expect(stdout).toContain(`
  5  return s
     if       4 risky(x) comes back, 4 x is false
     unless   4 throw e
     from     s 4
`)
    const jumps = await forge(['pdg', 'jumps', '--cwd', copy()])
    expect(jumps.stdout).toContain(`
  12  risky('end')
      if       9 break, 10 2 is false
      unless   10 return 2
`)
  })

  it('draws it', async () => {
    const root = copy()
    const dot = await forge(['pdg', 'guarded', '--format', 'dot', '--cwd', root])
    expect(dot.stdout).toMatch(/^ {2}f0s\d+ -> f0s\d+ \[label="goes on", style=dashed\];$/m)
    const mermaid = await forge(['pdg', 'guarded', '--format', 'mermaid', '--cwd', root])
    expect(mermaid.stdout).toMatch(/^ {2}f0s\d+ -.->\|"goes on"\| f0s\d+$/m)
  })
})

describe('what has no answer', () => {
  it('is asked of a file that is gone and may not be looked for', async () => {
    const root = copy()
    rmSync(path.join(root, 'many.js'))
    for (const target of [
      ['cfg', 'many'],
      ['slice', 'many.js:1'],
      ['pdg', 'many.js:2'],
    ]) {
      const { code, json } = await forgeJson([...target, '--no-update', '--cwd', root])
      expect({ code, json }).toMatchObject({
        code: 4,
        json: { error: { code: 'FORGE_SOURCE_CHANGED', message: expect.stringContaining('not there any more') } },
      })
    }
  })

  it('is asked of a line whose number is none', async () => {
    const { code, json } = await forgeJson(['slice', 'many.js:1000000000000000000000', '--cwd', copy()])
    expect({ code, json }).toMatchObject({
      code: 3,
      json: { error: { code: 'FORGE_POSITION_NOT_FOUND', message: expect.stringContaining('1000000000000000000000') } },
    })
  })
})
