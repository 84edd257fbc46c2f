import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createIndexer, type Indexer, type RunOptions } from '@forge/indexer'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { projectFolder, write } from './project-folder.ts'
import { exportOf, freshExportOf, openGraph, openIndexer } from './project-graph.ts'

const monorepo = `
//- /package.json
{ "name": "root", "workspaces": ["packages/*"] }
//- /packages/a/package.json
{ "name": "a", "main": "dist/index.js" }
//- /packages/a/src/index.ts
export { greet } from './greet.js'
export class Base { run() { return 1 } }
//- /packages/a/src/greet.ts
/** Says hello. */
export function greet(name: string) { return helper(name) }
function helper(name: string) { return 'hello ' + name }
//- /packages/b/package.json
{ "name": "b" }
//- /packages/b/src/index.ts
import { Base, greet } from 'a'
export class Derived extends Base { run() { greet('b'); return super.run() } }
//- /packages/b/src/main.js
const { Derived } = require('./index.js')
new Derived().run()
`

describe('what is counted of code', () => {
  it('is with every function, also with one that becomes a symbol when another file changes', async () => {
    const calls = 'export function call(task: () => void) { task() }\n'
    const root = projectFolder(`
//- /call.ts
export function call(task: () => void) {}
//- /use.ts
import { call } from './call.js'
export function use(list: number[]) { call(() => { for (const one of list) if (one) call(() => {}) }) }
`)
    const { graph, indexer } = await openIndexer(root)
    const countedOf = async (): Promise<unknown> =>
      (await graph.nodes.getByFile('use.ts')).map(({ descriptor, complexity, code }) => [
        descriptor,
        complexity,
        code?.cognitive,
      ])
    await indexer.run()
    expect(await countedOf()).toEqual([
      ['', 1, 0],
      ['use', 1, 2 + 3],
    ])
    write(root, 'call.ts', calls)
    await indexer.run()
    expect(await countedOf()).toEqual([
      ['', 1, 0],
      ['use', 1, 2 + 3],
      ['use.(anonymous)', 3, 1 + 2],
      ['use.(anonymous)~2', 1, 0],
    ])
    const whole = await graph.nodes.getByFile('use.ts')
    const fresh = await openIndexer(root)
    await fresh.indexer.run()
    expect((await fresh.graph.nodes.getByFile('use.ts')).map(({ code }) => code)).toEqual(whole.map(({ code }) => code))
  })
})

describe('a first run', () => {
  it('puts the symbols and calls of a workspace into the graph, source to source', async () => {
    const { graph, indexer } = await openIndexer(projectFolder(monorepo))
    const report = await indexer.run()
    expect(report).toMatchObject({
      revision: 1,
      added: 4,
      changed: 0,
      removed: 0,
      files: 4,
      lines: 13,
      diagnostics: [],
    })
    const callers = await graph.callers('packages/a/src/greet.ts#greet')
    expect(callers.map((call) => call.caller)).toEqual(['packages/b/src/index.ts#Derived.run'])
  })

  it('gives the same export whatever the number of threads', async () => {
    const root = projectFolder(monorepo)
    for (let index = 0; index < 200; index++)
      write(root, `many/f${index}.ts`, `export const v${index} = () => ${index}\n`)
    expect(await freshExportOf(root, 2)).toBe(await freshExportOf(root, 1))
  })

  it('gives the same export in another folder, with dependencies installed and output built', async () => {
    const bare = projectFolder(monorepo)
    const built = projectFolder(`${monorepo}
//- /node_modules/a/index.js
exports.greet = 1
//- /packages/a/dist/index.js
exports.greet = 1
//- /.gitignore
dist
`)
    expect(await freshExportOf(built)).toBe(await freshExportOf(bare))
  })

  it('tells how far it has come', async () => {
    const { indexer } = await openIndexer(projectFolder(monorepo))
    const phases = new Set<string>()
    await indexer.run({ onProgress: ({ phase, done, total }) => phases.add(`${phase} ${done === total}`) })
    expect([...phases].filter((phase) => phase.endsWith('true'))).toEqual([
      'discover true',
      'extract true',
      'link true',
      'store true',
    ])
  })
})

