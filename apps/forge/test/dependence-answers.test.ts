import { rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { FunctionDependences } from '../src/dependence/dependence-types.ts'
import { Forge } from '../src/forge.ts'
import { project } from './forge-process.ts'

async function indexed(fixture: string): Promise<Forge> {
  const forge = await Forge.open(project(fixture), { threads: false })
  onTestFinished(() => forge.close())
  await forge.index({ jobs: 1 })
  return forge
}

/** The conditions of the step that reads so: `risky(x) next`. */
function conditionsOf({ steps, edges }: FunctionDependences, text: string): string[] {
  const textOf = new Map(steps.map((step) => [step.id, step.text]))
  return edges
    .filter(({ from, kind }) => kind === 'control' && textOf.get(from) === text)
    .map(({ on, label }) => `${textOf.get(on!)} ${label}`)
    .toSorted()
}

describe('control dependences of forge.pdg.of', () => {
  const guarded = `
//- /main.ts
declare function risky(x: unknown): void
declare function log(...all: unknown[]): void
export function guarded(x: unknown) {
  let s = 'start'
  try { s = 'before'; risky(x); s = 'after' } catch (e) { log(s, e); if (x) throw e } finally { log('last') }
  return s
}
export function jumps(k: number) {
  switch (k) {
    case 1: log('one'); break
    case 2: return 2
  }
  log('end')
}
`

  it('have what follows depend on what may throw instead', async () => {
    const forge = await indexed(guarded)
    const [of] = await forge.pdg.of({ id: 'main.ts#guarded' })
    expect(conditionsOf(of!, "s = 'after'")).toEqual(['risky(x) next'])
    expect(conditionsOf(of!, 'x')).toEqual(['log(s, e) next'])
    expect(conditionsOf(of!, "s = 'start'")).toEqual([])
  })

  it('have what follows a finally depend on what decided how it was entered', async () => {
    const forge = await indexed(guarded)
    const [of] = await forge.pdg.of({ id: 'main.ts#guarded' })
    expect(conditionsOf(of!, 'return s')).toEqual(['risky(x) next', 'throw e skipped', 'x false'])
    expect(of!.edges.every(({ on }) => on === null || of!.steps.some(({ id }) => id === on))).toBe(true)
  })

  it('have what a jump goes to depend on it', async () => {
    const forge = await indexed(guarded)
    const [of] = await forge.pdg.of({ id: 'main.ts#jumps' })
    expect(conditionsOf(of!, "log('end')")).toEqual(['2 false', 'break next', 'return 2 skipped'])
  })

  it('are among the edges of a slice', async () => {
    const forge = await indexed(guarded)
    const { functions, edges, edgesCut } = await forge.pdg.slice({ file: 'main.ts', line: 6, edges: true })
    const textOf = ({ function: of, step }: { function: number; step: number | null }) =>
      functions[of]!.steps.find(({ id }) => id === step)?.text
    const drawn = edges!.map(({ from, on, kind, label }) => `${textOf(from)} <- ${textOf(on)} ${kind} ${label}`)
    expect(drawn).toContain("s = 'after' <- risky(x) control next")
    expect(drawn).toContain('return s <- risky(x) control next')
    expect(edgesCut).toBe(0)
  })
})

describe('a function that depends on too much', () => {
  const merging = `//- /main.js\nfunction big(a, o, g) {\n${Array.from({ length: 1500 }, (_, at) => `  o.k${at} = g(a, o)\n`).join('')}  return o\n}\n`
  const falling = `//- /main.js\nfunction fall(k, f) {\n  switch (k) {\n${Array.from({ length: 2000 }, (_, at) => `    case ${at}: f();\n`).join('')}  }\n}\n`

  it.each([
    ['big', merging],
    ['fall', falling],
  ])('is shown up to the step from which on it is too much: %s', async (name, fixture) => {
    const forge = await indexed(fixture)
    const [of] = await forge.pdg.of({ id: `main.js#${name}` })
    expect(of!.cut).toBeGreaterThan(0)
    expect(of!.cut).toBeLessThan(of!.steps.length)
    expect(of!.edges.length).toBeLessThanOrEqual(200_000)
    const shown = new Set(of!.steps.slice(0, -of!.cut).map(({ id }) => id))
    expect(of!.edges.every(({ from }) => shown.has(from))).toBe(true)
  })

  it('is sliced with the edges up to there', async () => {
    const forge = await indexed(merging)
    const { edges, edgesCut } = await forge.pdg.slice({ file: 'main.js', line: 1502, edges: true, within: true })
    expect(edges!.length).toBeLessThanOrEqual(200_000)
    expect(edgesCut).toBeGreaterThan(0)
  })

  it('is named where its conditions are more than fit into memory, and has a flow', async () => {
    const cases = Array.from({ length: 26_000 }, (_, at) => `    case ${at}: f();\n`).join('')
    const forge = await indexed(`//- /main.js\nfunction fall(k, f) {\n  switch (k) {\n${cases}  }\n}\n`)
    for (const asked of [forge.pdg.of({ id: 'main.js#fall' }), forge.pdg.save()]) {
      await expect(asked).rejects.toMatchObject({
        code: 'FORGE_PDG_TOO_LARGE',
        message: expect.stringContaining('The function fall at main.js:1 is too large'),
        hint: expect.stringMatching(/\w/),
      })
    }
    expect(await forge.cfg.of({ id: 'main.js#fall' })).toHaveLength(1)
  })

  it('has a flow, without the frontiers if they are more than a million', async () => {
    const forge = await indexed(falling)
    const [flow] = await forge.cfg.of({ id: 'main.js#fall' })
    expect(flow!.blocks.length).toBeGreaterThan(4000)
    expect(flow!.blocks.every(({ frontier }) => frontier === null)).toBe(true)
  })
})

describe('a place in the code', () => {
  const nested = `
//- /main.ts
function first() { return (a: number) => (b: number) => a + b }
export const list = [1, 2].map((x) => x + 1).filter(
  // a comment
  (x) => x > 1,

  /* one of
     several lines */
  \`// no comment\`
)
class Box extends Array<number> { size = [3].map((n) => n)[0]; constructor(k: number) { const m = k + 1; super(m) } get [list[0]!]() { return 1 } }
`

  it('is that of the same function as it was printed', async () => {
    const forge = await indexed(nested)
    const found = new Map<string, string>()
    for (const [line, length] of [63, 51, 14, 15, 0, 11, 22, 18, 1, 146].entries()) {
      for (let column = 1; column <= length; column++) {
        const flows = await forge.cfg.of({ file: 'main.ts', line: line + 1, column }).catch(() => [])
        for (const { function: of } of flows) {
          const { start } = of.range
          if (of.kind !== 'module') found.set(`${start.line}:${start.column}`, `${of.kind} ${start.offset}`)
        }
      }
    }
    expect([...found.keys()]).toEqual(['1:1', '1:27', '1:42', '2:32', '4:3', '10:1', '10:50', '10:64', '10:117'])
    for (const [printed, of] of found) {
      const [line, column] = printed.split(':').map(Number) as [number, number]
      const [flow] = await forge.cfg.of({ file: 'main.ts', line, column })
      expect(`${flow!.function.kind} ${flow!.function.range.start.offset}`).toBe(of)
    }
  })

  it('is in the innermost function around a column', async () => {
    const forge = await indexed(nested)
    const startOf = async (column: number) =>
      (await forge.cfg.of({ file: 'main.ts', line: 1, column }))[0]!.function.range.start.column
    expect(await Promise.all([10, 20, 28, 39, 43, 58].map(startOf))).toEqual([1, 1, 27, 27, 42, 42])
  })

  it.each([
    [{ line: 3 }, 'it is a comment'],
    [{ line: 5 }, 'the line is blank'],
    [{ line: 6 }, 'it is a comment'],
    [{ line: 7 }, 'it is a comment'],
    [{ line: 3, column: 6 }, 'it is a comment'],
    [{ line: 1, column: 64 }, 'nothing at column 64 runs'],
  ])('%j in the middle of an expression says why nothing runs there', async (place, why) => {
    const forge = await indexed(nested)
    await expect(forge.pdg.slice({ file: 'main.ts', ...place })).rejects.toMatchObject({
      code: 'FORGE_NO_CODE',
      message: expect.stringContaining(why),
    })
  })

  it('is code where only a text looks like a comment', async () => {
    const forge = await indexed(nested)
    expect((await forge.pdg.slice({ file: 'main.ts', line: 8 })).criterion[0]!.text).toContain('// no comment')
  })

  it('must be one of the line', async () => {
    const forge = await indexed(nested)
    const place = { file: 'main.ts', line: 4, column: 40 }
    for (const asked of [forge.pdg.slice(place), forge.cfg.of(place)]) {
      await expect(asked).rejects.toMatchObject({
        code: 'FORGE_POSITION_NOT_FOUND',
        hint: expect.stringContaining('column'),
      })
    }
  })
})

describe('code that could not be read', () => {
  const deep = `//- /deep.js\nfunction deep(a) {\n${'for (const x of a) {'.repeat(600)}${'}'.repeat(600)}\n}\n//- /loops.js\n${'for (;;) '.repeat(30_000)};\n//- /broken.ts\nconst = 3\n`

  it('says so in place of having none, with the remedy', async () => {
    const forge = await indexed(deep)
    const tooDeep = {
      code: 'FORGE_NO_CODE',
      message: expect.stringMatching(/could not be read: .*nested too deeply/),
      hint: expect.stringContaining('Take what is nested out'),
    }
    await expect(forge.cfg.of({ id: 'deep.js#deep' })).rejects.toMatchObject(tooDeep)
    for (const file of ['deep.js', 'loops.js']) {
      await expect(forge.pdg.slice({ file, line: 1 })).rejects.toMatchObject(tooDeep)
    }
    await expect(forge.pdg.slice({ file: 'broken.ts', line: 1 })).rejects.toMatchObject({
      message: expect.stringContaining('could not be read'),
      hint: 'Mend line 1, then ask again',
    })
  })

  it('is of a file that is gone', async () => {
    const forge = await indexed(deep)
    rmSync(path.join(forge.root, 'deep.js'))
    for (const target of [{ id: 'deep.js#deep' }, { file: 'deep.js', line: 1 }]) {
      await expect(forge.cfg.of(target)).rejects.toMatchObject({
        code: 'FORGE_SOURCE_CHANGED',
        hint: expect.stringContaining('forge index'),
      })
    }
  })
})

describe('what cannot be asked', () => {
  const code = '//- /main.ts\nexport function f() {\n  return 1\n}\n'
  const place = { file: 'main.ts', line: 1 }

  it.each([
    ['pdg.slice', { ...place, column: -3 }, /column.*-3/],
    ['pdg.slice', { ...place, line: 0 }, /line.*0/],
    ['pdg.slice', { ...place, line: Number.NaN }, /line.*NaN/],
    ['pdg.slice', { ...place, line: 1.5 }, /line.*1\.5/],
    ['pdg.slice', { file: 'main.ts' }, /line.*undefined/],
    ['pdg.slice', { line: 1 }, /file.*undefined/],
    ['pdg.slice', { ...place, direction: 'sideways' }, /direction.*"backward" or "forward".*"sideways"/],
    ['pdg.slice', { ...place, exceptions: 'none' }, /exceptions.*"none"/],
    ['pdg.slice', { ...place, within: 'yes' }, /within.*"yes"/],
    ['pdg.slice', undefined, /undefined/],
    ['pdg.of', { ...place, line: -5 }, /line.*-5/],
    ['pdg.save', { files: 'main.ts' }, /files.*"main\.ts"/],
    ['pdg.save', null, /null/],
    ['cfg.of', 'f', /"f"/],
    ['cfg.of', undefined, /undefined/],
    ['cfg.of', { id: 3 }, /id.*3/],
  ])('%s of %j is refused with the remedy', async (question, input, message) => {
    const forge = await indexed(code)
    const [facet, name] = question.split('.') as ['pdg', 'slice']
    await expect((async () => forge[facet][name](input as never))()).rejects.toMatchObject({
      code: 'FORGE_GRAPH_INPUT',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\w/),
    })
  })

  it('is a number of paths that is none', async () => {
    const forge = await indexed(code)
    for (const options of [{ paths: -1 }, { paths: '3' as never }, null as never]) {
      await expect(forge.cfg.of(place, options)).rejects.toMatchObject({
        code: 'FORGE_GRAPH_INPUT',
        hint: expect.stringContaining('paths'),
      })
    }
  })

  it('is a symbol that is not there', async () => {
    const forge = await indexed(code)
    await expect(forge.cfg.of({ id: 'nope' })).rejects.toMatchObject({
      code: 'FORGE_SYMBOL_NOT_FOUND',
      hint: expect.stringContaining('nope'),
    })
  })
})