describe('a further run', () => {
  it('writes nothing when nothing has changed', async () => {
    const { indexer } = await openIndexer(projectFolder(monorepo))
    const { timings: _first, ...first } = await indexer.run()
    const { timings: _second, ...second } = await indexer.run()
    expect(second).toEqual({ ...first, added: 0 })
  })

  it('keeps the revision when files were only touched', async () => {
    const root = projectFolder(monorepo)
    const { indexer } = await openIndexer(root)
    await indexer.run()
    utimesSync(join(root, 'packages/a/src/greet.ts'), 1, 1)
    expect(await indexer.run()).toMatchObject({ revision: 1, changed: 0 })
    expect(await indexer.freshness()).toEqual({ stale: false, pending: [] })
  })

  it('sees an edit that kept size and time of the file, when it was made right after indexing', async () => {
    const root = projectFolder('//- /a.ts\nexport const one = 1\n')
    const { graph, indexer } = await openIndexer(root)
    const now = new Date()
    utimesSync(join(root, 'a.ts'), now, now)
    await indexer.run()
    write(root, 'a.ts', 'export const two = 2\n')
    utimesSync(join(root, 'a.ts'), now, now)
    expect(await indexer.run()).toMatchObject({ changed: 1 })
    expect((await graph.search('two', { exact: true })).total).toBe(1)
  })

  it('does not read files whose size and time are those of a run well after they were written', async () => {
    const root = projectFolder('//- /a.ts\nexport const one = 1\n')
    const past = new Date(Date.now() - 60_000)
    utimesSync(join(root, 'a.ts'), past, past)
    const { indexer } = await openIndexer(root)
    await indexer.run()
    write(root, 'a.ts', 'export const two = 2\n')
    utimesSync(join(root, 'a.ts'), past, past)
    expect(await indexer.run()).toMatchObject({ revision: 1, changed: 0 })
    expect(await indexer.run({ full: true })).toMatchObject({ revision: 2, changed: 1 })
  })

  it.each<[string, (root: string) => void]>([
    ['an edit', (root) => write(root, 'packages/a/src/greet.ts', 'export function greet() {}\n')],
    ['a new file', (root) => write(root, 'packages/b/src/more.ts', "import { greet } from 'a'\ngreet('x')\n")],
    ['a file removed', (root) => rmSync(join(root, 'packages/a/src/greet.ts'))],
    ['a file renamed', (root) => renameSync(join(root, 'packages/b/src/main.js'), join(root, 'packages/b/src/z.js'))],
    ['a package renamed', (root) => write(root, 'packages/a/package.json', '{ "name": "other" }')],
    [
      'a tsconfig added',
      (root) =>
        write(root, 'tsconfig.json', '{ "compilerOptions": { "paths": { "a": ["./packages/b/src/main.js"] } } }'),
    ],
    ['a file that became unreadable text', (root) => write(root, 'packages/a/src/greet.ts', '\0')],
    ['an ignore file added', (root) => write(root, '.forgeignore', 'packages/a\n')],
  ])('after %s gives what a fresh index gives', async (_name, edit) => {
    const root = projectFolder(monorepo)
    const { graph, indexer } = await openIndexer(root)
    await indexer.run()
    edit(root)
    expect(await indexer.freshness()).toMatchObject({ stale: true })
    const report = await indexer.run()
    expect(await exportOf(graph)).toBe(await freshExportOf(root))
    expect(report.revision).toBe(2)
    expect(await indexer.freshness()).toEqual({ stale: false, pending: [] })
  })

  it('lists what is pending', async () => {
    const root = projectFolder(monorepo)
    const { indexer } = await openIndexer(root)
    await indexer.run()
    write(root, 'packages/b/src/more.ts', '')
    write(root, 'packages/b/src/index.ts', 'export {}\n')
    rmSync(join(root, 'packages/b/src/main.js'))
    expect((await indexer.freshness()).pending).toEqual([
      'packages/b/src/index.ts',
      'packages/b/src/main.js',
      'packages/b/src/more.ts',
    ])
  })
})

describe('any sequence of edits', () => {
  const paths = ['a/index.ts', 'a/x.ts', 'b/index.ts', 'b/y.js', 'b/z.tsx', 'c.ts']
  const texts = [
    "export * from './x.js'\nexport const a = 1\n",
    "import { helper } from '../a/index.js'\nexport function run(f) { return helper(f()) }\n",
    'export function helper(v: number) { return v }\nexport class K { m() { return helper(1) } }\n',
    "import { K } from 'a'\nexport class L extends K { m() { return super.m() } }\nexport const make = () => { const inner = { deep: 1 }; return inner }\n",
    "import { make } from '@/b/index'\nmake().deep\nnew (class { q() {} })().q()\n",
    "const { run } = require('./index')\nrun(() => 1)\nmodule.exports = { run }\n",
    'this is not ( code\n',
    '\0',
    '',
  ]
  const configs = [
    '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }',
    '{ "compilerOptions": { "paths": { "a": ["./b"] } } }',
    '{',
  ]
  const edit = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('write'),
        path: fc.constantFrom(...paths),
        text: fc.constantFrom(...texts),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('remove'), path: fc.constantFrom(...paths), text: fc.constant('') }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('write'),
        path: fc.constant('tsconfig.json'),
        text: fc.constantFrom(...configs),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('touch'), path: fc.constantFrom(...paths), text: fc.constant('') }),
    },
  )

  it('leaves the graph equal to a fresh index', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (rounds, keepFiles) => {
          const root = projectFolder(
            '//- /package.json\n{ "workspaces": ["*"] }\n//- /a/package.json\n{ "name": "a" }\n',
          )
          mkdirSync(join(root, 'b'))
          const { graph, indexer } = await openIndexer(root, { keepFiles })
          let time = 1
          for (const edits of rounds) {
            const onlyBytes = edits.every(({ do: action, path }) => action !== 'remove' && existsSync(join(root, path)))
            for (const { do: action, path, text } of edits) {
              if (action === 'write') write(root, path, text)
              else if (action === 'remove') rmSync(join(root, path), { force: true })
              if (action === 'touch') touch(join(root, path), ++time)
            }
            await indexer.run(onlyBytes ? { changed: new Set(edits.map(({ path }) => path)) } : {})
          }
          await indexer[Symbol.asyncDispose]()
          expect(await exportOf(graph)).toBe(await freshExportOf(root))
        },
      ),
      { numRuns: 60 },
    )
  }, 120_000)
})

describe('an indexer that keeps files', () => {
  /** Runs after an edit, and gives how many files were linked. */
  async function linkedBy(indexer: Indexer, changed: readonly string[]): Promise<number> {
    const linked = new Set<number>()
    await indexer.run({
      changed: new Set(changed),
      onProgress: ({ phase, total }) => {
        if (phase === 'link') linked.add(total)
      },
    })
    return Math.max(0, ...linked)
  }

  it('links again what an edit reaches', async () => {
    const root = projectFolder(monorepo)
    const { graph, indexer } = await openIndexer(root, { keepFiles: true })
    await indexer.run()
    const path = 'packages/a/src/greet.ts'
    write(root, path, `// A comment.\n${readFileSync(join(root, path), 'utf8')}`)
    expect(await linkedBy(indexer, [path])).toBe(1)
    write(root, path, readFileSync(join(root, path), 'utf8').replaceAll('greet', 'salute'))
    expect(await linkedBy(indexer, [path])).toBeGreaterThan(1)
    expect(await exportOf(graph)).toBe(await freshExportOf(root))
  })

  it('gets ready for the first edit by what is in the graph', async () => {
    const root = projectFolder(monorepo)
    const { graph, indexer: first } = await openIndexer(root)
    await first.run()
    const { indexer } = await openIndexer(root, { graph, keepFiles: true })
    await indexer.prepare()
    const path = 'packages/a/src/greet.ts'
    write(root, path, `${readFileSync(join(root, path), 'utf8')}\nexport function added() {}\n`)
    expect(await linkedBy(indexer, [path])).toBe(1)
    expect(await exportOf(graph)).toBe(await freshExportOf(root))
  })

  it('looks at the whole folder where another process has written', async () => {
    const root = projectFolder(monorepo)
    const { graph, indexer } = await openIndexer(root, { keepFiles: true })
    await indexer.run()
    write(root, 'other.ts', 'export function other() {}\n')
    const { indexer: second } = await openIndexer(root, { graph })
    await second.run()
    write(root, 'other.ts', 'export function another() {}\n')
    const path = 'packages/a/src/greet.ts'
    write(root, path, `${readFileSync(join(root, path), 'utf8')}\nexport function added() {}\n`)
    await indexer.run({ changed: new Set([path]) })
    expect(await exportOf(graph)).toBe(await freshExportOf(root))
  })
})

function touch(location: string, time: number): void {
  try {
    utimesSync(location, time, time)
  } catch {
    // It is not there: nothing to touch.
  }
}

describe('extraction', () => {
  const crashing = new URL('./crashing-worker.ts', import.meta.url)

  it('goes on without the file that its thread dies at', async () => {
    const root = projectFolder(`${monorepo}\n//- /crash.ts\nexport {}\n//- /packages/z/crash.ts\nexport {}\n`)
    const { graph, indexer } = await openIndexer(root, { worker: crashing })
    const report = await indexer.run()
    expect(report).toMatchObject({ files: 4 })
    expect(report.diagnostics.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'crash.ts extract-failed',
      'packages/z/crash.ts extract-failed',
    ])
    expect((await graph.callers('packages/a/src/greet.ts#greet')).length).toBe(1)
  })

  it('fails with a typed error when its thread does not start', async () => {
    const worker = new URL('./no-such-worker.ts', import.meta.url)
    const { graph, indexer } = await openIndexer(projectFolder(monorepo), { worker })
    await expect(indexer.run()).rejects.toMatchObject({ code: 'FORGE_EXTRACT_WORKER' })
    expect(await graph.revision()).toBe(0)
  })

  it('stops when it is aborted, and leaves the graph as it was', async () => {
    const root = projectFolder(monorepo)
    for (let index = 0; index < 300; index++)
      write(root, `many/f${index}.ts`, `export const v${index} = () => ${index}\n`)
    const { graph, indexer } = await openIndexer(root)
    const controller = new AbortController()
    const run = indexer.run({
      signal: controller.signal,
      onProgress: ({ phase, done }) => {
        if (phase === 'extract' && done === 10) controller.abort(new Error('enough'))
      },
    })
    await expect(run).rejects.toThrow('enough')
    expect(await graph.revision()).toBe(0)
    expect(await indexer.run()).toMatchObject({ revision: 1, files: 304 })
  })
})

describe('extraction threads', () => {
  /** A worker that notes its life in a file, and what it has noted. */
  const noting = (): { readonly worker: URL; readonly notes: () => readonly string[] } => {
    const folder = projectFolder()
    const module = new URL('./note-extraction.ts', import.meta.url).href
    const file = join(folder, 'notes')
    const code = `import { noteExtraction } from ${JSON.stringify(module)}\nnoteExtraction(${JSON.stringify(file)})\n`
    write(folder, 'worker.mjs', code)
    write(folder, 'notes', '')
    const notes = (): readonly string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1)
    return { worker: pathToFileURL(join(folder, 'worker.mjs')), notes }
  }
  const manyFiles = (root: string): void => {
    for (let index = 0; index < 300; index++) write(root, `f${index}.ts`, `export const v${index} = () => ${index}\n`)
  }

  it('have ended by themselves when the indexer is disposed of', async () => {
    const root = projectFolder(monorepo)
    const { worker, notes } = noting()
    const { indexer } = await openIndexer(root, { worker })
    await indexer.run()
    write(root, 'packages/b/src/more.ts', '')
    await indexer.run()
    expect(notes()).toEqual(['begins'])
    await indexer[Symbol.asyncDispose]()
    expect(notes()).toEqual(['begins', 'ends by itself'])
  })

  it('have ended by themselves, files left unread, when a run that was aborted fails', async () => {
    const root = projectFolder()
    manyFiles(root)
    const { worker, notes } = noting()
    const { indexer } = await openIndexer(root, { worker })
    const controller = new AbortController()
    const onProgress: RunOptions['onProgress'] = ({ phase, done }) => {
      if (phase === 'extract' && done === 10) controller.abort(new Error('enough'))
    }
    await expect(indexer.run({ jobs: 2, signal: controller.signal, onProgress })).rejects.toThrow('enough')
    expect(notes().toSorted()).toEqual(['begins', 'begins', 'ends by itself', 'ends by itself'])
  })

  it('are terminated where they do not come back', async () => {
    const root = projectFolder('//- /stuck.ts\nexport {}\n')
    const { worker, notes } = noting()
    const { indexer } = await openIndexer(root, { worker })
    const controller = new AbortController()
    const run = indexer.run({ signal: controller.signal })
    run.catch(() => undefined)
    await vi.waitFor(() => expect(notes()).toContain('is stuck'), 60_000)
    controller.abort(new Error('enough'))
    await expect(run).rejects.toThrow('enough')
    expect(notes()).toEqual(['begins', 'is stuck'])
  }, 120_000)
})

describe('createIndexer', () => {
  it('refuses options that make no sense', async () => {
    const graph = await openGraph()
    expect(() => createIndexer({ graph, root: '.', maxFileSize: 0 })).toThrow(
      expect.objectContaining({ code: 'FORGE_INDEXER_OPTION' }),
    )
    const { indexer } = await openIndexer(projectFolder(''))
    await expect(indexer.run({ jobs: 0 })).rejects.toMatchObject({ code: 'FORGE_INDEXER_OPTION' })
  })

  it('refuses a folder that is not there when it is asked to run', async () => {
    const { indexer } = await openIndexer(join(projectFolder(''), 'missing'))
    await expect(indexer.run()).rejects.toMatchObject({ code: 'FORGE_ROOT_NOT_FOUND' })
  })
})
